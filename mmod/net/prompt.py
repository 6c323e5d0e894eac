"""Writing at once: to a plain TCP socket in the same turn, while nothing written before still waits.

Twisted puts what is written into a buffer and asks the reactor when the socket takes it: two calls to the poller and a
second trip through the reactor for each state of each client.  Nearly always the socket takes it now.  What it does not
take goes to Twisted's buffer, whose order, back-pressure and errors are as ever; so does everything on other transports
(TLS, Unix sockets, those of tests).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.tcp import Server

Write = Callable[[bytes], None]


def plain_tcp(transport: Any) -> bool:
    """Tell whether a transport puts octets into a TCP socket as they are."""
    return type(transport) is Server and not transport.TLS


def writer(transport: Any) -> Write:
    """Return what writes to a transport at once if it can."""
    return PromptWriter(transport).write if plain_tcp(transport) else transport.write


class PromptWriter:
    """Writes to a `twisted.internet.tcp.Server`, or anything else that buffers as one and has its `socket`."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._send = transport.socket.send

    def write(self, data: bytes) -> None:
        """Send what the socket takes now, and leave the rest to the transport.

        At once only if the transport is open and has nothing left to send.  `_tempDataLen` is what was written since
        the last trip through the reactor.  Twisted keeps it to itself; a test of the order of bytes would notice if it
        went.
        """
        transport = self._transport
        if not transport.connected or transport.dataBuffer or transport._tempDataLen or transport.disconnecting:
            transport.write(data)
            return
        try:
            sent = self._send(data)
        except OSError:  # full, or gone: the transport will find out which, in a turn of its own
            sent = 0
        if sent < len(data):
            transport.write(data[sent:])
