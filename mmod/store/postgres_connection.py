"""One connection to PostgreSQL: txpostgres, with what it does not do.

txpostgres speaks to psycopg2 in the reactor's thread without blocking, and has no timeouts.  Two of its ways are never
taken.  Cancelling its Deferreds would end in psycopg2's `cancel`, which blocks the process until the server answers:
whoever is asked to give up here closes the connection instead.  Its interactions commit nothing when they are given a
coroutine: transactions are written out below.  A connection that has failed or was given up is never used again; the
pool opens another.

It would also leave every connection with the reactor, for notifications.  libpq closes its socket as soon as it finds
that the server is gone, which may be in the middle of asking the next question; the reactor would then keep the number
of a closed socket, and hear nothing of the next one that gets the number, a player's for instance.  So a connection is
with the reactor while it waits for an answer or rests, and at no other time.

Resolving the server's name is the one thing that may block (libpq does it while it begins to connect).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import psycopg2
from twisted.internet.defer import CancelledError, Deferred, maybeDeferred
from twisted.internet.interfaces import IReadDescriptor
from twisted.python.failure import Failure
from txpostgres import txpostgres
from zope.interface import implementer

from mmod.errors import StoreAway, StoreError
from mmod.store.postgres_errors import FAULTS, connect_error, store_error

T = TypeVar("T")

Rows = list[tuple[Any, ...]]

#: Seconds in which a connection must be open: a busy server on another continent makes it, a frozen one does not.
CONNECT_TIMEOUT = 3.0

#: Seconds for one statement, after which the server gives it up: a batch takes some tens of milliseconds, so something
#: holds a lock.
STATEMENT_TIMEOUT = 4.0

#: Seconds for which the server keeps the locks of a transaction that says nothing: its daemon is dead or cut off.
IDLE_TIMEOUT = 5.0

# One message to the server.  The settings hold for this transaction only, so that a pooler between mmod and the server
# may lend its connections to others.  Where commits would not wait for the disk, ours do.
_BEGIN = """
    BEGIN ISOLATION LEVEL {isolation} READ WRITE;
    SET LOCAL statement_timeout = {statement_timeout:d};
    SET LOCAL idle_in_transaction_session_timeout = {idle_timeout:d};
    SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';
"""


async def connect(reactor: Any, server: str, parameters: Mapping[str, str]) -> PostgresConnection:
    """Return an open connection; raise `StoreAway` when the server is, `StoreError` when it will not have us."""
    connection = PostgresConnection(reactor, server)
    overdue = StoreAway(f"{server}: no connection within {CONNECT_TIMEOUT:g} s")
    deadline = reactor.callLater(CONNECT_TIMEOUT, connection.close, overdue)
    try:
        await connection.open(parameters)
    except BaseException:
        connection.close(overdue)
        raise
    finally:
        if deadline.active():
            deadline.cancel()
    return connection


class PostgresConnection:
    """A connection that answers one question at a time; `server` names it in errors."""

    def __init__(self, reactor: Any, server: str) -> None:
        self._reactor = reactor
        self._server = server
        self._raw = txpostgres.Connection(reactor)
        self._watch: IdleWatch | None = None
        #: What begins the transaction, until it is sent with the first statement of it.
        self._begin = ""
        self._closed_because: StoreAway | None = None

    @property
    def closed(self) -> bool:
        """Whether it is of no more use."""
        return self._closed_because is not None or bool(self._raw.closed)

    def open(self, parameters: Mapping[str, str]) -> Deferred[None]:
        """Connect with libpq's parameters."""
        return self._shielded(lambda: self._open(parameters), connect_error)

    def query(self, statement: str, parameters: Mapping[str, Any] | None = None) -> Deferred[Rows]:
        """Return the rows that a statement gives, none for one that gives none.

        Fails with `StoreError`, and with `StoreAway` when there will be no answer.
        """
        begin, self._begin = self._begin, ""
        return self._shielded(lambda: self._execute(begin + statement, parameters), store_error)

    @asynccontextmanager
    async def transaction(
        self, statement_timeout: float = STATEMENT_TIMEOUT, isolation: str = "READ COMMITTED"
    ) -> AsyncIterator[None]:
        """Commit what the block does, or nothing of it when it raises; 0 lets its statements take any time.

        Under "REPEATABLE READ" all its statements see the database as of one moment.  The transaction begins on the
        server with its first statement, in the same message.

        When there was no answer to the commit itself, it may have been done all the same.
        """
        self._begin = _BEGIN.format(
            isolation=isolation,
            statement_timeout=round(statement_timeout * 1000),
            idle_timeout=round(IDLE_TIMEOUT * 1000),
        )
        try:
            yield
            await self.query("COMMIT")
        except Exception:
            await self._roll_back()
            raise

    def close(self, reason: StoreAway) -> None:
        """Let go of the connection at once; whoever waits for an answer fails with `reason`."""
        if self._closed_because is not None:
            return
        self._closed_because = reason
        self.wake()
        if self._raw.pollable() is not None:
            self._raw.close()

    def rest(self, lost: Callable[[], None]) -> None:
        """Watch it while nobody uses it; `lost` hears when the server is gone."""
        self._watch = IdleWatch(self._reactor, self._raw.pollable(), lost)
        self._watch.start()

    def wake(self) -> None:
        """Watch it no more."""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None

    def _open(self, parameters: Mapping[str, str]) -> Deferred[None]:
        opened: Deferred[Any] = self._raw.connect(**parameters)
        return opened.addBoth(self._unwatched).addCallback(lambda _: None)

    def _execute(self, statement: str, parameters: Mapping[str, Any] | None) -> Deferred[Rows]:
        done: Deferred[Any] = self._raw.cursor().execute(statement, parameters)
        return done.addBoth(self._unwatched).addCallback(_rows)

    def _unwatched(self, result: T) -> T:
        """Take back from the reactor what txpostgres has just given it."""
        if self._raw.pollable() is not None:
            self._reactor.removeReader(self._raw)
        return result

    async def _roll_back(self) -> None:
        self._begin = ""
        with suppress(StoreError):
            await self.query("ROLLBACK")
            return
        self.close(StoreAway(f"{self._server}: the transaction could not be rolled back"))

    def _shielded(
        self, question: Callable[[], Deferred[T]], explain: Callable[[BaseException, str], StoreError]
    ) -> Deferred[T]:
        """Return the answer to a question; whoever cancels that closes the connection instead."""
        answer: Deferred[T] = Deferred(self._given_up)

        def answered(result: T | Failure) -> None:
            if not answer.called:
                answer.callback(result)

        maybeDeferred(question).addErrback(self._explained, explain).addBoth(answered)
        return answer

    def _explained(self, failure: Failure, explain: Callable[[BaseException, str], StoreError]) -> Failure:
        error = failure.value
        if not isinstance(error, FAULTS):
            return failure
        raise self._closed_because or explain(error, self._server) from error

    def _given_up(self, answer: Deferred[T]) -> None:
        answer.errback(CancelledError())
        self.close(StoreAway(f"{self._server}: the question was given up"))


@implementer(IReadDescriptor)
class IdleWatch:
    """Reads what a server says to an idle connection, which is mostly its farewell."""

    def __init__(self, reactor: Any, connection: Any, lost: Callable[[], None]) -> None:
        self._reactor = reactor
        self._connection = connection
        self._fileno: int = connection.fileno()
        self._lost = lost

    def start(self) -> None:
        """Begin to watch."""
        self._reactor.addReader(self)

    def stop(self) -> None:
        """Watch no more."""
        self._reactor.removeReader(self)

    def fileno(self) -> int:
        """Return the number of the socket."""
        return self._fileno

    def logPrefix(self) -> str:  # noqa: N802 - Twisted's name
        """Return what Twisted calls it in logs."""
        return "idle PostgreSQL connection"

    def doRead(self) -> None:  # noqa: N802 - Twisted's name
        """Take a notice, or find out that the server is gone."""
        self.stop()  # before libpq may close the socket, which the reactor could not forget afterwards
        try:
            self._connection.poll()
        except psycopg2.Error:
            self._lost()
        else:
            self.start()

    def connectionLost(self, reason: Failure) -> None:  # noqa: N802 - Twisted's name
        """The socket was closed."""
        self._lost()


def _rows(cursor: Any) -> Rows:
    rows: Sequence[tuple[Any, ...]] = [] if cursor.description is None else cursor.fetchall()
    return list(rows)
