"""The SQL of claims, saves and looking for SQLite: functions over a connection, which take and return typed values.

A transaction is a `with transaction(connection):` block; whoever calls a function that writes opens one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from msgspec.json import encode

from mmod.session.claims import Claim, ClaimRequest, Holding, Owner, Save, SaveResult
from mmod.session.columns import Columns
from mmod.store import sqlite_ledger as ledger
from mmod.store.records import JSON_COLUMNS, STATE_COLUMNS
from mmod.store.rows import Row, claim_of, owner, refusal, stored_player
from mmod.store.sqlite_rows import SELECT, find, row_of

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

_LOST = """
    SELECT asked.key, epoch, resume_hash FROM json_each(?) AS asked LEFT JOIN player_state ON player_id = asked.key
    WHERE epoch IS NOT asked.value
"""


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


def page(connection: sqlite3.Connection, after: str, limit: int) -> list[Row]:
    """Return at most `limit` rows whose id sorts after `after`: as UTF-8, which sorts as code points do."""
    query = f"{SELECT} WHERE player_id > ? ORDER BY player_id LIMIT ?"
    return [row_of(*values) for values in connection.execute(query, (after, max(limit, 0)))]


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
