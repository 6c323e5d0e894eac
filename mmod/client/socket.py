"""The WebSocket of a link: Autobahn does the framing, everything else is the link's.

Autobahn's own timers are switched off, since they would run on the global reactor.
"""

from __future__ import annotations

from typing import Any, Protocol, cast

from autobahn.twisted.websocket import WebSocketClientFactory, WebSocketClientProtocol
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime, IStreamClientEndpoint

from mmod.client.link import NO_CLOSE_FRAME, ISocket, Link
from mmod.wire.dialects import Dialect

#: Seconds for which the server may take to answer our close frame.
CLOSE_TIMEOUT = 1.0

#: The close code of a client that leaves (RFC 6455, "normal closure").
LEAVING = 1000

#: Bytes of the largest message taken: a JSON state of a hundred thousand entities, far above what any server shows one
#: player, and far below what would hurt us.
MAX_MESSAGE = 16 * 1024 * 1024


class Dial(Protocol):
    """How a link gets its socket."""

    def __call__(self, link: Link) -> Deferred[ISocket]:
        """Connect a link; fails as endpoints do."""
        ...


class Socket(WebSocketClientProtocol):
    """Bytes in and out."""

    transport: Any  # a TCP, TLS or Unix transport, which Twisted types only in part

    def __init__(self, link: Link, clock: IReactorTime) -> None:
        super().__init__()
        self._link = link
        self._clock = clock
        self._cutting: IDelayedCall | None = None

    # --- from Autobahn ---

    def onOpen(self) -> None:
        """The handshake is done."""
        self._link.opened()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """Pass a whole message on."""
        self._link.received(payload, isBinary)

    def onPing(self, payload: bytes) -> None:
        """Answer a ping."""
        super().onPing(payload)
        self._link.pinged()

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        """The socket is gone."""
        if self._cutting is not None and self._cutting.active():
            self._cutting.cancel()
        self._link.parted(code or NO_CLOSE_FRAME, self.wasNotCleanReason or reason or "")

    # --- ISocket ---

    def send(self, payload: bytes) -> None:
        """Send a text frame."""
        if self.state == self.STATE_OPEN:
            self.sendMessage(payload)

    def hang_up(self) -> None:
        """Close in good order, and cut the connection off when the server takes its time."""
        if self.state != self.STATE_OPEN:
            self.abort()
            return
        self.sendClose(LEAVING)
        self._cutting = self._clock.callLater(CLOSE_TIMEOUT, self.abort)

    def abort(self) -> None:
        """Cut the connection off."""
        self.droppedByMe = True
        self.transport.abortConnection()


class SocketFactory(WebSocketClientFactory):
    """Builds the one socket of one link."""

    noisy = False

    def __init__(self, url: str, dialect: Dialect, link: Link, reactor: IReactorTime) -> None:
        super().__init__(url, protocols=[dialect.value], reactor=reactor)
        self.setProtocolOptions(
            openHandshakeTimeout=0,
            closeHandshakeTimeout=0,
            serverConnectionDropTimeout=0,
            maxMessagePayloadSize=MAX_MESSAGE,
            maxFramePayloadSize=MAX_MESSAGE,
        )
        self._link = link

    def buildProtocol(self, addr: object) -> Socket:
        """Return the socket."""
        socket = Socket(self._link, self.reactor)
        socket.factory = self
        return socket


def dialling(url: str, endpoint: IStreamClientEndpoint, dialect: Dialect, reactor: IReactorTime) -> Dial:
    """Return what connects links to a server, speaking a dialect to it."""

    def dial(link: Link) -> Deferred[ISocket]:
        factory = SocketFactory(url, dialect, link, reactor)
        return cast("Deferred[ISocket]", endpoint.connect(factory))  # what the factory builds

    return dial
