"""All SQL of the SQLite dialect: functions over a connection, which take and return typed values.

Text is returned as the bytes that the file holds, so that a damaged row can be told from a readable one and be set
aside as it is.  A transaction is a `with transaction(connection):` block; whoever calls a function that writes opens
one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from msgspec.json import encode

from mmod.errors import StoreError, Superseded
from mmod.session.claims import Claim, ClaimRequest, Holding, Owner, Quarantined, Save, SaveResult
from mmod.session.columns import Columns
from mmod.store import sqlite_ledger as ledger
from mmod.store.migrate import Migration, pending
from mmod.store.records import JSON_COLUMNS, STATE_COLUMNS
from mmod.store.rows import (
    DISOWNING,
    Row,
    claim_of,
    imported_events,
    instance_ids,
    owner,
    refusal,
    reinstated_events,
    resume_mark,
    set_aside_events,
    stored_player,
)
from mmod.world.state import PlayerState

#: Seconds for which a statement waits for a lock that another process (a backup, an operator's shell) holds: less than
#: the two seconds after which the store counts as away.
BUSY_TIMEOUT = 1.0

_STATE = ", ".join(STATE_COLUMNS)
_KEPT = f"player_id, epoch, version, has_state, {_STATE}, resume_hash, disconnected_at, updated_at"
_SELECT = f"SELECT player_id, epoch, version, resume_hash, disconnected_at, has_state, {_STATE} FROM player_state"  # noqa: S608 - constants

_CLAIM = """
    INSERT INTO player_state (player_id, epoch, version, has_state, name, resume_hash, updated_at)
    VALUES (:player_id, :epoch, 0, 0, :name, :resume_hash, :now)
    ON CONFLICT (player_id) DO UPDATE
    SET epoch = :epoch, resume_hash = :resume_hash, disconnected_at = NULL, updated_at = :now
"""

_SAVE = f"""
    UPDATE player_state
    SET version = :version, has_state = 1, name = :name, x = :x, z = :z,
        {", ".join(f"{column} = coalesce(:{column}, {column})" for column in JSON_COLUMNS)},
        resume_hash = coalesce(:resume_hash, resume_hash), disconnected_at = :disconnected_at, updated_at = :now
    WHERE player_id = :player_id AND epoch = :epoch AND version < :version
        AND (:basis IS NULL OR (version = :basis AND has_state))
"""  # noqa: S608 - constants

_REPLACE = f"""
    INSERT OR REPLACE INTO player_state ({_KEPT})
    VALUES (:player_id, :epoch, :version, 1, {", ".join(f":{column}" for column in STATE_COLUMNS)}, NULL, NULL, :now)
"""  # noqa: S608 - constants

_DISOWN = "UPDATE player_state SET epoch = epoch + ?, resume_hash = NULL, disconnected_at = NULL"

_LOST = """
    SELECT asked.key, epoch, resume_hash FROM json_each(?) AS asked LEFT JOIN player_state ON player_id = asked.key
    WHERE epoch IS NOT asked.value
"""

_SET_ASIDE = f"""
    INSERT INTO quarantine (reason, set_aside_at, {_KEPT})
    SELECT ?, ?, {_KEPT} FROM player_state WHERE player_id = ? AND has_state = 1
"""  # noqa: S608 - constants

_RESET = """
    UPDATE player_state
    SET has_state = 0, x = NULL, z = NULL, inventory = NULL, equipment = NULL, skills = NULL, versions = NULL,
        sequences = NULL, updated_at = ?
    WHERE player_id = ?
"""

_RESTORE = f"""
    INSERT OR REPLACE INTO player_state ({_KEPT})
    SELECT player_id, :epoch, :version, has_state, {_STATE}, NULL, disconnected_at, :now
    FROM quarantine WHERE quarantine_id = :quarantine_id
"""  # noqa: S608 - constants


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


# --- schema -----------------------------------------------------------------------------------------------------------


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


# --- players ----------------------------------------------------------------------------------------------------------


def claim(connection: sqlite3.Connection, request: ClaimRequest, now: float) -> Claim:
    """Give a player a new epoch and a new resume mark."""
    granted = claim_of(request, find(connection, request.player_id))
    values = {
        "player_id": request.player_id,
        "epoch": granted.epoch,
        "name": request.name,
        "resume_hash": request.next_token_hash,
        "now": now,
    }
    connection.execute(_CLAIM, values)
    return granted


def write(connection: sqlite3.Connection, save: Save, columns: Columns, now: float) -> SaveResult:
    """Write a state unless the row is another's, newer, or not what a partial save builds on."""
    values = {name: getattr(columns, name) for name in STATE_COLUMNS} | {
        "player_id": save.player_id,
        "epoch": save.epoch,
        "version": save.version,
        "basis": None if save.basis is None else save.basis.version,
        "resume_hash": save.resume_hash,
        "disconnected_at": save.disconnected_at,
        "now": now,
    }
    if connection.execute(_SAVE, values).rowcount:
        ledger.record(connection, save)
        return SaveResult.STORED
    row = find(connection, save.player_id)
    return refusal(save, None if row is None else (row.epoch, row.version))


def lost(connection: sqlite3.Connection, epochs: Mapping[str, int]) -> dict[str, Owner | None]:
    """Return the owners of those players whose epochs are not these."""
    found = connection.execute(_LOST, (encode(epochs).decode(),))
    return {player_id.decode(): owner(epoch, resume_hash) for player_id, epoch, resume_hash in found}


def find(connection: sqlite3.Connection, player_id: str) -> Row | None:
    """Return the row of a player."""
    values = connection.execute(f"{_SELECT} WHERE player_id = ?", (player_id,)).fetchone()
    return None if values is None else _row(*values)


def page(connection: sqlite3.Connection, after: str, limit: int) -> list[Row]:
    """Return at most `limit` rows whose id sorts after `after`: as UTF-8, which sorts as code points do."""
    query = f"{_SELECT} WHERE player_id > ? ORDER BY player_id LIMIT ?"
    return [_row(*values) for values in connection.execute(query, (after, max(limit, 0)))]


def holdings(connection: sqlite3.Connection, after: str, limit: int) -> list[Holding]:
    """Return what is known of the items of at most `limit` players; the connection must see one moment only."""
    return [_holding(connection, player_id) for player_id in ledger.known_players(connection, after, limit)]


def _holding(connection: sqlite3.Connection, player_id: str) -> Holding:
    row = find(connection, player_id)
    return Holding(
        player_id,
        None if row is None else stored_player(row),
        ledger.newest(connection, player_id),
        ledger.set_aside(connection, player_id),
    )


def replace(connection: sqlite3.Connection, player_id: str, state: PlayerState, columns: Columns, now: float) -> int:
    """Put a state in place of a row under a new epoch, which is returned."""
    ledger.require_nobody_elses(connection, player_id, instance_ids(state))
    present = find(connection, player_id)
    epoch, version = (present.epoch + 1, present.version + 1) if present else (1, 1)
    keys = {"player_id": player_id, "epoch": epoch, "version": version, "now": now}
    connection.execute(_REPLACE, {**keys, **{column: getattr(columns, column) for column in STATE_COLUMNS}})
    ledger.note(connection, player_id, epoch, imported_events(present, state, now))
    return epoch


def disown(connection: sqlite3.Connection) -> int:
    """Raise all epochs and forget all resume tokens; return how many players there are."""
    return connection.execute(_DISOWN, (DISOWNING,)).rowcount


# --- quarantine -------------------------------------------------------------------------------------------------------


def quarantine(connection: sqlite3.Connection, player_id: str, epoch: int, reason: str, now: float) -> None:
    """Copy the row of a player aside and reset it; raise `Superseded` when `epoch` does not own it."""
    row = find(connection, player_id)
    if row is None or row.epoch != epoch:
        raise Superseded(f"player {player_id!r} is not owned under epoch {epoch}")
    connection.execute(_SET_ASIDE, (reason, now, player_id))
    connection.execute(_RESET, (now, player_id))
    ledger.note(connection, player_id, epoch, set_aside_events(row, now))


def quarantined(connection: sqlite3.Connection) -> list[Quarantined]:
    """Return what was set aside, oldest first."""
    query = "SELECT quarantine_id, player_id, reason, set_aside_at FROM quarantine ORDER BY quarantine_id"
    return [
        Quarantined(quarantine_id, player_id.decode(), reason.decode(), set_aside_at)
        for quarantine_id, player_id, reason, set_aside_at in connection.execute(query)
    ]


def restore(connection: sqlite3.Connection, quarantine_id: int, now: float) -> bool:
    """Put a row back under a new epoch; a state that stands in the way is set aside in its turn."""
    query = "SELECT player_id, epoch, version FROM quarantine WHERE quarantine_id = ?"
    values = connection.execute(query, (quarantine_id,)).fetchone()
    if values is None:
        return False
    player_id, epoch, version = values[0].decode(), values[1], values[2]
    present = find(connection, player_id)
    if present is not None:
        reason = f"replaced by quarantined row {quarantine_id}"
        connection.execute(_SET_ASIDE, (reason, now, player_id))
        epoch, version = max(epoch, present.epoch), max(version, present.version)
    keys = {"quarantine_id": quarantine_id, "epoch": epoch + 1, "version": version, "now": now}
    connection.execute(_RESTORE, keys)
    connection.execute("DELETE FROM quarantine WHERE quarantine_id = ?", (quarantine_id,))
    ledger.note(connection, player_id, epoch + 1, set_aside_events(present, now))
    restored = find(connection, player_id)
    assert restored is not None
    ledger.note(connection, player_id, epoch + 1, reinstated_events(restored, now))
    return True


def _row(
    player_id: bytes, epoch: int, version: int, resume_hash: Any, ended_at: Any, has_state: int, *state: Any
) -> Row:
    columns = Columns(*state) if has_state else None
    return Row(player_id.decode(), epoch, version, resume_mark(resume_hash, ended_at), columns)
