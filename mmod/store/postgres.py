"""The store for worlds that must not depend on one machine: PostgreSQL.

Everything runs in the reactor's thread and nothing in it waits: see `pool` for what happens when the server is slow,
frozen or gone, and `postgres_connection` for the driver.  Each operation is one transaction.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import psycopg2
from attrs import evolve
from psycopg2.extensions import parse_dsn
from twisted.internet.defer import Deferred, DeferredLock
from zope.interface import implementer

from mmod.errors import StoreAway
from mmod.interfaces import IStore
from mmod.session.claims import Claim, ClaimRequest, Holding, Owner, Quarantined, Save, SaveResult, StoredPlayer
from mmod.session.ledger import LedgerRow
from mmod.store import postgres_ledger as ledger
from mmod.store import postgres_quarantine, postgres_replacement, postgres_rows, postgres_schema
from mmod.store import postgres_queries as sql
from mmod.store import postgres_saves as writing
from mmod.store.migrate import Migration, SchemaStatus, migrations
from mmod.store.place import QUESTIONS, Patience
from mmod.store.pool import Pool
from mmod.store.postgres_connection import PostgresConnection, connect
from mmod.store.rows import check_claims, check_player_id, checked_saves, checked_state, storable, stored_player
from mmod.store.turns import Turns
from mmod.world.state import PlayerState

T = TypeVar("T")

#: Seconds for one transaction.  The server has given up a second earlier (`STATEMENT_TIMEOUT`) unless it is frozen or
#: cut off.
TRANSACTION_TIMEOUT = 5.0

#: Seconds for all migrations, and for what changes every row: rewriting a large table takes minutes, and so does
#: waiting for another daemon that does.
MIGRATION_TIMEOUT = 600.0

#: Seconds for what puts a state in place: it looks at the belongings of all players, of a million in half of that.
REPLACEMENT_TIMEOUT = 60.0

#: Seconds for which a question waits for a lock.  Nobody locks what is only read but a migration or an operator, and
#: others wait for their turn.
LOCK_TIMEOUT = 1.0

_IMPATIENT = f"SET LOCAL lock_timeout = {round(LOCK_TIMEOUT * 1000)}"

#: What libpq calls the parameters that say where a server is.
_ADDRESS = ("host", "hostaddr", "port", "dbname", "service")


@implementer(IStore)
class PostgresStore:
    """Keeps players in the database that libpq finds by `uri`; raises `ValueError` when it is no URI of libpq's.

    `now` gives unix seconds.
    """

    def __init__(
        self,
        uri: str,
        reactor: Any,
        now: Callable[[], float],
        schema: Sequence[Migration] | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._parameters = parse(uri)
        self._reactor = reactor
        self._now = now
        self._schema = migrations("postgres") if schema is None else schema
        self._patience = patience or Patience()
        self._opening = DeferredLock()
        self._turns = Turns(QUESTIONS, reactor)
        self._pool: Pool[PostgresConnection] | None = None

    def schema(self) -> Deferred[SchemaStatus]:
        """See `IStore.schema`."""
        return Deferred.fromCoroutine(self._look())

    def migrate(self) -> Deferred[None]:
        """See `IStore.migrate`; may be repeated after it has failed."""
        return self._opening.run(self._open)

    def claim(self, requests: Sequence[ClaimRequest]) -> Deferred[list[Claim]]:
        """See `IStore.claim`."""

        async def claim(connection: PostgresConnection) -> list[Claim]:
            check_claims(requests)
            async with connection.transaction():
                return await sql.claim(connection, requests, self._now())

        return self._run(claim)

    def save(self, saves: Sequence[Save]) -> Deferred[list[SaveResult]]:
        """See `IStore.save`."""

        async def save(connection: PostgresConnection) -> list[SaveResult]:
            batch = writing.prepared(saves, checked_saves(saves))
            async with connection.transaction():
                return await writing.write(connection, saves, batch, self._now())

        return self._run(save)

    def lost(self, epochs: Mapping[str, int]) -> Deferred[dict[str, Owner | None]]:
        """See `IStore.lost`."""

        async def lost(connection: PostgresConnection) -> dict[str, Owner | None]:
            async with connection.transaction():
                return await sql.lost(connection, epochs)

        return self._run(lost)

    def read(self, player_id: str) -> Deferred[StoredPlayer | None]:
        """See `IStore.read`."""

        async def read(connection: PostgresConnection) -> StoredPlayer | None:
            row = await postgres_rows.find(connection, player_id) if storable(player_id) else None
            return None if row is None else stored_player(row)

        return self._ask(read)

    def players(self, after: str, limit: int) -> Deferred[list[StoredPlayer]]:
        """See `IStore.players`."""

        async def players(connection: PostgresConnection) -> list[StoredPlayer]:
            return [stored_player(row) for row in await sql.page(connection, after, limit)]

        return self._ask(players)

    def quarantine(self, player_id: str, epoch: int, reason: str) -> Deferred[None]:
        """See `IStore.quarantine`."""

        async def quarantine(connection: PostgresConnection) -> None:
            async with connection.transaction():
                await postgres_quarantine.quarantine(connection, player_id, epoch, reason, self._now())

        return self._in_turn(quarantine)  # a catalogue that lost an item may set everybody aside at once

    def quarantined(self) -> Deferred[list[Quarantined]]:
        """See `IStore.quarantined`."""
        return self._ask(postgres_quarantine.quarantined)

    def restore(self, quarantine_id: int) -> Deferred[bool]:
        """See `IStore.restore`; a state that stands in the way is set aside in its turn."""

        async def restore(connection: PostgresConnection) -> bool:
            async with connection.transaction(statement_timeout=REPLACEMENT_TIMEOUT):
                return await postgres_quarantine.restore(connection, quarantine_id, self._now())

        return self._in_turn(restore, REPLACEMENT_TIMEOUT)

    def history(self, instance_id: str) -> Deferred[list[LedgerRow]]:
        """See `IStore.history`."""

        async def history(connection: PostgresConnection) -> list[LedgerRow]:
            return await ledger.history(connection, instance_id) if storable(instance_id) else []

        return self._ask(history)

    def moves(self, player_id: str, limit: int) -> Deferred[list[LedgerRow]]:
        """See `IStore.moves`."""

        async def moves(connection: PostgresConnection) -> list[LedgerRow]:
            return await ledger.moves(connection, player_id, limit) if storable(player_id) else []

        return self._ask(moves)

    def entries(self, player_id: str, after: int, limit: int) -> Deferred[list[LedgerRow]]:
        """See `IStore.entries`."""

        async def entries(connection: PostgresConnection) -> list[LedgerRow]:
            return await ledger.entries(connection, player_id, after, limit) if storable(player_id) else []

        return self._ask(entries)

    def holdings(self, after: str, limit: int) -> Deferred[list[Holding]]:
        """See `IStore.holdings`."""

        async def holdings(connection: PostgresConnection) -> list[Holding]:
            return await sql.holdings(connection, after, limit)

        return self._ask(holdings, isolation="REPEATABLE READ")

    def replace(self, player_id: str, state: PlayerState) -> Deferred[int]:
        """See `IStore.replace`."""

        async def replace(connection: PostgresConnection) -> int:
            check_player_id(player_id)
            columns = checked_state(state, None)
            async with connection.transaction(statement_timeout=REPLACEMENT_TIMEOUT):
                return await postgres_replacement.replace(connection, player_id, state, columns, self._now())

        return self._run(replace, REPLACEMENT_TIMEOUT)

    def disown(self) -> Deferred[int]:
        """See `IStore.disown`."""

        async def disown(connection: PostgresConnection) -> int:
            async with connection.transaction(statement_timeout=0):
                return await postgres_replacement.disown(connection)

        return self._run(disown, MIGRATION_TIMEOUT)

    def ping(self) -> Deferred[None]:
        """Answer when the server lets us begin to write, which a standby does not."""

        async def ping(connection: PostgresConnection) -> None:
            async with connection.transaction():
                pass

        return self._run(ping)

    def close(self) -> Deferred[None]:
        """See `IStore.close`."""
        return self._opening.run(self._shut)

    def _ask(
        self, question: Callable[[PostgresConnection], Awaitable[T]], isolation: str = "READ COMMITTED"
    ) -> Deferred[T]:
        """Ask in turn, in a transaction that has to wait for no lock to speak of."""

        async def ask(connection: PostgresConnection) -> T:
            async with connection.transaction(isolation=isolation):
                await connection.query(_IMPATIENT)
                return await question(connection)

        return self._in_turn(ask)

    def _in_turn(
        self, work: Callable[[PostgresConnection], Awaitable[T]], within: float = TRANSACTION_TIMEOUT
    ) -> Deferred[T]:
        async def in_turn() -> T:
            async with self._turns.turn():
                return await self._lend(work, within)

        return Deferred.fromCoroutine(in_turn())

    def _run(
        self, work: Callable[[PostgresConnection], Awaitable[T]], within: float = TRANSACTION_TIMEOUT
    ) -> Deferred[T]:
        return Deferred.fromCoroutine(self._lend(work, within))

    async def _lend(self, work: Callable[[PostgresConnection], Awaitable[T]], within: float) -> T:
        if self._pool is None:
            raise StoreAway("the store is not open")
        return await self._pool.run(work, within)

    async def _open(self) -> None:
        if self._pool is not None:
            return
        pool = self._open_pool(self._patience)
        try:
            status = await pool.run(self._status, TRANSACTION_TIMEOUT)
            if status.pending:
                await pool.run(self._upgrade, MIGRATION_TIMEOUT)
        except BaseException:
            await pool.close()
            raise
        self._pool = pool

    async def _look(self) -> SchemaStatus:
        pool = self._open_pool(evolve(self._patience, size=1))
        try:
            return await pool.run(self._status, TRANSACTION_TIMEOUT)
        finally:
            await pool.close()

    def _open_pool(self, patience: Patience) -> Pool[PostgresConnection]:
        pool = Pool(server_name(self._parameters), self._connect, self._reactor, patience)
        pool.open()
        return pool

    def _connect(self) -> Deferred[PostgresConnection]:
        return Deferred.fromCoroutine(connect(self._reactor, server_name(self._parameters), self._parameters))

    async def _status(self, connection: PostgresConnection) -> SchemaStatus:
        async with connection.transaction():
            await postgres_schema.check_encoding(connection)
            return SchemaStatus(await postgres_schema.schema_number(connection), tuple(self._schema))

    async def _upgrade(self, connection: PostgresConnection) -> None:
        await postgres_schema.upgrade(connection, self._schema, self._now)

    async def _shut(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()


def parse(uri: str) -> Mapping[str, str]:
    """Return libpq's parameters; raise `ValueError`, which shows nothing of the URI, when it is none."""
    try:
        given = parse_dsn(uri)
    except (psycopg2.Error, ValueError):  # whose texts may hold the password
        raise ValueError("is no URI that libpq can read") from None
    return {"application_name": "mmod", **given, "client_encoding": "UTF8"}


def server_name(parameters: Mapping[str, str]) -> str:
    """Return what errors and logs call a server: where it is, and nothing secret."""
    where = " ".join(f"{name}={parameters[name]}" for name in _ADDRESS if name in parameters)
    return f"PostgreSQL ({where})" if where else "PostgreSQL"
