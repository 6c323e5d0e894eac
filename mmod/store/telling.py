"""Tells many callers that something is durable, in order, and without keeping the reactor.

What a caller does when it hears is its own affair, and may be much: it encodes and sends an answer to a client.  So
nobody counts callers here, but time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime

#: Seconds in one turn of the reactor after which the rest is told in the next: what else is done in the turn has to fit
#: into 5 ms as well.
LONGEST_TELLING = 0.001


class Telling:
    """A queue of those to be told; whoever comes first is told first."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._queue: deque[Callable[[], None]] = deque()
        self._next: IDelayedCall | None = None
        self._under_way = False

    def __bool__(self) -> bool:
        return bool(self._queue)

    def tell(self, callers: Iterable[Deferred[None]], done: Callable[[], None]) -> None:
        """Call each caller back, now if nobody else is waiting; `done` is called after the last one."""
        self._queue.extend(_news(caller) for caller in callers)
        self._queue.append(done)
        if not self._under_way:
            self._under_way = True
            self._go_on()

    def finish(self) -> None:
        """Tell everybody now."""
        if self._next is not None and self._next.active():
            self._next.cancel()
            self._under_way = False
        while self._queue:
            self._queue.popleft()()

    def _go_on(self) -> None:
        until = self._clock.seconds() + LONGEST_TELLING
        try:
            while self._queue:
                self._queue.popleft()()
                if self._clock.seconds() >= until:
                    break
        finally:
            self._under_way = bool(self._queue)
            if self._under_way:
                self._next = self._clock.callLater(0, self._go_on)


def _news(caller: Deferred[None]) -> Callable[[], None]:
    return lambda: caller.callback(None)
