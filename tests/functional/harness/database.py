"""What the daemon keeps its players in, as somebody else than the daemon reaches it."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attrs import frozen

from tests.postgres import INSTALLATION, PostgresServer

from .command import COMMAND_TIME

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

    def back_up(self, target: Path) -> None:
        """Write a backup, as docs/operations/backup.md says; a daemon may run."""
        self.execute("VACUUM INTO %s", (str(target),))

    def restore(self, backup: Path) -> None:
        """Put a backup in place of what is there, which is kept aside; no daemon may run."""
        aside = self.path.parent / "broken"
        aside.mkdir()
        for path in self.path.parent.glob(f"{self.path.name}*"):
            path.rename(aside / path.name)
        shutil.copy(backup, self.path)

    def beside(self, backup: Path) -> tuple[str, ...]:
        """Restore a backup to a place of its own, and return what makes a command use it."""
        copy = backup.with_suffix(".copy")
        shutil.copy(backup, copy)
        return ("--database", f"sqlite:///{copy}")


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

    def back_up(self, target: Path) -> None:
        """Write a backup, as docs/operations/backup.md says; a daemon may run."""
        self._run("pg_dump", "--format=custom", f"--file={target}", self.url)

    def restore(self, backup: Path) -> None:
        """Put a backup in place of what is there, which is kept aside; no daemon may run."""
        name = urlsplit(self.url).path.removeprefix("/")
        self.server.execute(f"ALTER DATABASE {name} RENAME TO {name}_broken")
        self.server.execute(f"CREATE DATABASE {name}")
        self._fill(self.url, backup)

    def beside(self, backup: Path) -> tuple[str, ...]:
        """Restore a backup to a place of its own, and return what makes a command use it."""
        url = self.server.new_database()
        self._fill(url, backup)
        return ("--database", url)

    def _fill(self, url: str, backup: Path) -> None:
        self._run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={url}", str(backup))

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([INSTALLATION / "bin" / program, *arguments], check=True, timeout=COMMAND_TIME)


@frozen
class MemoryDatabase:
    """Nothing that anybody else could reach."""

    options: tuple[str, ...] = ("--database", "memory:")


Database = SQLiteDatabase | PostgresDatabase | MemoryDatabase
