"""Turns at the store for whoever only asks: operators, and the audit at start.

What they ask may wait for a lock that somebody else holds.  However many they are, so many of them have a connection at
once, and the others wait a moment and are told; saves, claims and the watch over the store always find one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from twisted.internet.defer import Deferred, DeferredSemaphore
from twisted.internet.interfaces import IReactorTime

from mmod.errors import StoreBusy

#: Seconds to wait for a turn: an answer takes some milliseconds, so whoever has waited for so long is behind a lock.
TURN_TIMEOUT = 1.0

#: How many may wait for a turn: more than operators and their tools are, and no memory to speak of.
MOST_WAITING = 100


class Turns:
    """Lets `places` have their turn at once."""

    def __init__(self, places: int, clock: IReactorTime) -> None:
        self._places = DeferredSemaphore(places)
        self._clock = clock

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Let the block have a turn; raise `StoreBusy` when there is none within `TURN_TIMEOUT`."""
        await self._admission()
        try:
            yield
        finally:
            self._places.release()

    def _admission(self) -> Deferred[Any]:
        if len(self._places.waiting) >= MOST_WAITING:
            raise StoreBusy(f"{MOST_WAITING} questions wait for the store already")
        admission: Deferred[Any] = self._places.acquire()
        return admission.addTimeout(TURN_TIMEOUT, self._clock, _gave_up)


def _gave_up(_: object, timeout: float) -> Any:
    raise StoreBusy(f"other questions have kept the store busy for {timeout:g} s")
