"""The SQL of the item ledger for PostgreSQL; whoever calls one of these functions has opened a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from msgspec.json import encode

from mmod.items.movements import Movement
from mmod.session.claims import Save
from mmod.session.ledger import ItemEvent, LedgerRow
from mmod.store.postgres_connection import PostgresConnection
from mmod.store.rows import ledger_values

_COLUMNS = "player_id, epoch, number, happened_at, cause, seq, instance_id, template_id, quantity, origin, target"
_SHOWN = "entry_id, player_id, epoch, happened_at, cause, seq, instance_id, template_id, quantity, origin, target"

_RECORD = f"""
    INSERT INTO item_ledger ({_COLUMNS})
    SELECT {_COLUMNS}
    FROM ROWS FROM (jsonb_to_recordset(%(entries)s::jsonb) AS (
        player_id text, epoch bigint, number bigint, happened_at double precision, cause text, seq bigint,
        instance_id text, template_id text, quantity bigint, origin text, target text)) WITH ORDINALITY AS entry
    ORDER BY ordinality
    ON CONFLICT (player_id, epoch, number) DO NOTHING
"""  # noqa: S608 - constants

_HISTORY = f"SELECT {_SHOWN} FROM item_ledger WHERE instance_id = %(instance_id)s ORDER BY entry_id"  # noqa: S608

_MOVES = f"SELECT {_SHOWN} FROM item_ledger WHERE player_id = %(player_id)s ORDER BY entry_id DESC LIMIT %(limit)s"  # noqa: S608

_PLAYERS = """
    SELECT player_id FROM (
        (SELECT player_id FROM player_state WHERE player_id > %(after)s ORDER BY player_id LIMIT %(limit)s)
        UNION
        (SELECT DISTINCT player_id FROM item_ledger WHERE player_id > %(after)s ORDER BY player_id LIMIT %(limit)s)
    ) AS known
    ORDER BY player_id LIMIT %(limit)s
"""

_NEWEST = f"""
    SELECT DISTINCT ON (player_id, instance_id) {_SHOWN} FROM item_ledger
    WHERE player_id = ANY(%(player_ids)s::text[]) ORDER BY player_id, instance_id, entry_id DESC
"""  # noqa: S608 - constants

_SET_ASIDE = """
    SELECT player_id, concat(inventory::text, equipment::text) FROM quarantine
    WHERE player_id = ANY(%(player_ids)s::text[]) ORDER BY quarantine_id
"""

_HOLDERS = """
    SELECT instance_id, player_id FROM (
        SELECT DISTINCT ON (instance_id, player_id) instance_id, player_id, target FROM item_ledger
        WHERE instance_id = ANY(%(instance_ids)s::text[]) AND player_id <> %(player_id)s
        ORDER BY instance_id, player_id, entry_id DESC
    ) AS newest
    WHERE target IS NOT NULL
"""


async def record(connection: PostgresConnection, saves: Iterable[Save]) -> None:
    """Write the entries that come with saves, each once however often it is brought."""
    entries = [
        {"player_id": save.player_id, "epoch": entry.epoch, "number": entry.number, **ledger_values(entry.event)}
        for save in saves
        for entry in save.entries
    ]
    await _record(connection, entries)


async def note(connection: PostgresConnection, player_id: str, epoch: int, events: Iterable[ItemEvent]) -> None:
    """Write what the store did itself."""
    common = {"player_id": player_id, "epoch": epoch, "number": None}
    await _record(connection, [{**common, **ledger_values(event)} for event in events])


async def _record(connection: PostgresConnection, entries: Sequence[dict[str, Any]]) -> None:
    if entries:
        await connection.query(_RECORD, {"entries": encode(entries).decode()})


async def history(connection: PostgresConnection, instance_id: str) -> list[LedgerRow]:
    """Return all rows about an item, oldest first."""
    return _rows(await connection.query(_HISTORY, {"instance_id": instance_id}))


async def moves(connection: PostgresConnection, player_id: str, limit: int) -> list[LedgerRow]:
    """Return the newest rows about a player's items, newest first."""
    return _rows(await connection.query(_MOVES, {"player_id": player_id, "limit": max(limit, 0)}))


async def holders(connection: PostgresConnection, player_id: str, instance_ids: Sequence[str]) -> dict[str, str]:
    """Return which other players have these items, by instance ids; those in the quarantine are somebody's."""
    found = await connection.query(_HOLDERS, {"player_id": player_id, "instance_ids": list(instance_ids)})
    return dict(found)


async def known_players(connection: PostgresConnection, after: str, limit: int) -> list[str]:
    """Return at most `limit` ids after `after` of players that are stored or that the ledger knows."""
    found = await connection.query(_PLAYERS, {"after": after.partition("\0")[0], "limit": max(limit, 0)})
    return [player_id for (player_id,) in found]


async def newest(connection: PostgresConnection, player_ids: Sequence[str]) -> dict[str, tuple[LedgerRow, ...]]:
    """Return the newest row about each item of each player."""
    rows = _rows(await connection.query(_NEWEST, {"player_ids": list(player_ids)}))
    return {player_id: tuple(group) for player_id, group in groupby(rows, key=lambda row: row.player_id)}


async def set_aside(connection: PostgresConnection, player_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return the belongings in the quarantined records of each player."""
    found = await connection.query(_SET_ASIDE, {"player_ids": list(player_ids)})
    texts: dict[str, tuple[str, ...]] = {}
    for player_id, text in found:
        texts[player_id] = (*texts.get(player_id, ()), text)
    return texts


def _rows(found: Iterable[tuple[Any, ...]]) -> list[LedgerRow]:
    return [_row(*values) for values in found]


def _row(entry_id: int, player_id: str, epoch: int, at: float, cause: Any, seq: int, *movement: Any) -> LedgerRow:
    return LedgerRow(entry_id, player_id, epoch, ItemEvent(Movement(*movement), cause, seq, at))
