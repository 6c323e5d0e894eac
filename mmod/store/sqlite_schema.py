"""How the schema of a SQLite database is brought up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence

from mmod.store.migrate import Migration, pending
from mmod.store.sqlite_connection import transaction


def upgrade(connection: sqlite3.Connection, migrations: Sequence[Migration], now: Callable[[], float]) -> None:
    """Run the migrations that are missing, each in a transaction; raise `StoreTooNew` when the database is ahead."""
    while True:
        with transaction(connection):
            steps = pending(migrations, schema_number(connection))
            if not steps:
                return
            _run(connection, steps[0], now())


def schema_number(connection: sqlite3.Connection) -> int:
    """Return the number of the newest migration that has run, 0 for an empty database."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'").fetchone():
        return 0
    (number,) = connection.execute("SELECT coalesce(max(number), 0) FROM schema_version").fetchone()
    return int(number)


def _run(connection: sqlite3.Connection, migration: Migration, now: float) -> None:
    for statement in _statements(migration.script):
        connection.execute(statement)
    connection.execute("INSERT INTO schema_version VALUES (?, ?, ?)", (migration.number, migration.name, now))


def _statements(script: str) -> Iterator[str]:
    """Split a script; `executescript` would commit before it begins."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement
