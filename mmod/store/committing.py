"""When batches of saves go to the store: soon, one at a time or two of a crowd, and again after a failure.

A batch departs as soon as somebody is ready and the delay that gathers urgent saves is over.  While it is under way
those who come gather for the next; only when they fill a batch, it departs beside the first, so that the store never
waits for us to prepare the next.  No player is in both.  After a failure nothing departs until the back-off has passed
or `hurry` cuts it short.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from twisted.internet.defer import maybeDeferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger, LogLevel
from twisted.python.failure import Failure

from mmod.errors import StoreError, Superseded
from mmod.interfaces import IStore
from mmod.session.claims import Save, SaveResult
from mmod.store.health import Health
from mmod.store.landing import land
from mmod.store.player import Callers
from mmod.store.register import Register
from mmod.store.report import IWriterReport
from mmod.store.telling import Telling

#: Seconds before a failed batch is repeated: at first hardly more than a restart of the database takes, ...
FIRST_BACKOFF = 0.1
#: ... then twice as long each time, up to what a player who waits for a `success` may be asked to bear.
LONGEST_BACKOFF = 5.0

#: Batches under way at once: one that the store works on, and one that is prepared or taken note of here meanwhile.
MOST_IN_FLIGHT = 2


class Committer:
    """Sends what the register holds; `progressed` is called when a batch has had its answer."""

    log = Logger(namespace="mmod.store.writer")

    def __init__(
        self,
        store: IStore,
        clock: IReactorTime,
        register: Register,
        *,
        batch: int,
        health: Health,
        report: IWriterReport,
        progressed: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._register = register
        self._batch = batch
        self._health = health
        self._report = report
        self._progressed = progressed
        self._telling = Telling(clock)
        self._next: IDelayedCall | None = None
        self._in_flight = 0
        self._backing_off = False
        self._backoff = FIRST_BACKOFF
        self._hurried = False
        self._stopped = False

    def wake(self, delay: float) -> None:
        """Let the next batch depart within `delay` seconds, unless a back-off or the answer to another is due first."""
        if self._backing_off or self._stopped or not self._has_room:
            return
        if self._next is None or self._next.getTime() > self._clock.seconds() + delay:
            self._depart_in(delay)

    def wake_if_ready(self) -> None:
        """Let a batch depart at the next turn if somebody is ready, unless one is to depart soon."""
        if self._next is None and self._has_room and self._register.ready():
            self.wake(0)

    def hurry(self) -> None:
        """Try at once what has failed before."""
        if self._backing_off:
            self._backing_off = False
            self._depart_in(0)

    def keep_hurrying(self, hurried: bool) -> None:
        """Choose whether to send without delay and to keep back-offs at their shortest."""
        self._hurried = hurried
        if hurried:
            self.hurry()
            self.wake(0)

    def stop(self) -> None:
        """Send nothing more; a batch in flight still gets its answer."""
        self._stopped = True
        self._cancel_next()
        self._telling.finish()

    @property
    def telling(self) -> bool:
        """Whether some have still to hear that what they wait for is durable."""
        return bool(self._telling)

    @property
    def _has_room(self) -> bool:
        """Whether one more batch may be under way."""
        crowded = self._register.waiting >= self._batch
        return self._in_flight == 0 or (crowded and self._in_flight < MOST_IN_FLIGHT)

    def _depart_in(self, delay: float) -> None:
        self._cancel_next()
        self._next = self._clock.callLater(delay, self._depart)

    def _cancel_next(self) -> None:
        if self._next is not None and self._next.active():
            self._next.cancel()
        self._next = None

    def _depart(self) -> None:
        self._next, self._backing_off = None, False
        saves = self._register.depart(self._batch)
        if not saves:
            return
        self._in_flight += 1
        self._health.asked("save")
        answer = maybeDeferred(self._store.save, saves)
        answer.addCallbacks(
            self._landed, self._bounced, callbackArgs=(saves, self._clock.seconds()), errbackArgs=(saves,)
        )
        answer.addErrback(lambda failure: self.log.failure("the answer to a batch was not taken", failure))
        self.wake_if_ready()

    def _landed(self, results: Sequence[SaveResult], saves: Sequence[Save], sent_at: float) -> None:
        self._in_flight, self._backoff = self._in_flight - 1, FIRST_BACKOFF
        landing = land(self._register, saves, results)
        if landing.stale:
            self.log.warn(
                "{count} players are not stored as they were saved last (did the database lose commits?); "
                "they are saved whole",
                count=landing.stale,
            )
        self.wake_if_ready()
        self._health.answered("save", "ping")
        if self._in_flight:
            self._health.asked("save")
        self._report.saved(landing.taken, self._clock.seconds() - sent_at)
        for player_id, callers in landing.lost:
            tell_superseded(self._report, player_id, callers)
        self._telling.tell(landing.durable, self._progressed)

    def _bounced(self, failure: Failure, saves: Sequence[Save]) -> None:
        self._in_flight -= 1
        for save in saves:
            self._register.bounced(self._register.enter(save.player_id))
        self._back_off(failure, len(saves))
        self._report.failed(failure.getErrorMessage())
        self._progressed()

    def _back_off(self, failure: Failure, count: int) -> None:
        delay = FIRST_BACKOFF if self._hurried else self._backoff
        self._backoff = min(2 * delay, LONGEST_BACKOFF)
        text = "saving {count} players failed; next attempt in {delay} s"
        if failure.check(StoreError):  # expected of a store: a line says it all
            self.log.error(text + ": {reason}", count=count, delay=delay, reason=failure.getErrorMessage())
        else:
            self.log.failure(text, failure, LogLevel.error, count=count, delay=delay)
        if not self._stopped:
            self._backing_off = True
            self._depart_in(delay)


def tell_superseded(report: IWriterReport, player_id: str, callers: Callers) -> None:
    """Report a player as lost, and fail those who waited for its states."""
    report.superseded(player_id)
    for caller in callers:
        caller.errback(Superseded(f"another join owns player {player_id!r}"))
