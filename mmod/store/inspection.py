"""The audit that a daemon makes of its own store, once, in the background.

It is for those who have restored a backup, edited a row, or met a fault of ours, and did not think of `mmod audit`.
Players come first: it looks at few of them at a time and pauses in between, waits while the store is away, and ends
with the daemon.
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from mmod.errors import StoreAway, StoreError
from mmod.interfaces import IStore
from mmod.session.claims import Holding
from mmod.store.audit import audited
from mmod.store.findings import Finding

#: Players in one question: with ten items each about 2 ms of the reactor's time, or of the embedded store's thread, so
#: that no tick is late.
PAGE = 10

#: Seconds between two questions: nearly two hundred players a second, for a twentieth of that time.
PAUSE = 0.05

#: Seconds until a store that was away is asked again.
RETRY = 5.0

#: Findings that are named in the log, which a lost table must not flood; `mmod audit` names them all.
MOST_NAMED = 1000


class Inspection:
    """Audits `store`; `found` hears of every finding."""

    log = Logger(namespace="mmod.store.inspection")

    def __init__(self, store: IStore, clock: IReactorTime, found: Callable[[Finding], None]) -> None:
        self._store = store
        self._clock = clock
        self._found = found
        self._named = 0
        self._running: Deferred[None] | None = None

    def start(self) -> None:
        """Begin; may be called once."""
        self._running = Deferred.fromCoroutine(self._inspect())
        self._running.addErrback(self._ended)

    async def stop(self) -> None:
        """Look no further."""
        if self._running is not None:
            self._running.cancel()
            await self._running

    async def _inspect(self) -> None:
        summary = await audited(self._page, self._tell, PAGE)
        if summary.findings > MOST_NAMED:
            self.log.error("only {named} of the findings were named; mmod audit names all", named=MOST_NAMED)
        self.log.info("the audit at start has ended: {summary}", summary=summary)

    async def _page(self, after: str, limit: int) -> list[Holding]:
        pause = PAUSE
        while True:
            await deferLater(self._clock, pause)
            try:
                return await self._store.holdings(after, limit)
            except StoreAway:
                pause = RETRY

    def _tell(self, finding: Finding) -> None:
        self._found(finding)
        self._named += 1
        if self._named <= MOST_NAMED:
            self.log.error("{finding}", finding=finding)

    def _ended(self, failure: Failure) -> None:
        """Take notice of an end before the last player."""
        if failure.check(StoreError):
            self.log.error("the audit at start has failed: {reason}", reason=failure.getErrorMessage())
        elif not failure.check(CancelledError):
            self.log.failure("the audit at start has failed", failure)
