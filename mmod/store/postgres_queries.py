"""The SQL of claims, saves and looking for PostgreSQL: functions over a connection, with typed values.

A transaction is an `async with connection.transaction():` block; whoever calls one of these functions opens it.
Batches travel as a few large parameters, which PostgreSQL turns into rows.  Rows are always locked in the order of
their ids, so that two daemons never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from msgspec import Struct
from msgspec.json import encode

from mmod.session.claims import Claim, ClaimRequest, Holding, Owner, Save, SaveResult
from mmod.session.columns import Column, Columns
from mmod.store import postgres_ledger as ledger
from mmod.store.postgres_connection import PostgresConnection
from mmod.store.postgres_rows import SELECT, bytes_of, found_or_added, row_of
from mmod.store.records import JSON_COLUMNS
from mmod.store.rows import Row, claim_of, owner, stored_player

_TAKE_OVER = """
    UPDATE player_state AS player
    SET epoch = claim.epoch, resume_hash = decode(claim.resume_hash, 'hex'), disconnected_at = NULL
    FROM jsonb_to_recordset(%(claims)s::jsonb) AS claim (player_id text, epoch bigint, resume_hash text)
    WHERE player.player_id = claim.player_id
"""

_LOCK = """
    SELECT player_id, epoch FROM player_state
    WHERE player_id = ANY(%(player_ids)s::text[]) ORDER BY player_id FOR NO KEY UPDATE
"""

# Each JSON column of a batch is one parameter, a line for each save: JSON holds no line feed outside of strings unless
# somebody wants it to look good, and none inside of them.  PostgreSQL so parses every value once, and not as a part of
# a large one before; nothing needs to be quoted on the way.
_LINES = ", ".join(f"unnest(string_to_array(%({column})s, E'\\n'))" for column in JSON_COLUMNS)
_SAVE = f"""
    UPDATE player_state AS player
    SET version = save.version, has_state = true, name = save.name, x = save.x, z = save.z,
        {", ".join(f"{column} = save.{column}::jsonb" for column in JSON_COLUMNS)},
        resume_hash = coalesce(decode(save.resume_hash, 'hex'), player.resume_hash),
        disconnected_at = save.disconnected_at, updated_at = %(now)s
    FROM ROWS FROM (
        jsonb_to_recordset(%(stamps)s::jsonb) AS (
            player_id text, epoch bigint, version bigint, name text, x double precision, z double precision,
            resume_hash text, disconnected_at double precision),
        {_LINES}
    ) AS save (player_id, epoch, version, name, x, z, resume_hash, disconnected_at, {", ".join(JSON_COLUMNS)})
    WHERE player.player_id = save.player_id AND player.epoch = save.epoch AND player.version < save.version
    RETURNING player.player_id
"""  # noqa: S608 - constants

_LOST = """
    SELECT asked.key, player.epoch, player.resume_hash
    FROM jsonb_each(%(epochs)s::jsonb) AS asked LEFT JOIN player_state AS player ON player.player_id = asked.key
    WHERE player.epoch IS DISTINCT FROM asked.value::bigint
"""


async def claim(connection: PostgresConnection, requests: Sequence[ClaimRequest], now: float) -> list[Claim]:
    """Give every player a new epoch and a new resume mark; answers come in the order of the requests."""
    found = await found_or_added(connection, {request.player_id: request.name for request in requests}, now)
    rows = {row.player_id: row if row.epoch else None for row in found}
    claims = [claim_of(request, rows[request.player_id]) for request in requests]
    granted = [_granted(*pair) for pair in zip(requests, claims, strict=True)]
    await connection.query(_TAKE_OVER, {"claims": _json(granted)})
    return claims


def _granted(request: ClaimRequest, claim: Claim) -> dict[str, Any]:
    return {"player_id": claim.player_id, "epoch": claim.epoch, "resume_hash": request.next_token_hash.hex()}


async def write(
    connection: PostgresConnection, saves: Sequence[Save], batch: Mapping[str, str], now: float
) -> list[SaveResult]:
    """Write states unless their rows are another's or newer; results come in the order of the saves.

    `batch` is what `prepared` made of the same saves.
    """
    player_ids = [save.player_id for save in saves]
    epochs: dict[str, int] = dict(await connection.query(_LOCK, {"player_ids": player_ids}))
    stored = {player_id for (player_id,) in await connection.query(_SAVE, {**batch, "now": now})}
    await ledger.record(connection, [save for save in saves if save.player_id in stored])
    return [_result(save, save.player_id in stored, epochs.get(save.player_id)) for save in saves]


class _Stamp(Struct, gc=False):
    """All of a save but its JSON columns."""

    player_id: str
    epoch: int
    version: int
    name: Column
    x: Column
    z: Column
    resume_hash: str | None
    disconnected_at: float | None


def prepared(saves: Sequence[Save], columns: Sequence[Columns]) -> dict[str, str]:
    """Return a batch as the parameters of a statement."""
    stamps = [_stamp(*pair) for pair in zip(saves, columns, strict=True)]
    lines = {column: "\n".join(map(attrgetter(column), columns)) for column in JSON_COLUMNS}
    return {"stamps": _json(stamps), **lines}


def _stamp(save: Save, state: Columns) -> _Stamp:
    resume_hash = None if save.resume_hash is None else save.resume_hash.hex()
    return _Stamp(
        save.player_id, save.epoch, save.version, state.name, state.x, state.z, resume_hash, save.disconnected_at
    )


def _result(save: Save, stored: bool, epoch: int | None) -> SaveResult:
    if stored:
        return SaveResult.STORED
    return SaveResult.PRESENT if epoch == save.epoch else SaveResult.SUPERSEDED


async def lost(connection: PostgresConnection, epochs: Mapping[str, int]) -> dict[str, Owner | None]:
    """Return the owners of those players whose epochs are not these."""
    found = await connection.query(_LOST, {"epochs": _json(epochs)})
    return {player_id: owner(epoch, bytes_of(resume_hash)) for player_id, epoch, resume_hash in found}


async def page(connection: PostgresConnection, after: str, limit: int) -> list[Row]:
    """Return at most `limit` rows whose id sorts after `after`, by code point."""
    query = f"{SELECT} WHERE player_id > %(after)s ORDER BY player_id LIMIT %(limit)s"
    # No id holds U+0000, so everything that sorts after "a\0b" sorts after "a" too.
    found = await connection.query(query, {"after": after.partition("\0")[0], "limit": max(limit, 0)})
    return [row_of(*values) for values in found]


async def holdings(connection: PostgresConnection, after: str, limit: int) -> list[Holding]:
    """Return what is known of the items of at most `limit` players; the transaction must see one moment only."""
    player_ids = await ledger.known_players(connection, after, limit)
    found = await connection.query(f"{SELECT} WHERE player_id = ANY(%(ids)s::text[])", {"ids": player_ids})
    rows = {row.player_id: row for row in (row_of(*values) for values in found)}
    newest = await ledger.newest(connection, player_ids)
    aside = await ledger.set_aside(connection, player_ids)
    return [
        Holding(
            player_id,
            stored_player(rows[player_id]) if player_id in rows else None,
            newest.get(player_id, ()),
            aside.get(player_id, ()),
        )
        for player_id in player_ids
    ]


def _json(value: object) -> str:
    return encode(value).decode()
