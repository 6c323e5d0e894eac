"""An ordered service: parts start one after the other, and stop in the reverse order, each waited for.

(`MultiService` starts and stops its children all at once and drops their failures.)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from attrs import frozen
from twisted.application.service import Service
from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from mmod.errors import LocalError


async def nothing() -> None:
    """Do nothing: for a part that has only a start or only a stop."""


@frozen
class Part:
    """Something that is started and stopped; both may wait."""

    name: str
    start: Callable[[], Awaitable[None]] = nothing
    stop: Callable[[], Awaitable[None]] = nothing


class OrderedService(Service):
    """Runs parts in order; `failed` is told in one line why a start did not succeed, or what went wrong at the stop."""

    log = Logger()

    def __init__(self, parts: Sequence[Part], failed: Callable[[str], None]) -> None:
        self._parts = parts
        self._failed = failed
        self._started: list[Part] = []
        self._starting: Deferred[None] | None = None
        self._stopping: Deferred[None] | None = None

    @property
    def stopping(self) -> bool:
        """Whether the parts are being stopped, or were."""
        return self._stopping is not None

    def startService(self) -> None:  # noqa: N802 - Twisted's name
        """Begin to start the parts."""
        super().startService()
        self._starting = Deferred.fromCoroutine(self._start())
        self._starting.addErrback(self._start_failed)

    def stopService(self) -> Deferred[None]:  # noqa: N802 - Twisted's name
        """Stop what was started; fires when everything has stopped."""
        super().stopService()
        if self._stopping is None:
            if self._starting is not None:
                self._starting.cancel()
            self._stopping = Deferred.fromCoroutine(self._stop())
        return self._stopping

    async def _start(self) -> None:
        for part in self._parts:
            self._started.append(part)  # also what failed half way is stopped
            await part.start()

    async def _stop(self) -> None:
        while self._started:
            part = self._started.pop()
            try:
                await part.stop()
            except Exception:  # whatever goes wrong here must not keep the others from stopping
                self._tell(Failure(), f"the {part.name} did not stop as it should")

    def _start_failed(self, failure: Failure) -> None:
        if not failure.check(CancelledError):
            self._tell(failure, f"the {self._started[-1].name} did not start")

    def _tell(self, failure: Failure, what: str) -> None:
        reason = failure.getErrorMessage()
        if not failure.check(LocalError, OSError):
            self.log.failure("{what}", failure, what=what)
            reason = f"{type(failure.value).__name__}: {reason}"
        self._failed(f"{what}: {reason}")
