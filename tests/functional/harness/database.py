"""What the daemon keeps its players in, as somebody else than the daemon reaches it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from attrs import frozen

from tests.postgres import PostgresServer

#: The stores, by the schemes of their URLs.
SQLITE, POSTGRESQL, MEMORY = "sqlite", "postgresql", "memory"
EVERY_STORE = (SQLITE, POSTGRESQL, MEMORY)

#: Those that outlive the daemon.
DURABLE_STORES = (SQLITE, POSTGRESQL)

#: The name that the daemon gives its SQLite file.
FILE = "players.sqlite"


@frozen
class SQLiteDatabase:
    """The file that a daemon without a `--database` makes in its state directory."""

    path: Path

    @property
    def options(self) -> tuple[str, ...]:
        """What makes a daemon use it."""
        return ()

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement, with %s for each parameter, and return its rows."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            return connection.execute(statement.replace("%s", "?"), parameters).fetchall()


@frozen
class PostgresDatabase:
    """A database of a server that other tests use too."""

    server: PostgresServer
    url: str

    @property
    def options(self) -> tuple[str, ...]:
        """What makes a daemon use it."""
        return ("--database", self.url)

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement, with %s for each parameter, and return its rows."""
        return self.server.execute(statement, parameters, url=self.url)


@frozen
class MemoryDatabase:
    """Nothing that anybody else could reach."""

    options: tuple[str, ...] = ("--database", "memory:")


Database = SQLiteDatabase | PostgresDatabase | MemoryDatabase
