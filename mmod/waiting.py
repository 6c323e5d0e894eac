"""How the daemon waits at its start for a store that is away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger

from mmod.errors import StoreAway
from mmod.net.readiness import Readiness

T = TypeVar("T")

#: Seconds between tries to reach a store that is away: at first, and at most.
FIRST_RETRY, LAST_RETRY = 0.5, 5.0

log = Logger(namespace="mmod")


async def when_back(ask: Callable[[], Awaitable[T]], clock: IReactorTime, readiness: Readiness) -> T:
    """Return what a store answers; while it is away, ask again after growing pauses, and let readiness say so."""
    pause, reason = FIRST_RETRY, readiness.reason
    while True:
        try:
            answer = await ask()
        except StoreAway as error:
            readiness.reason = "waiting for the store"
            log.warn("the store is away, next try in {pause} s: {error}", pause=pause, error=error)
        else:
            readiness.reason = reason
            return answer
        await deferLater(clock, pause)
        pause = min(2 * pause, LAST_RETRY)
