"""The row of a player in PostgreSQL: its columns, and how one is found, locked and made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.json import encode

from mmod.session.columns import Columns
from mmod.store.postgres_connection import PostgresConnection
from mmod.store.records import JSON_COLUMNS, STATE_COLUMNS
from mmod.store.rows import Row, resume_mark

#: The columns of a state, and all those of a row: of one in `player_state` and of one that was set aside.
STATE = ", ".join(STATE_COLUMNS)
KEPT = f"player_id, epoch, version, has_state, {STATE}, resume_hash, disconnected_at, updated_at"

#: The columns of a row that take its place, as an upsert writes them.
TAKEN = ", ".join(f"{column} = excluded.{column}" for column in KEPT.split(", ")[1:])

# JSON is read as text: decoding it is our part.
SHOWN = "player_id, epoch, version, resume_hash, disconnected_at, has_state, " + ", ".join(
    f"{column}::text" if column in JSON_COLUMNS else column for column in STATE_COLUMNS
)
#: Begins every question for whole rows, which `row_of` reads.
SELECT = f"SELECT {SHOWN} FROM player_state"  # noqa: S608 - constants

# Changes nothing of a row but its time, and so returns it as it was found; a new one has epoch 0.
_FIND_OR_ADD = f"""
    INSERT INTO player_state (player_id, epoch, version, has_state, name, updated_at)
    SELECT player_id, 0, 0, false, name, %(now)s
    FROM jsonb_to_recordset(%(claims)s::jsonb) AS claim (player_id text, name text)
    ORDER BY player_id COLLATE "C"
    ON CONFLICT (player_id) DO UPDATE SET updated_at = excluded.updated_at
    RETURNING {SHOWN}
"""  # noqa: S608 - constants


async def found_or_added(connection: PostgresConnection, names: Mapping[str, str], now: float) -> list[Row]:
    """Return the rows of players (names by ids) as they are, and make those that are not there, with epoch 0."""
    asked = [{"player_id": player_id, "name": name} for player_id, name in names.items()]
    found = await connection.query(_FIND_OR_ADD, {"claims": encode(asked).decode(), "now": now})
    return [row_of(*values) for values in found]


async def find(connection: PostgresConnection, player_id: str) -> Row | None:
    """Return the row of a player."""
    return await _find(connection, f"{SELECT} WHERE player_id = %(player_id)s", player_id)


async def lock(connection: PostgresConnection, player_id: str) -> Row | None:
    """Return the row of a player, which nobody else writes until the transaction ends."""
    return await _find(connection, f"{SELECT} WHERE player_id = %(player_id)s FOR NO KEY UPDATE", player_id)


async def _find(connection: PostgresConnection, query: str, player_id: str) -> Row | None:
    found = await connection.query(query, {"player_id": player_id})
    return row_of(*found[0]) if found else None


def row_of(
    player_id: str, epoch: int, version: int, resume_hash: Any, ended_at: float | None, has_state: bool, *state: Any
) -> Row:
    """Return a row that `SELECT` gives."""
    columns = Columns(*state) if has_state else None
    return Row(player_id, epoch, version, resume_mark(bytes_of(resume_hash), ended_at), columns)


def bytes_of(value: Any) -> bytes | None:
    """Return the value of a bytea column, which psycopg2 gives as a view."""
    return None if value is None else bytes(value)
