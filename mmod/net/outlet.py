"""The way out of one client: frames and states, to a plain TCP socket in the same turn.

Twisted puts what is written into a buffer and asks the reactor when the socket takes it: two calls to the poller and a
second trip through the reactor for each state of each client.  Nearly always the socket takes it now.  What it does not
take goes to Twisted's buffer, whose order, back-pressure and errors are as ever; so does everything on other transports
(TLS, Unix sockets, those of tests).

Ten times a second each client is sent a state, and each layer between broadcast and socket costs as much as making a
tenth of it.  So this is one small object, which knows all that must be known to send one.
"""

from __future__ import annotations

import socket
from typing import Any

from twisted.internet.tcp import Server
from zope.interface import implementer

from mmod.interfaces import IStateOutlet
from mmod.net.frames import BINARY, TEXT, frame


def plain_tcp(transport: Any) -> bool:
    """Tell whether a transport puts octets into a TCP socket as they are."""
    return type(transport) is Server and not transport.TLS


def outlet_of(transport: Any, binary: bool) -> Outlet:
    """Return the way out over the transport of an open WebSocket, whose states are binary messages or text."""
    return PromptOutlet(transport, binary) if plain_tcp(transport) else Outlet(transport, binary)


@implementer(IStateOutlet)
class Outlet:
    """Writes to any transport.

    `open` is whether the WebSocket is: states go out only then.  `held` are frames that go out with the next one.
    """

    __slots__ = ("_transport", "held", "opcode", "open")

    def __init__(self, transport: Any, binary: bool = False, is_open: bool = True) -> None:
        self._transport = transport
        self.opcode = BINARY if binary else TEXT
        self.held = b""
        self.open = is_open

    def close(self) -> None:
        """The WebSocket is not open any more."""
        self.open = False

    def send_state(self, payload: bytes) -> None:
        """Send a state, as long as the WebSocket is open."""
        if self.open:
            self.write(frame(self.opcode, payload))

    def write(self, data: bytes) -> None:
        """Write octets, and what is held before them."""
        self._transport.write(self._with_held(data))

    def _with_held(self, data: bytes) -> bytes:
        if self.held:
            data, self.held = self.held + data, b""
        return data


class PromptOutlet(Outlet):
    """Writes to a `twisted.internet.tcp.Server`, or anything else that buffers as one and has its `socket`.

    `direct` is this socket for as long as it takes a state without a question: from the first time on that it took all
    it was given, until there is something left for the transport to send or the WebSocket is not open any more.
    Everything that is written to the transport of an open WebSocket goes through here.
    """

    __slots__ = ("_socket", "direct")

    def __init__(self, transport: Any, binary: bool) -> None:
        super().__init__(transport, binary)
        self._socket: socket.socket = transport.socket
        self.direct: socket.socket | None = None

    def close(self) -> None:
        """The WebSocket is not open any more."""
        super().close()
        self.direct = None

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
            self.direct = None
            transport.write(data)
            return
        try:
            sent = self._socket.send(data)
        except OSError:  # full, or gone: the transport will find out which, in a turn of its own
            sent = 0
        self._sent(data, sent)

    def sent_in_part(self, payload: bytes, sent: int) -> None:
        """Of a state and what was held before it, `direct` has taken so many octets and no more."""
        self._sent(self._with_held(frame(self.opcode, payload)), sent)

    def _sent(self, data: bytes, count: int) -> None:
        if count == len(data):
            self.direct = self._socket
        else:
            self.direct = None
            self._transport.write(data[count:])
