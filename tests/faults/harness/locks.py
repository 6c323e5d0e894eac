"""Somebody else at the same PostgreSQL database, in whose way the daemon stands still where a test wants it to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import psycopg2

from mmod.store.postgres_schema import SCHEMA_LOCK
from tests.functional.harness.database import PostgresDatabase, SQLiteDatabase
from tests.functional.harness.waiting import eventually

#: Questions to the database that wait for a lock of somebody else.
_WAITING = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""

_SESSIONS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@contextmanager
def locked(database: PostgresDatabase, statement: str, parameters: Sequence[Any] = ()) -> Iterator[None]:
    """Keep what a statement locks until the end of the block."""
    with closing(psycopg2.connect(database.url)) as connection, connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        yield


def locked_player(database: PostgresDatabase, player_id: str) -> Any:
    """Let nobody save or claim a player meanwhile."""
    return locked(database, "SELECT FROM player_state WHERE player_id = %s FOR UPDATE", [player_id])


def locked_schema(database: PostgresDatabase) -> Any:
    """Let nobody migrate meanwhile, as when another daemon does."""
    return locked(database, f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK})")


def somebody_waits(database: PostgresDatabase, how_many: int = 1) -> None:
    """Return when so many questions wait for a lock."""
    eventually(lambda: database.execute(_WAITING)[0][0] >= how_many, "somebody waits for the lock")


def sessions(database: PostgresDatabase | SQLiteDatabase) -> set[int]:
    """Return the processes of the server that are at work on the database: some may outlive the daemon a little."""
    return set() if isinstance(database, SQLiteDatabase) else {pid for (pid,) in database.execute(_SESSIONS)}
