"""One connection of a player, from the open socket to its end; what it says is in other modules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from attrs import evolve
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from mmod.client.errors import BadMessage
from mmod.client.parting import Parting
from mmod.client.reading import JoinAck, Message, Reading
from mmod.wire.codec import encode
from mmod.wire.messages import ClientMessage, Error, ErrorData, Hello

#: Seconds without a sign of life after which a connection counts as dead.  The server sends a ping every second and
#: states ten times as often, and waits as long for our pongs.
SILENCE = 10.0

#: What the protocol calls the end of a connection without a close frame.
NO_CLOSE_FRAME = 1006


class ISocket(Protocol):
    """An open WebSocket as a link uses it."""

    def send(self, payload: bytes) -> None:
        """Send a text frame."""

    def hang_up(self) -> None:
        """Close in good order, and cut the connection off when the other side takes its time."""

    def abort(self) -> None:
        """Cut the connection off."""


class Link:
    """Says hello, reads, and notices when nothing comes any more.

    `hello` is said as soon as the socket is open; `heard` is told every message, the `join_ack` first (but for errors).
    """

    def __init__(self, clock: IReactorTime, hello: Hello, heard: Callable[[Message], None]) -> None:
        self._hello = hello
        self._heard = heard
        self._reading = Reading()
        self._socket: ISocket | None = None
        self._error: ErrorData | None = None
        self._fault = ""
        self._silence: IDelayedCall = clock.callLater(SILENCE, self._silent)
        #: Whether the player is in the world by this connection.
        self.joined = False
        #: Fires when the connection has ended.
        self.parting: Deferred[Parting] = Deferred()

    # --- from the player ---

    def send(self, message: ClientMessage) -> None:
        """Send a message, unless the socket is gone."""
        if self._socket is not None:
            self._socket.send(encode(message))

    def hang_up(self) -> None:
        """Close in good order."""
        if self._socket is not None:
            self._socket.hang_up()

    def never_opened(self, reason: str) -> None:
        """No socket came about."""
        self.parted(NO_CLOSE_FRAME, reason)

    # --- from the socket ---

    def connected(self, socket: ISocket) -> None:
        """There is a connection; the WebSocket's handshake follows."""
        self._socket = socket
        self.pinged()

    def opened(self) -> None:
        """The WebSocket is open."""
        self.send(self._hello)

    def pinged(self) -> None:
        """The server is there."""
        if self._silence.active():
            self._silence.reset(SILENCE)

    def received(self, payload: bytes, binary: bool) -> None:
        """Take a frame; what cannot be read ends the connection."""
        self.pinged()
        try:
            message = self._reading.message(payload, binary)
            if message is not None:
                self._take(message)
        except BadMessage as error:
            self._cut(str(error))

    def _take(self, message: Message) -> None:
        self._error = message.data if isinstance(message, Error) else None
        if isinstance(message, JoinAck):
            self.joined = True
        elif not self.joined and self._error is None:
            raise BadMessage("the join_ack did not come first")
        self._heard(message)

    def parted(self, code: int, reason: str) -> None:
        """The connection has ended."""
        if self._silence.active():
            self._silence.cancel()
        self._socket = None
        parting = Parting(code, self._fault or reason, self._error)
        self.parting.callback(evolve(parting, joined=self.joined))

    def _silent(self) -> None:
        self._cut(f"nothing came for {SILENCE:g} s")

    def _cut(self, reason: str) -> None:
        self._fault = reason
        if self._socket is not None:
            self._socket.abort()
