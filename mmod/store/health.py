"""Whether the store answers.

Two questions are watched: the batches of saves, and a ping every second.  Each is *unanswered* from the moment it was
first sent until it succeeds; a failure is no answer.  The store is away when one of them has been unanswered for
`timeout` seconds, and back when none is: a save that succeeds settles both, a ping only itself, because a full disk may
answer pings for ever.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from twisted.internet.defer import maybeDeferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from mmod.interfaces import IStore

#: Seconds between two pings: several within the timeout, and nothing a database would feel.
PING_INTERVAL = 1.0

Question = Literal["save", "ping"]


class Health:
    """Watches one store.

    `changed` hears True when it goes away and False when it is back; `recovered` is called when a ping succeeds after
    one that failed, which is a good moment to try again what has failed too.
    """

    log = Logger(namespace="mmod.store.health")

    def __init__(
        self,
        store: IStore,
        clock: IReactorTime,
        *,
        timeout: float,
        changed: Callable[[bool], None],
        recovered: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._timeout = timeout
        self._changed = changed
        self._recovered = recovered
        self._alarms: dict[Question, IDelayedCall | None] = {}
        self._next_ping: IDelayedCall | None = None
        self._running = False
        self._ping_has_failed = False
        self.away = False

    def start(self) -> None:
        """Begin to ping."""
        self._running = True
        self._ping()

    def stop(self) -> None:
        """Ping no more, and change no more."""
        self._running = False
        for alarm in (self._next_ping, *self._alarms.values()):
            if alarm is not None and alarm.active():
                alarm.cancel()
        self._alarms.clear()

    def asked(self, question: Question) -> None:
        """A question was sent; the first one without an answer counts."""
        if self._running and question not in self._alarms:
            self._alarms[question] = self._clock.callLater(self._timeout, self._overdue, question)

    def answered(self, *questions: Question) -> None:
        """These questions have had a successful answer."""
        for question in questions:
            alarm = self._alarms.pop(question, None)
            if alarm is not None and alarm.active():
                alarm.cancel()
        if self.away and not any(alarm is None for alarm in self._alarms.values()):
            self.away = False
            self._changed(False)

    def _overdue(self, question: Question) -> None:
        self._alarms[question] = None
        if not self.away:
            self.away = True
            self._changed(True)

    def _ping(self) -> None:
        self.asked("ping")
        answer = maybeDeferred(self._store.ping)
        answer.addCallbacks(self._pong, self._ping_failed)
        answer.addErrback(lambda failure: self.log.failure("a change of health was not taken", failure))
        answer.addBoth(self._ping_later)

    def _pong(self, _: None) -> None:
        if not self._running:
            return
        failed, self._ping_has_failed = self._ping_has_failed, False
        self.answered("ping")
        if failed:
            self._recovered()

    def _ping_failed(self, failure: Failure) -> None:
        self._ping_has_failed = True
        self.log.debug("the store did not answer a ping: {reason}", reason=failure.getErrorMessage())

    def _ping_later(self, _: object) -> None:
        if self._running:
            self._next_ping = self._clock.callLater(PING_INTERVAL, self._ping)
