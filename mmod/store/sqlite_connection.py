"""One connection to a SQLite file, and its transactions.

Text is returned as the bytes that the file holds, so that a damaged row can be told from a readable one and be set
aside as it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mmod.errors import StoreError

#: Seconds for which a statement waits for a lock that another process (a backup, an operator's shell) holds: less than
#: the two seconds after which the store counts as away.
BUSY_TIMEOUT = 1.0


def connect(path: str) -> sqlite3.Connection:
    """Open a database file such that a commit is on disk when it returns."""
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None)
    try:
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise StoreError(f"{path}: the file system does not allow SQLite's WAL (journal mode {mode})")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    connection.text_factory = bytes
    return connection


def connect_existing(path: Path) -> sqlite3.Connection:
    """Open a database file for a look: unlike `connect`, it makes no file and changes no setting of one."""
    # Not read-only, which would leave the -wal and -shm files behind that SQLite makes for every reader.
    uri = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT, isolation_level=None)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what the block does, or nothing of it when it raises; nobody else writes meanwhile."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Let the block see the database as of one moment; it writes nothing, and others may."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
