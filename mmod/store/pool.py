"""A small pool of connections that outlives its server.

Theory of operation.  The pool has a fixed number of places.  Each place opens a connection and, whenever that is lost
or could not be opened, another one after a pause that doubles with every failure.  So the pool can be opened while the
server is down, and is whole again soon after the server is back, without being asked.

Whoever needs a connection gets it for one piece of work, or waits its turn: a bounded number may wait, each for a
bounded time, and the work itself has a deadline.  Past the deadline the connection is closed, which needs no answer
from the server: a frozen one cannot be asked to cancel anything.  A connection that is idle is watched, so that a dead
one is replaced and not lent.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from mmod.errors import StoreAway, StoreError
from mmod.store.place import C, Patience, Place

T = TypeVar("T")


class Pool(Generic[C]):
    """Lends the connections that `connect` opens; `server` names the server in errors and logs."""

    log = Logger(namespace="mmod.store.pool")

    def __init__(
        self, server: str, connect: Callable[[], Deferred[C]], clock: IReactorTime, patience: Patience | None = None
    ) -> None:
        self._server = server
        self._clock = clock
        self._patience = patience = patience or Patience()
        self._unopened = [Place(connect, clock, patience, self._opened, self._refused) for _ in range(patience.size)]
        self._places = tuple(self._unopened)
        self._filled: dict[C, Place[C]] = {}
        self._idle: deque[C] = deque()
        self._waiting: deque[Deferred[C]] = deque()
        self._refusal: BaseException | None = None
        self._closing: Deferred[None] | None = None
        self._closed = False

    def open(self) -> None:
        """Begin to connect; may be called once."""
        while self._unopened:
            self._unopened.pop().open()

    async def run(self, work: Callable[[C], Awaitable[T]], within: float) -> T:
        """Return what `work` makes of a connection.

        Raises `StoreAway` when none was free in time; one that is still at work after `within` seconds is closed.
        """
        connection = await self._acquire()
        overdue = StoreAway(f"{self._server} gave no answer within {within:g} s")
        deadline = self._clock.callLater(within, connection.close, overdue)
        try:
            return await work(connection)
        finally:
            if deadline.active():
                deadline.cancel()
            self._release(connection)

    def close(self) -> Deferred[None]:
        """Take no more work; fires when all that was asked for has been answered and every connection is closed."""
        if self._closing is None:
            self._closing = Deferred()
            self._close_if_done()
        closed: Deferred[None] = Deferred()
        self._closing.addCallback(_tell, closed)
        return closed

    # --- lending ------------------------------------------------------------------------------------------------------

    def _acquire(self) -> Deferred[C]:
        if self._closing is not None:
            return fail(StoreAway(f"the pool for {self._server} is closed"))
        if self._idle:
            connection = self._idle.popleft()
            connection.wake()
            return succeed(connection)
        if len(self._waiting) >= self._patience.most_waiting:
            return fail(StoreAway(f"{len(self._waiting)} others wait for a connection to {self._server} already"))
        waiting: Deferred[C] = Deferred(self._withdraw)
        waiting.addTimeout(self._patience.acquire_timeout, self._clock, self._gave_up)
        self._waiting.append(waiting)
        return waiting

    def _withdraw(self, waiting: Deferred[C]) -> None:
        self._waiting.remove(waiting)
        self._close_if_done()

    def _gave_up(self, _: object, timeout: float) -> Any:
        because = f": {self._refusal}" if self._refusal else ""
        raise StoreAway(f"no connection to {self._server} within {timeout:g} s{because}") from self._refusal

    def _release(self, connection: C) -> None:
        if connection.closed:
            self._lost(connection)
        else:
            self._offer(connection)
        self._close_if_done()

    def _offer(self, connection: C) -> None:
        if self._waiting:
            self._waiting.popleft().callback(connection)
        else:
            self._idle.append(connection)
            connection.rest(lambda: self._died(connection))

    # --- coming and going ---------------------------------------------------------------------------------------------

    def _opened(self, place: Place[C], connection: C) -> None:
        if self._refusal is not None:
            self._refusal = None
            self.log.info("connected to {server} again", server=self._server)
        self._filled[connection] = place
        self._offer(connection)

    def _refused(self, failure: Failure) -> None:
        if self._refusal is None:
            self.log.warn("cannot connect: {reason}", reason=failure.getErrorMessage())
        self._refusal = failure.value
        if isinstance(failure.value, StoreError) and not isinstance(failure.value, StoreAway):
            while self._waiting:  # waiting would not help
                self._waiting.popleft().errback(failure)

    def _died(self, connection: C) -> None:
        """An idle connection was lost."""
        self._idle.remove(connection)
        connection.close(StoreAway(f"{self._server} closed the connection"))
        self._lost(connection)

    def _lost(self, connection: C) -> None:
        self._filled.pop(connection).reopen()

    def _close_if_done(self) -> None:
        busy = len(self._filled) > len(self._idle)
        if self._closing is None or self._closed or self._waiting or busy:
            return
        self._closed = True
        for place in self._places:
            place.give_up()
        for connection in self._idle:
            connection.wake()
            connection.close(StoreAway(f"the pool for {self._server} is closed"))
        self._idle.clear()
        self._filled.clear()
        self._clock.callLater(0, self._closing.callback, None)  # whoever was answered last hears that first


def _tell(result: None, other: Deferred[None]) -> None:
    other.callback(result)
