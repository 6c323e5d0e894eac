"""The SQL of claims and looking for PostgreSQL: functions over a connection, with typed values.

That of saves is in `postgres_saves`, that of the item ledger in `postgres_ledger`.

A transaction is an `async with connection.transaction():` block; whoever calls one of these functions opens it.
Batches travel as a few large parameters, which PostgreSQL turns into rows.  Rows are always locked in the order of
their ids, so that two daemons never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.json import encode

from mmod.session.claims import Claim, ClaimRequest, Holding, Owner
from mmod.store import postgres_ledger as ledger
from mmod.store.postgres_connection import PostgresConnection
from mmod.store.postgres_rows import SELECT, bytes_of, found_or_added, row_of
from mmod.store.rows import Row, claim_of, owner, stored_player

_TAKE_OVER = """
    UPDATE player_state AS player
    SET epoch = claim.epoch, resume_hash = decode(claim.resume_hash, 'hex'), disconnected_at = NULL
    FROM jsonb_to_recordset(%(claims)s::jsonb) AS claim (player_id text, epoch bigint, resume_hash text)
    WHERE player.player_id = claim.player_id
"""

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
