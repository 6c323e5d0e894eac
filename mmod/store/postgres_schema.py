"""How the schema of a PostgreSQL database is brought up to date."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mmod.errors import StoreError
from mmod.store.migrate import Migration, pending
from mmod.store.postgres_connection import PostgresConnection

#: Key of the advisory lock under which the schema is changed: "mmod" in ASCII.
SCHEMA_LOCK = 0x6D6D6F64


async def check_encoding(connection: PostgresConnection) -> None:
    """Raise `StoreError` for a database that cannot hold every text."""
    ((encoding,),) = await connection.query("SHOW server_encoding")
    if encoding != "UTF8":
        raise StoreError(f"the encoding of the database is {encoding}, and must be UTF8 to hold players' names")


async def upgrade(connection: PostgresConnection, migrations: Sequence[Migration], now: Callable[[], float]) -> None:
    """Run the migrations that are missing, each in a transaction; raise `StoreTooNew` when the database is ahead."""
    while True:
        async with connection.transaction(statement_timeout=0):
            # Held until the transaction ends, however it ends; others who migrate wait here.
            await connection.query(f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK})")
            steps = pending(migrations, await schema_number(connection))
            if not steps:
                return
            await _run(connection, steps[0], now())


async def schema_number(connection: PostgresConnection) -> int:
    """Return the number of the newest migration that has run, 0 for an empty database."""
    # Not by to_regclass: it may still remember an answer from before the lock was waited for.
    if not await connection.query("SELECT FROM pg_class WHERE relname = 'schema_version' AND pg_table_is_visible(oid)"):
        return 0
    ((number,),) = await connection.query("SELECT coalesce(max(number), 0) FROM schema_version")
    return int(number)


async def _run(connection: PostgresConnection, migration: Migration, now: float) -> None:
    await connection.query(migration.script)
    note = "INSERT INTO schema_version VALUES (%(number)s, %(name)s, %(now)s)"
    await connection.query(note, {"number": migration.number, "name": migration.name, "now": now})
