"""Values for whoever reads them, at the reader's own pace.

A reader that is slow loses the oldest values and never holds up the connection: of states it wants the newest, of
events the last few hundred.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Iterable
from typing import Generic, TypeVar
from weakref import WeakSet

from twisted.internet.defer import Deferred

from mmod.client.errors import Closed

T = TypeVar("T")


class Inbox(AsyncIterator[T]):
    """One reader's values.  The iteration ends when we close the player, and raises what ended it otherwise."""

    def __init__(self, limit: int, first: Iterable[T]) -> None:
        self._values = deque(first, maxlen=limit)
        self._end: BaseException | None = None
        self._wanted: Deferred[None] | None = None

    def put(self, value: T) -> None:
        """Add a value; the oldest makes way for it."""
        self._values.append(value)
        self._wake()

    def end(self, error: BaseException) -> None:
        """No more values will come; those that are there can still be read."""
        self._end = error
        self._wake()

    def _wake(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            wanted.callback(None)

    async def __anext__(self) -> T:
        """Return the next value as soon as there is one."""
        while not self._values:
            if isinstance(self._end, Closed):
                raise StopAsyncIteration
            if self._end is not None:
                raise self._end
            await self._more()
        return self._values.popleft()

    async def _more(self) -> None:
        if self._wanted is not None:
            raise RuntimeError("this iterator is being read already; every reader takes one of its own")
        self._wanted = Deferred()
        try:
            await self._wanted
        finally:
            self._wanted = None


class Channel(Generic[T]):
    """Gives every value to each of its readers; one that nobody holds any more is forgotten."""

    def __init__(self) -> None:
        self._readers: WeakSet[Inbox[T]] = WeakSet()
        self._end: BaseException | None = None

    def reader(self, limit: int, first: Iterable[T] = ()) -> Inbox[T]:
        """Return an inbox for at most `limit` values, with some in it."""
        inbox = Inbox(limit, first)
        if self._end is not None:
            inbox.end(self._end)
        self._readers.add(inbox)
        return inbox

    def put(self, value: T) -> None:
        """Give a value to everybody."""
        for inbox in list(self._readers):
            inbox.put(value)

    def end(self, error: BaseException) -> None:
        """No more values will come."""
        self._end = error
        for inbox in list(self._readers):
            inbox.end(error)
