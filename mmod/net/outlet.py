"""The way out of one client: frames and states, to a plain TCP socket in the same turn.

Twisted puts what is written into a buffer and asks the reactor when the socket takes it: two calls to the poller and a
second trip through the reactor for each state of each client.  Nearly always the socket takes it now.  What it does not
take goes to Twisted's buffer, whose order, back-pressure and errors are as ever; so does everything on other transports
(TLS, Unix sockets, those of tests).

Ten times a second each client is sent a state, and each layer between broadcast and socket costs as much as making a
tenth of it.  So this is one small object, which knows all that must be known to send one.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.tcp import Server

from mmod.net.frames import BINARY, TEXT, frame


def plain_tcp(transport: Any) -> bool:
    """Tell whether a transport puts octets into a TCP socket as they are."""
    return type(transport) is Server and not transport.TLS


def outlet(transport: Any, binary: bool) -> Outlet:
    """Return the way out over the transport of an open WebSocket, whose states are binary messages or text."""
    return PromptOutlet(transport, binary) if plain_tcp(transport) else Outlet(transport, binary)


class Outlet:
    """Writes to any transport.

    `open` is whether the WebSocket is: states go out only then.  `held` are frames that go out with the next one.
    """

    __slots__ = ("_opcode", "_transport", "held", "open")

    def __init__(self, transport: Any, binary: bool = False, is_open: bool = True) -> None:
        self._transport = transport
        self._opcode = BINARY if binary else TEXT
        self.held = b""
        self.open = is_open

    def send_state(self, payload: bytes) -> None:
        """Send a state, as long as the WebSocket is open."""
        if self.open:
            self.write(frame(self._opcode, payload))

    def write(self, data: bytes) -> None:
        """Write octets, and what is held before them."""
        self._transport.write(self._with_held(data))

    def _with_held(self, data: bytes) -> bytes:
        if self.held:
            data, self.held = self.held + data, b""
        return data


class PromptOutlet(Outlet):
    """Writes to a `twisted.internet.tcp.Server`, or anything else that buffers as one and has its `socket`."""

    __slots__ = ("_send",)

    def __init__(self, transport: Any, binary: bool) -> None:
        super().__init__(transport, binary)
        self._send = transport.socket.send

    def write(self, data: bytes) -> None:
        """Send what the socket takes now, and leave the rest to the transport.

        At once only while the WebSocket is open (from its close on, the transport may be closing, too) and the
        transport has nothing left to send.  `_tempDataLen` is what was written since the last trip through the reactor.
        Twisted keeps it to itself; a test of the order of octets would notice if it went.
        """
        if self.held:
            data = self._with_held(data)
        transport = self._transport
        if not self.open or transport.dataBuffer or transport._tempDataLen:
            transport.write(data)
            return
        try:
            sent = self._send(data)
        except OSError:  # full, or gone: the transport will find out which, in a turn of its own
            sent = 0
        if sent < len(data):
            transport.write(data[sent:])
