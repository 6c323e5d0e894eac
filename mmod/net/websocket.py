"""The WebSocket side of a connection: bytes in, actions out; everything it decides is in `mmod.session`.

Autobahn does the framing, but for the frames that come and go all the time (`mmod.net.frames`): with each of those it
spends some 50 us, most of it on log lines that nobody reads.  Its timers are switched off, since they would run on the
global reactor; ours run on the injected one.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from autobahn.twisted.websocket import WebSocketServerProtocol
from twisted.internet.interfaces import IDelayedCall, IPushProducer, IReactorTime
from twisted.python.failure import Failure
from zope.interface import implementer

from mmod.interfaces import IClientTransport, IStateOutlet
from mmod.net.ear import Ear
from mmod.net.frames import BINARY, FIN, PING, PONG, SHORT_HEAD, TEXT, frame, short_payload
from mmod.net.intake import Intake
from mmod.net.outlet import Outlet, outlet_of
from mmod.session.closing import CloseCode, RateLimited
from mmod.session.limits import TokenBucket
from mmod.shard.connection import Connection
from mmod.wire.dialects import Dialect, known

#: Seconds for which a client may take to answer our close frame.
CLOSE_TIMEOUT = 1.0

#: Steps of the parser done at a stretch: at up to 50 us each, a flood of tiny frames takes 5 ms of a turn.
STEPS_PER_TURN = 100

#: Pings and pongs a client may send for ever (a second) and at once.  We send one ping a second; a client that sends a
#: few of its own is far below this, a flood of them is an attack on our time.
CONTROL_RATE, CONTROL_BURST = 20.0, 200

#: Frames one message may come in: clients send one; a message in many is an attack on our time.
MAX_FRAGMENTS = 128

#: Bytes the kernel may hold unsent for a connection, so that unread data shows up here and not in its buffers.
UNSENT_IN_KERNEL = 16 * 1024

#: Linux' option for that (socket.TCP_NOTSENT_LOWAT exists from Python 3.12 on).
TCP_NOTSENT_LOWAT = 25


_OPEN = WebSocketServerProtocol.STATE_OPEN


@implementer(IClientTransport, IPushProducer)
class ClientProtocol(WebSocketServerProtocol):
    """One client's socket."""

    transport: Any  # a TCP, TLS or Unix transport, which Twisted types only in part
    current_frame: Any  # Autobahn's, None between frames

    def __init__(
        self,
        connect: Callable[[IClientTransport], Connection],
        gone: Callable[[], None],
        unsent_limit: int,
        clock: IReactorTime,
        intake: Intake,
    ) -> None:
        super().__init__()
        self.dialect = Dialect.JSON
        self._connect = connect
        self._gone = gone
        self._unsent_limit = unsent_limit
        self._clock = clock
        self._intake = intake
        self._connection: Connection | None = None
        self._ear: Ear | None = None
        self._closing: IDelayedCall | None = None
        self._resting: IDelayedCall | None = None
        self._fragments = 0
        self._control = TokenBucket(CONTROL_RATE, CONTROL_BURST, clock.seconds())

    # --- from Autobahn ---

    def makeConnection(self, transport: Any) -> None:
        """There is a socket."""
        self._outlet = Outlet(transport, is_open=False)
        super().makeConnection(transport)

    def onConnect(self, request: object) -> str | None:
        """Choose the subprotocol; `mmod.net.upgrade` has refused offers that hold none of ours."""
        offered = known(self.websocket_protocols)
        self.dialect = offered[0] if offered else Dialect.JSON
        return self.dialect.value if offered else None

    def failHandshake(self, reason: str, code: int = 400, responseHeaders: Any = None) -> None:
        """Refuse a handshake; Autobahn's reason quotes what the client sent."""
        super().failHandshake("bad request", code, responseHeaders)

    def onOpen(self) -> None:
        """The handshake is done: the session begins."""
        self.transport.unregisterProducer()  # the HTTP channel that this socket came through
        self.transport.bufferSize = self._unsent_limit
        _limit_kernel_buffer(self.transport)
        self.transport.registerProducer(self, True)
        self._outlet = outlet_of(self.transport, self.dialect.binary)
        self._connection = self._connect(self)
        self._ear = Ear(self._connection.received, self.onPong, self._take_octets)
        self._listen()
        self._intake.adopt(self.transport, self._ear.received)

    def onMessageBegin(self, isBinary: bool) -> None:
        """Count the frames of each message."""
        self._fragments = 0
        super().onMessageBegin(isBinary)

    def onMessageFrameBegin(self, length: int) -> None:
        """Refuse a message in too many frames."""
        self._fragments += 1
        super().onMessageFrameBegin(length)
        if self._fragments > MAX_FRAGMENTS and not self.failedByMe:
            self._fail_connection(CloseCode.MESSAGE_TOO_BIG, "too many fragments")

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """Pass a whole message on."""
        if self._connection is not None:
            self._connection.received(payload, isBinary)

    def onPing(self, payload: bytes) -> None:
        """Answer a ping, unless the client does not read: its pongs would pile up."""
        connection = self._controlled()
        if connection is not None and not connection.session.outbox.full:
            super().onPing(payload)

    def onPong(self, payload: bytes) -> None:
        """Pass a pong on."""
        connection = self._controlled()
        if connection is not None:
            connection.ponged(payload)

    def _controlled(self) -> Connection | None:
        """Count a ping or pong, and return the connection unless it sends too many; then its session ends."""
        connection = self._connection
        if connection is None or self._control.take(self._clock.seconds()):
            return connection
        connection.refuse(RateLimited("too many control frames"))
        return None

    def sendCloseFrame(self, code: int | None = None, reasonUtf8: bytes | None = None, isReply: bool = False) -> None:
        """Send a close frame, ours or one of Autobahn's; whoever is still there some time later is cut off."""
        super().sendCloseFrame(code, reasonUtf8, isReply)
        self._shut()
        if self._closing is None:
            self._closing = self._clock.callLater(CLOSE_TIMEOUT, self.abort)

    def _shut(self) -> None:
        """From now on the WebSocket is not open."""
        self._outlet.close()
        if self._ear is not None:
            self._ear.between = False

    def dataReceived(self, data: bytes) -> None:
        """Take bytes, of an open WebSocket by way of the ear (an adopted transport's go there at once)."""
        if self._ear is None:
            self._take_octets(data)
        else:
            self._ear.received(data)

    def _take_octets(self, data: bytes) -> None:
        """Take bytes as they come (Autobahn would write a line about each read, and count them)."""
        self.data = self.data + data if self.data else self._without_short_frames(data)
        if self.data:
            self.consumeData()
        self._listen()

    def _listen(self) -> None:
        """Let the ear know whether it may take the next message by itself."""
        if self._ear is not None:
            self._ear.between = not self.data and self._between_messages()

    def _without_short_frames(self, data: bytes) -> bytes:
        """Take the short frames at the head of what came; return what is left."""
        for _ in range(STEPS_PER_TURN):
            payload = short_payload(data) if self._between_messages() else None
            if payload is None:
                break
            first, data = data[0], data[SHORT_HEAD + len(payload) :]
            self._take(first, payload)
        return data

    def processData(self) -> bool:
        """Do one step of the parser; False when there is nothing more to do with what was received.

        Between messages, a short frame is one step; whatever else comes takes Autobahn's steps, with the same bytes.
        """
        payload = short_payload(self.data) if self._between_messages() else None
        if payload is None:
            return bool(super().processData())
        first, self.data = self.data[0], self.data[SHORT_HEAD + len(payload) :]
        self._take(first, payload)
        return bool(self.data)

    def _between_messages(self) -> bool:
        return self.state == self.STATE_OPEN and not self.inside_message and self.current_frame is None

    def _take(self, first: int, payload: bytes) -> None:
        """Pass on the payload of a short frame, of which this was the first octet."""
        if first == FIN | PONG:
            self.onPong(payload)
        elif self._connection is not None:
            self._connection.received(payload, False)

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:
        """Write bytes, from the open WebSocket on at once if possible; nothing here asks for them to be chopped."""
        self._outlet.write(data)

    def dropConnection(self, abort: bool = False) -> None:
        """Autobahn ends the connection, by itself or in answer to a close."""
        self._shut()
        super().dropConnection(abort)

    def consumeData(self) -> None:
        """Parse a bounded number of steps, then let others have their turn."""
        if self.state not in (self.STATE_OPEN, self.STATE_CLOSING):
            super().consumeData()
            return
        for _ in range(STEPS_PER_TURN):
            if not self.processData() or self.state == self.STATE_CLOSED:
                return
        if self._resting is None:
            self.transport.pauseProducing()
            self._resting = self._clock.callLater(0, self._rested)

    def _rested(self) -> None:
        self._resting = None
        if self.state != self.STATE_CLOSED:
            self.transport.resumeProducing()
            self.consumeData()
            self._listen()

    def connectionLost(self, reason: Failure) -> None:  # type: ignore[override]
        """The socket is gone."""
        for call in (self._closing, self._resting):
            if call is not None and call.active():
                call.cancel()
        self._shut()
        super().connectionLost(reason)
        if self._ear is not None:
            self._ear.end()
        self._gone()
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.lost(self._transport_reason())

    def _transport_reason(self) -> str | None:
        """Return why the connection ended, if the session does not know it."""
        if self.wasMaxMessagePayloadSizeExceeded or self.wasMaxFramePayloadSizeExceeded:
            return "message_too_big"
        if self.failedByMe:
            return "protocol_error"
        if self._closing is None and not self.wasClean and not self.droppedByMe:
            return "lost"
        return None

    # --- IClientTransport ---

    def send(self, payload: bytes, binary: bool = False, soon: bool = False) -> None:
        """Send a text frame, or a binary one."""
        if self.state == self.STATE_OPEN:
            self._put(frame(BINARY if binary else TEXT, payload), soon)

    def outlet(self) -> IStateOutlet:
        """Return the way out, for states in this client's dialect."""
        return self._outlet

    def ping(self, payload: bytes, soon: bool = False) -> None:
        """Send a ping."""
        if self.state == self.STATE_OPEN:
            self._put(frame(PING, payload), soon)

    def _put(self, data: bytes, soon: bool) -> None:
        if soon:
            self._outlet.held += data
        else:
            self.sendData(data)

    def close(self, code: int, reason: str) -> None:
        """Send a close frame directly (Autobahn's `sendClose` takes no code between 1001 and 2999)."""
        if self.state != self.STATE_OPEN:
            return
        self.sendCloseFrame(code=int(code), reasonUtf8=reason.encode(), isReply=False)

    def abort(self) -> None:
        """Cut the connection; why, the session knows."""
        self.droppedByMe = True
        self._shut()
        self.transport.abortConnection()

    # --- IPushProducer ---

    def pauseProducing(self) -> None:
        """More than the limit is unsent."""
        if self._connection is not None:
            self._connection.filled()

    def resumeProducing(self) -> None:
        """Everything was sent."""
        if self._connection is not None:
            self._connection.drained()

    def stopProducing(self) -> None:
        """The transport is going away; `connectionLost` follows."""


def _limit_kernel_buffer(transport: object) -> None:
    """Keep the kernel from taking megabytes for a client that does not read; a Unix socket has no such option."""
    sock = getattr(transport, "socket", None)
    if sock is not None and sock.family in (socket.AF_INET, socket.AF_INET6):
        sock.setsockopt(socket.IPPROTO_TCP, TCP_NOTSENT_LOWAT, UNSENT_IN_KERNEL)
