"""The SQL of the quarantine for SQLite; whoever calls a function that writes has opened a transaction."""

from __future__ import annotations

import sqlite3

from mmod.errors import Superseded
from mmod.session.claims import Quarantined
from mmod.store import sqlite_ledger as ledger
from mmod.store.rows import instance_ids, reinstated_events, set_aside_events, succeeding
from mmod.store.sqlite_holders import require_nobody_elses
from mmod.store.sqlite_rows import KEPT, SHOWN, STATE, find, row_of

_SET_ASIDE = f"""
    INSERT INTO quarantine (reason, set_aside_at, {KEPT})
    SELECT ?, ?, {KEPT} FROM player_state WHERE player_id = ? AND has_state = 1
"""  # noqa: S608 - constants

_RESET = """
    UPDATE player_state
    SET has_state = 0, x = NULL, z = NULL, inventory = NULL, equipment = NULL, skills = NULL, versions = NULL,
        sequences = NULL, updated_at = ?
    WHERE player_id = ?
"""

_FIND = f"SELECT {SHOWN} FROM quarantine WHERE quarantine_id = ?"  # noqa: S608 - constants

_RESTORE = f"""
    INSERT OR REPLACE INTO player_state ({KEPT})
    SELECT player_id, :epoch, :version, has_state, {STATE}, NULL, disconnected_at, :now
    FROM quarantine WHERE quarantine_id = :quarantine_id
"""  # noqa: S608 - constants


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
    values = connection.execute(_FIND, (quarantine_id,)).fetchone()
    if values is None:
        return False
    aside = row_of(*values)
    require_nobody_elses(connection, aside.player_id, instance_ids(aside.reading().state))
    present = find(connection, aside.player_id)
    if present is not None:
        reason = f"replaced by quarantined row {quarantine_id}"
        connection.execute(_SET_ASIDE, (reason, now, aside.player_id))
    epoch, version = succeeding(aside, present)
    keys = {"quarantine_id": quarantine_id, "epoch": epoch, "version": version, "now": now}
    connection.execute(_RESTORE, keys)
    connection.execute("DELETE FROM quarantine WHERE quarantine_id = ?", (quarantine_id,))
    ledger.note(connection, aside.player_id, epoch, set_aside_events(present, now))
    ledger.note(connection, aside.player_id, epoch, reinstated_events(aside, now))
    return True
