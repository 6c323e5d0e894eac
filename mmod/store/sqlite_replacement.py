"""What replaces states or their owners from outside, in SQLite; the caller has opened a transaction."""

from __future__ import annotations

import sqlite3

from mmod.session.columns import Columns
from mmod.store import sqlite_ledger as ledger
from mmod.store.records import STATE_COLUMNS
from mmod.store.rows import DISOWNING, imported_events, instance_ids
from mmod.store.sqlite_holders import require_nobody_elses
from mmod.store.sqlite_rows import KEPT, find
from mmod.world.state import PlayerState

_REPLACE = f"""
    INSERT OR REPLACE INTO player_state ({KEPT})
    VALUES (:player_id, :epoch, :version, 1, {", ".join(f":{column}" for column in STATE_COLUMNS)}, NULL, NULL, :now)
"""  # noqa: S608 - constants

_DISOWN = "UPDATE player_state SET epoch = epoch + ?, resume_hash = NULL, disconnected_at = NULL"


def replace(connection: sqlite3.Connection, player_id: str, state: PlayerState, columns: Columns, now: float) -> int:
    """Put a state in place of a row under a new epoch, which is returned."""
    require_nobody_elses(connection, player_id, instance_ids(state))
    present = find(connection, player_id)
    epoch, version = (present.epoch + 1, present.version + 1) if present else (1, 1)
    keys = {"player_id": player_id, "epoch": epoch, "version": version, "now": now}
    connection.execute(_REPLACE, {**keys, **{column: getattr(columns, column) for column in STATE_COLUMNS}})
    ledger.note(connection, player_id, epoch, imported_events(present, state, now))
    return epoch


def disown(connection: sqlite3.Connection) -> int:
    """Raise all epochs and forget all resume tokens; return how many players there are."""
    return connection.execute(_DISOWN, (DISOWNING,)).rowcount
