"""Runs one session over one transport: performs its actions and keeps its one timer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from mmod.errors import RemoteError
from mmod.interfaces import IClientTransport
from mmod.metrics.instruments import Instruments
from mmod.session.closing import CloseCode
from mmod.session.session import Action, Close, Drop, Greet, Phase, Ping, Send, Session, Submit
from mmod.session.settings import SessionSettings
from mmod.wire.dialects import Dialect
from mmod.wire.messages import Equip, Hello, Input, Unequip

#: Seconds by which a timer that is set already may ring too late: setting one back costs Twisted a search through the
#: timers of all connections.
TIMER_SLACK = 0.001


class Listener(Protocol):
    """Who hears what a connection's client wants."""

    def greeted(self, connection: Connection, hello: Hello) -> None:
        """A client wants to join."""

    def submitted(self, connection: Connection, message: Input | Equip | Unequip) -> None:
        """A joined client wants something of the world."""

    def gone(self, connection: Connection) -> None:
        """The connection has ended."""


class Connection:
    """One client, from the open socket to the closed one."""

    log = Logger()

    __slots__ = (
        "_clock",
        "_instruments",
        "_listener",
        "_reason",
        "_rings",
        "_tick_rate",
        "_timer",
        "_transport",
        "number",
        "outlet",
        "session",
    )

    def __init__(
        self,
        number: int,
        transport: IClientTransport,
        listener: Listener,
        settings: SessionSettings,
        clock: IReactorTime,
        instruments: Instruments,
        tick_rate: Callable[[], float],
    ) -> None:
        self.number = number
        self._transport = transport
        #: The way out for states.
        self.outlet = transport.outlet()
        self._listener = listener
        self._clock = clock
        self._instruments = instruments
        self._tick_rate = tick_rate
        self._reason = "client"
        self._timer: IDelayedCall | None = None
        #: When the timer rings, never while it is not set.
        self._rings = math.inf
        self.session = Session(settings, clock.seconds())
        self._arm()

    # --- from the transport ---

    def received(self, payload: bytes, binary: bool) -> None:
        """The client sent a message."""
        self._instruments.messages.inc()
        now = self._clock.seconds()
        try:
            message = None if binary else self.session.submission(payload, now)
            if message is not None:
                self._listener.submitted(self, message)
            else:
                self.perform(self.session.received(payload, binary, now))
        except Exception:  # the fence around one message: what goes wrong in it ends this client only
            self._instruments.message_errors.inc()
            self.log.failure("connection {number}: a message could not be handled", number=self.number)
            self.perform(self.session.close(CloseCode.INTERNAL_ERROR, "internal_error"))

    def ponged(self, payload: bytes) -> None:
        """The client answered a ping."""
        actions = self.session.ponged(payload, self._tick_rate(), self._clock.seconds())
        if actions and self.session.rtt is not None:
            self._instruments.rtt.observe(self.session.rtt)
        self.perform(actions)
        self._arm()

    def filled(self) -> None:
        """The client does not read: unsent bytes are over the limit."""
        self.session.outbox.filled(self._clock.seconds())
        self._arm()

    def drained(self) -> None:
        """The client has read everything."""
        self.session.outbox.drained()

    def lost(self, reason: str | None = None) -> None:
        """The connection has ended; `reason` when the transport knows a better one than the session."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self.session.ended()
        reason = reason or self._reason
        self._instruments.closes.labels(reason).inc()
        self.log.info("connection {number} closed: {reason}", number=self.number, reason=reason)
        self._listener.gone(self)

    # --- from the shard ---

    @property
    def joining(self) -> bool:
        """Whether the session still waits to be admitted."""
        return self.session.phase is Phase.JOINING

    @property
    def dialect(self) -> Dialect:
        """How the client wants to be sent states."""
        return self._transport.dialect

    def send(self, payload: bytes, binary: bool = False) -> None:
        """Send a message, unless the session has ended."""
        if not self.session.over:
            self._transport.send(payload, binary)

    def state_follows(self, now: float) -> None:
        """A state is sent next, at `now` by the clock: a ping that is due goes with it."""
        for ping in self.session.state_sent(now):
            self._transport.ping(ping.payload, soon=True)
            self._arm()

    def admitted(self) -> None:
        """The player is in the world and its client was told so."""
        self.perform(self.session.admitted())
        self._arm()

    def refuse(self, error: RemoteError) -> None:
        """End the session with an error."""
        self.perform(self.session.refuse(error))

    def close(self, code: CloseCode, reason: str) -> None:
        """End the session without an error."""
        self.perform(self.session.close(code, reason))

    def perform(self, actions: Sequence[Action]) -> None:
        """Do what the session asks for."""
        for action in actions:
            self._perform(action)

    def _perform(self, action: Action) -> None:
        match action:
            case Send(payload, soon):
                self._transport.send(payload, soon=soon)
            case Ping(payload):
                self._transport.ping(payload)
            case Submit(message):
                self._listener.submitted(self, message)
            case Greet(hello):
                self._listener.greeted(self, hello)
            case Close(code, reason):
                self._reason = reason
                self._transport.close(code, reason)
            case Drop(reason):
                self._reason = reason
                self._transport.abort()

    # --- time ---

    def _arm(self) -> None:
        """Set the timer to the session's next wake, unless it rings before that anyway."""
        due = self.session.next_wake
        if due is None or self._rings <= due + TIMER_SLACK:
            return
        self._rings = due
        delay = max(0.0, due - self._clock.seconds())
        if self._timer is None or not self._timer.active():
            self._timer = self._clock.callLater(delay, self._wake)
        else:
            self._timer.reset(delay)

    def _wake(self) -> None:
        self._rings = math.inf
        self.perform(self.session.woken(self._clock.seconds()))
        self._arm()
