"""One client's conversation as a state machine: messages and time in, actions out.

The law:

    phase      what may happen                                          next phase
    ---------  -------------------------------------------------------  ----------
    GREETING   `hello`: the join begins                                 JOINING
               anything else, or no hello in time: error, close 4000    CLOSED
    JOINING    messages are held back                                   JOINING
               more than `message_burst` of them: error, close 4002     CLOSED
               admitted: they are taken as if they came now             JOINED
               refused: error, close                                    CLOSED
    JOINED     input, equip, unequip: submitted                         JOINED
               malformed or unknown: error; the tenth closes 4000       CLOSED
               nothing for `idle_timeout`: error, close 4004            CLOSED
    not CLOSED more than the message rate: error, close 4002            CLOSED
               no pong, or unread data, for too long: dropped           CLOSED
               replaced, kicked, server stopping: error (if any), close CLOSED
    CLOSED     nothing

A session that is CLOSED gives no more actions, whatever is put in.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from attrs import frozen

from mmod.errors import BadRequest, RemoteError
from mmod.session.closing import CloseCode, HelloTimeout, IdleTimeout, RateLimited, close_code
from mmod.session.limits import TokenBucket
from mmod.session.outbox import Outbox
from mmod.session.settings import SessionSettings
from mmod.wire.codec import decode, encode
from mmod.wire.messages import (
    AnyClientMessage,
    Equip,
    Error,
    ErrorData,
    Hello,
    Input,
    Telemetry,
    TelemetryData,
    Unequip,
)

#: Seconds before its time that a ping goes with a state: more than lies between two states, so that one always comes.
PING_EARLY = 0.15

#: Seconds for which the timer leaves it to the states to take pings along, once one has: nearly always they do, and a
#: thousand timers that ring every second for nothing take a hundredth of a core.
PING_PATIENCE = 3.0

#: The malformed message that ends the session (protocol.md).
MALFORMED_LIMIT = 10


class Phase(Enum):
    """Where a conversation stands."""

    GREETING = auto()
    JOINING = auto()
    JOINED = auto()
    CLOSED = auto()


#: For what is asked at every message: Python 3.11 looks an enum's member up in a function.
_JOINED, _CLOSED = Phase.JOINED, Phase.CLOSED


#: What a client asks of the world.
Submission = Input | Equip | Unequip


# --- actions ----------------------------------------------------------------------------------------------------------


@frozen
class Send:
    """Send a text frame; one that need only be there `soon` may wait for the next one."""

    payload: bytes
    soon: bool = False


@frozen
class Ping:
    """Send a WebSocket ping."""

    payload: bytes


@frozen
class Close:
    """Close the WebSocket; `reason` names it for logs and metrics."""

    code: int
    reason: str


@frozen
class Drop:
    """Cut the connection without a close frame."""

    reason: str


@frozen
class Greet:
    """Authenticate this hello and join."""

    hello: Hello


@frozen
class Submit:
    """Bring this message before the world."""

    message: Submission


Action = Send | Ping | Close | Drop | Greet | Submit

_NOTHING: tuple[()] = ()


class Session:
    """One client.  Times are seconds on a clock that never jumps."""

    __slots__ = (
        "_bucket",
        "_held",
        "_hello_due",
        "_last_message",
        "_malformed",
        "_next_ping",
        "_ping_number",
        "_ping_patience",
        "_ping_sent",
        "_settings",
        "outbox",
        "phase",
        "ping_rides",
        "rtt",
    )

    def __init__(self, settings: SessionSettings, now: float) -> None:
        self._settings = settings
        self._bucket = TokenBucket(settings.message_rate, settings.message_burst, now)
        self._malformed = 0
        self._held: list[tuple[bytes, bool]] = []
        self._last_message = now
        self._hello_due = now + settings.hello_timeout
        #: When the next ping is due or, while one is under way, when to look whether it was answered; and how much
        #: later the timer need look at that.  It is always soon, so that the timer hardly ever has to be set back.
        self._ping_at(now + settings.ping_interval)
        self._ping_patience = 0.0
        self._ping_sent: float | None = None
        self._ping_number = 0
        self.phase = Phase.GREETING
        self.outbox = Outbox(settings.unsent_timeout)
        #: Round trip of the last ping in seconds, None before the first pong.
        self.rtt: float | None = None

    # --- what the client sends ---

    def submission(self, payload: bytes, now: float) -> Submission | None:
        """Return what a text message asks of the world, if that is all there is to do about it, as nearly always.

        None when it is not: nothing has changed then, and the message is for `received`.
        """
        if self.phase is not _JOINED:
            return None
        try:
            message = decode(payload)
        except BadRequest:
            return None
        if isinstance(message, Hello) or not self._bucket.take(now):
            return None
        self._last_message = now
        return message

    def received(self, payload: bytes, binary: bool, now: float) -> Sequence[Action]:
        """Take one message."""
        if self.phase is _CLOSED:
            return _NOTHING
        self._last_message = now
        if not self._bucket.take(now):
            return self.refuse(RateLimited("too many messages"))
        if self.phase is _JOINED:
            return self._joined_message(payload, binary)
        if self.phase is Phase.JOINING:
            return self._hold_back(payload, binary)
        return self._greeting(payload, binary)

    def _greeting(self, payload: bytes, binary: bool) -> Sequence[Action]:
        try:
            message = self._decode(payload, binary)
        except BadRequest as error:
            return self.refuse(BadRequest(str(error)))
        if not isinstance(message, Hello):
            return self.refuse(BadRequest("the first message must be hello"))
        self.phase = Phase.JOINING
        return [Greet(message)]

    def _hold_back(self, payload: bytes, binary: bool) -> Sequence[Action]:
        if len(self._held) >= self._settings.message_burst:
            return self.refuse(RateLimited("too many messages before the join was done"))
        self._held.append((payload, binary))
        return _NOTHING

    def _joined_message(self, payload: bytes, binary: bool) -> Sequence[Action]:
        try:
            message = self._decode(payload, binary)
            if isinstance(message, Hello):
                raise BadRequest("hello was said already")
        except BadRequest as error:
            return self._malformed_message(error)
        return [Submit(message)]

    def _decode(self, payload: bytes, binary: bool) -> AnyClientMessage:
        if binary:
            raise BadRequest("messages must be text frames")
        return decode(payload)

    def _malformed_message(self, error: BadRequest) -> Sequence[Action]:
        self._malformed += 1
        if self._malformed >= MALFORMED_LIMIT:
            return self.refuse(BadRequest(f"{error} (the {MALFORMED_LIMIT}th malformed message)"))
        return [error_message(error)]

    def ponged(self, payload: bytes, tick_rate: float, now: float) -> Sequence[Action]:
        """Take a pong; the answer to our last ping gives a round trip and a telemetry message."""
        if self._ping_sent is None or payload != self._ping_payload():
            return _NOTHING
        self.rtt = now - self._ping_sent
        self._ping_at(min(self._next_ping, max(now, self._ping_sent + PING_EARLY + self._settings.ping_interval)))
        self._ping_sent = None
        if self.phase is not Phase.JOINED:
            return _NOTHING
        data = TelemetryData(tick_rate=round(tick_rate, 3), rtt_ms=round(self.rtt * 1000, 3))
        return [Send(encode(Telemetry(data)), soon=True)]

    @property
    def over(self) -> bool:
        """Whether the session has ended."""
        return self.phase is _CLOSED

    # --- what becomes of it ---

    def admitted(self) -> Sequence[Action]:
        """The player is in the world and was told so (`join_ack`): take what was held back meanwhile."""
        if self.phase is not Phase.JOINING:
            return _NOTHING
        self.phase = Phase.JOINED
        held, self._held = self._held, []
        actions: list[Action] = []
        for payload, binary in held:
            if self.phase is Phase.JOINED:
                actions += self._joined_message(payload, binary)
        return actions

    def refuse(self, error: RemoteError) -> Sequence[Action]:
        """End the session with an error and the close that belongs to it."""
        if self.phase is Phase.CLOSED:
            return _NOTHING
        self.phase = Phase.CLOSED
        return [error_message(error), Close(close_code(error), error.code)]

    def close(self, code: CloseCode, reason: str) -> Sequence[Action]:
        """End the session without an error."""
        if self.phase is Phase.CLOSED:
            return _NOTHING
        self.phase = Phase.CLOSED
        return [Close(code, reason)]

    def ended(self) -> None:
        """The connection is gone."""
        self.phase = Phase.CLOSED
        self._held.clear()

    # --- time ---

    @property
    def next_wake(self) -> float | None:
        """When `woken` should be called next, None when never."""
        phase, due = self.phase, self._next_ping + self._ping_patience
        if phase is _CLOSED:
            return None
        if phase is _JOINED:
            due = min(due, self._last_message + self._settings.idle_timeout)
        elif phase is Phase.GREETING:
            due = min(due, self._hello_due)
        if self._ping_sent is not None:
            due = min(due, self._ping_sent + self._settings.ping_timeout)
        if self.outbox.deadline is not None:
            due = min(due, self.outbox.deadline)
        return due

    def woken(self, now: float) -> Sequence[Action]:
        """Do what is due."""
        if self.phase is Phase.CLOSED:
            return _NOTHING
        if self.phase is Phase.GREETING and now >= self._hello_due:
            return self.refuse(HelloTimeout("no hello came in time"))
        if self.phase is Phase.JOINED and now >= self._last_message + self._settings.idle_timeout:
            return self.refuse(IdleTimeout("no message for too long"))
        if self.outbox.deadline is not None and now >= self.outbox.deadline:
            return self._drop("slow_client")
        if self._ping_sent is not None and now >= self._ping_sent + self._settings.ping_timeout:
            return self._drop("ping_timeout")
        return self._ping(now, 0.0) if now >= self._next_ping else _NOTHING

    def state_sent(self, now: float) -> Sequence[Ping]:
        """A state is about to be sent: a ping that is due about now goes with it, in the same write."""
        due = now >= self.ping_rides and self.phase is not _CLOSED
        return self._ping(now, PING_PATIENCE) if due else _NOTHING

    def _drop(self, reason: str) -> Sequence[Action]:
        self.phase = Phase.CLOSED
        return [Drop(reason)]

    def _ping(self, now: float, patience: float) -> Sequence[Ping]:
        """Send the next ping, unless one is still under way."""
        self._ping_patience = patience
        self._ping_at(max(now, self._next_ping) + self._settings.ping_interval)
        if self._ping_sent is not None:
            return _NOTHING
        self._ping_number += 1
        self._ping_sent = now
        return [Ping(self._ping_payload())]

    def _ping_at(self, due: float) -> None:
        self._next_ping = due
        #: From when on a state takes the next ping along; see `state_sent`.
        self.ping_rides = due - PING_EARLY

    def _ping_payload(self) -> bytes:
        return self._ping_number.to_bytes(4, "big")


def error_message(error: RemoteError) -> Send:
    """Return the action that tells a client of an error."""
    return Send(encode(Error(ErrorData(code=error.code, message=str(error)))))
