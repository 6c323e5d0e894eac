"""The embedded store: one SQLite file, one connection, one thread.

Every operation is handed to a thread of the store's own, which alone touches the connection, so the reactor never waits
for a disk.  Operations run one after the other in the order in which they were asked for; the players' writer asks for
one batch at a time, so the queue before the thread stays short.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from twisted.internet.defer import Deferred, DeferredLock, fail
from twisted.internet.interfaces import IReactorFromThreads
from twisted.internet.threads import deferToThreadPool
from twisted.python.threadpool import ThreadPool
from zope.interface import implementer

from mmod.errors import StoreAway, StoreError
from mmod.interfaces import IStore
from mmod.session.claims import Claim, ClaimRequest, Holding, Owner, Quarantined, Save, SaveResult, StoredPlayer
from mmod.session.ledger import LedgerRow
from mmod.store import sqlite_ledger as ledger
from mmod.store import sqlite_quarantine, sqlite_replacement, sqlite_rows, sqlite_schema
from mmod.store import sqlite_queries as sql
from mmod.store.migrate import Migration, SchemaStatus, migrations
from mmod.store.rows import check_claims, check_player_id, checked_saves, checked_state, storable, stored_player
from mmod.store.sqlite_connection import connect, connect_existing, snapshot, transaction
from mmod.world.state import PlayerState

T = TypeVar("T")

#: The database holds resume hashes and players' names: nobody but the daemon's user reads it.
FILE_MODE = 0o600

#: What SQLite says when somebody else keeps the database locked.
_LOCKED = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@implementer(IStore)
class SQLiteStore:
    """Keeps players in the file `path`, whose directory must exist.

    `now` gives unix seconds; it is called in the store's thread.
    """

    def __init__(
        self,
        path: Path,
        reactor: IReactorFromThreads,
        now: Callable[[], float],
        schema: Sequence[Migration] | None = None,
    ) -> None:
        self.path = path
        self._reactor = reactor
        self._now = now
        self._schema = migrations("sqlite") if schema is None else schema
        self._opening = DeferredLock()
        self._pool: ThreadPool | None = None
        self._connection: sqlite3.Connection | None = None

    def schema(self) -> Deferred[SchemaStatus]:
        """See `IStore.schema`; a file that does not exist has had no migration."""
        return Deferred.fromCoroutine(self._status())

    def migrate(self) -> Deferred[None]:
        """See `IStore.migrate`; may be repeated after it has failed."""
        return self._opening.run(self._open)

    def claim(self, requests: Sequence[ClaimRequest]) -> Deferred[list[Claim]]:
        """See `IStore.claim`."""

        def claim(connection: sqlite3.Connection) -> list[Claim]:
            check_claims(requests)
            with transaction(connection):
                return [sql.claim(connection, request, self._now()) for request in requests]

        return self._run(claim)

    def save(self, saves: Sequence[Save]) -> Deferred[list[SaveResult]]:
        """See `IStore.save`."""

        def save(connection: sqlite3.Connection) -> list[SaveResult]:
            columns = checked_saves(saves)
            with transaction(connection):
                return [sql.write(connection, *pair, self._now()) for pair in zip(saves, columns, strict=True)]

        return self._run(save)

    def lost(self, epochs: Mapping[str, int]) -> Deferred[dict[str, Owner | None]]:
        """See `IStore.lost`."""
        return self._run(lambda connection: sql.lost(connection, epochs))

    def read(self, player_id: str) -> Deferred[StoredPlayer | None]:
        """See `IStore.read`."""

        def read(connection: sqlite3.Connection) -> StoredPlayer | None:
            row = sqlite_rows.find(connection, player_id) if storable(player_id) else None
            return None if row is None else stored_player(row)

        return self._run(read)

    def players(self, after: str, limit: int) -> Deferred[list[StoredPlayer]]:
        """See `IStore.players`."""
        return self._run(lambda connection: [stored_player(row) for row in sql.page(connection, after, limit)])

    def quarantine(self, player_id: str, epoch: int, reason: str) -> Deferred[None]:
        """See `IStore.quarantine`."""

        def quarantine(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                sqlite_quarantine.quarantine(connection, player_id, epoch, reason, self._now())

        return self._run(quarantine)

    def quarantined(self) -> Deferred[list[Quarantined]]:
        """See `IStore.quarantined`."""
        return self._run(sqlite_quarantine.quarantined)

    def restore(self, quarantine_id: int) -> Deferred[bool]:
        """See `IStore.restore`; a state that stands in the way is set aside in its turn."""

        def restore(connection: sqlite3.Connection) -> bool:
            with transaction(connection):
                return sqlite_quarantine.restore(connection, quarantine_id, self._now())

        return self._run(restore)

    def history(self, instance_id: str) -> Deferred[list[LedgerRow]]:
        """See `IStore.history`."""
        return self._run(lambda connection: ledger.history(connection, instance_id) if storable(instance_id) else [])

    def moves(self, player_id: str, limit: int) -> Deferred[list[LedgerRow]]:
        """See `IStore.moves`."""
        return self._run(lambda connection: ledger.moves(connection, player_id, limit) if storable(player_id) else [])

    def holdings(self, after: str, limit: int) -> Deferred[list[Holding]]:
        """See `IStore.holdings`."""

        def holdings(connection: sqlite3.Connection) -> list[Holding]:
            with snapshot(connection):
                return sql.holdings(connection, after, limit)

        return self._run(holdings)

    def replace(self, player_id: str, state: PlayerState) -> Deferred[int]:
        """See `IStore.replace`."""

        def replace(connection: sqlite3.Connection) -> int:
            check_player_id(player_id)
            columns = checked_state(state, None)
            with transaction(connection):
                return sqlite_replacement.replace(connection, player_id, state, columns, self._now())

        return self._run(replace)

    def disown(self) -> Deferred[int]:
        """See `IStore.disown`."""

        def disown(connection: sqlite3.Connection) -> int:
            with transaction(connection):
                return sqlite_replacement.disown(connection)

        return self._run(disown)

    def ping(self) -> Deferred[None]:
        """Answer when the write lock could be taken; nothing is written."""

        def ping(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                pass

        return self._run(ping)

    def close(self) -> Deferred[None]:
        """See `IStore.close`."""
        return self._opening.run(self._shut)

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> Deferred[T]:
        connection, pool = self._connection, self._pool
        if connection is None or pool is None:
            return fail(StoreAway("the store is not open"))
        return self._in_thread(pool, lambda: work(connection))

    def _in_thread(self, pool: ThreadPool, work: Callable[[], T]) -> Deferred[T]:
        return deferToThreadPool(self._reactor, pool, self._attempt, work)

    def _attempt(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> StoreError:
        kind = StoreAway if getattr(error, "sqlite_errorcode", None) in _LOCKED else StoreError
        return kind(f"{self.path}: {error}")

    async def _status(self) -> SchemaStatus:
        pool = _one_thread()
        try:
            return await self._in_thread(pool, self._look)
        finally:
            pool.stop()

    def _look(self) -> SchemaStatus:
        applied = 0
        if self.path.exists():
            with closing(connect_existing(self.path)) as connection:
                applied = sqlite_schema.schema_number(connection)
        return SchemaStatus(applied, tuple(self._schema))

    async def _open(self) -> None:
        if self._connection is not None:
            return
        pool = _one_thread()
        try:
            self._connection = await self._in_thread(pool, self._connect)
        except BaseException:
            pool.stop()
            raise
        self._pool = pool

    def _connect(self) -> sqlite3.Connection:
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, FILE_MODE))
        connection = connect(os.fspath(self.path))
        try:
            sqlite_schema.upgrade(connection, self._schema, self._now)
        except BaseException:
            connection.close()
            raise
        return connection

    async def _shut(self) -> None:
        connection, pool = self._connection, self._pool
        if connection is None or pool is None:
            return
        self._connection = self._pool = None
        try:
            await self._in_thread(pool, connection.close)
        finally:
            pool.stop()


def _one_thread() -> ThreadPool:
    pool = ThreadPool(minthreads=1, maxthreads=1, name="mmod-sqlite")
    pool.start()
    return pool
