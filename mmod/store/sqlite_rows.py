"""The row of a player in SQLite: its columns, and how one is found."""

from __future__ import annotations

import sqlite3
from typing import Any

from mmod.session.columns import Columns
from mmod.store.records import STATE_COLUMNS
from mmod.store.rows import Row, resume_mark

#: The columns of a state, and all those of a row: of one in `player_state` and of one that was set aside.
STATE = ", ".join(STATE_COLUMNS)
KEPT = f"player_id, epoch, version, has_state, {STATE}, resume_hash, disconnected_at, updated_at"
#: Begins every question for whole rows, which `row_of` reads.
SHOWN = f"player_id, epoch, version, resume_hash, disconnected_at, has_state, {STATE}"
SELECT = f"SELECT {SHOWN} FROM player_state"  # noqa: S608 - constants


def find(connection: sqlite3.Connection, player_id: str) -> Row | None:
    """Return the row of a player."""
    values = connection.execute(f"{SELECT} WHERE player_id = ?", (player_id,)).fetchone()
    return None if values is None else row_of(*values)


def row_of(
    player_id: bytes, epoch: int, version: int, resume_hash: Any, ended_at: Any, has_state: int, *state: Any
) -> Row:
    """Return a row that `SELECT` gives."""
    columns = Columns(*state) if has_state else None
    return Row(player_id.decode(), epoch, version, resume_mark(resume_hash, ended_at), columns)
