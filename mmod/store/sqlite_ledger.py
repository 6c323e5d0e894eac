"""The SQL of the item ledger for SQLite; whoever calls a function that writes has opened a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from msgspec.json import encode

from mmod.items.movements import Movement
from mmod.session.claims import Save
from mmod.session.ledger import ItemEvent, LedgerRow
from mmod.store.rows import ledger_values

_SHOWN = "entry_id, player_id, epoch, happened_at, cause, seq, instance_id, template_id, quantity, origin, target"

_RECORD = """
    INSERT INTO item_ledger
        (player_id, epoch, number, happened_at, cause, seq, instance_id, template_id, quantity, origin, target)
    VALUES (:player_id, :epoch, :number, :happened_at, :cause, :seq,
        :instance_id, :template_id, :quantity, :origin, :target)
    ON CONFLICT (player_id, epoch, number) DO NOTHING
"""

_HISTORY = f"SELECT {_SHOWN} FROM item_ledger WHERE instance_id = ? ORDER BY entry_id"  # noqa: S608 - constants

_MOVES = f"SELECT {_SHOWN} FROM item_ledger WHERE player_id = ? ORDER BY entry_id DESC LIMIT ?"  # noqa: S608

_PLAYERS = """
    SELECT player_id FROM player_state WHERE player_id > :after
    UNION
    SELECT DISTINCT player_id FROM item_ledger WHERE player_id > :after
    ORDER BY player_id LIMIT :limit
"""

_NEWEST = f"""
    SELECT {_SHOWN} FROM item_ledger
    WHERE entry_id IN (SELECT max(entry_id) FROM item_ledger WHERE player_id = ? GROUP BY instance_id)
    ORDER BY instance_id
"""  # noqa: S608 - constants

_SET_ASIDE = "SELECT inventory, equipment FROM quarantine WHERE player_id = ? ORDER BY quarantine_id"

_HOLDERS = """
    SELECT instance_id, player_id FROM item_ledger
    WHERE entry_id IN (
        SELECT max(entry_id) FROM item_ledger, json_each(:instance_ids) AS wanted
        WHERE instance_id = wanted.value AND player_id <> :player_id GROUP BY instance_id, player_id)
    AND target IS NOT NULL
"""


def record(connection: sqlite3.Connection, save: Save) -> None:
    """Write the entries that come with a save, each once however often it is brought."""
    for entry in save.entries:
        _record(connection, save.player_id, entry.epoch, entry.number, entry.event)


def note(connection: sqlite3.Connection, player_id: str, epoch: int, events: Iterable[ItemEvent]) -> None:
    """Write what the store did itself."""
    for event in events:
        _record(connection, player_id, epoch, None, event)


def _record(connection: sqlite3.Connection, player_id: str, epoch: int, number: int | None, event: ItemEvent) -> None:
    key = {"player_id": player_id, "epoch": epoch, "number": number}
    connection.execute(_RECORD, {**key, **ledger_values(event)})


def history(connection: sqlite3.Connection, instance_id: str) -> list[LedgerRow]:
    """Return all rows about an item, oldest first."""
    return _rows(connection.execute(_HISTORY, (instance_id,)))


def moves(connection: sqlite3.Connection, player_id: str, limit: int) -> list[LedgerRow]:
    """Return the newest rows about a player's items, newest first."""
    return _rows(connection.execute(_MOVES, (player_id, max(limit, 0))))


def holders(connection: sqlite3.Connection, player_id: str, instance_ids: Sequence[str]) -> dict[str, str]:
    """Return which other players have these items, by instance ids; those in the quarantine are somebody's."""
    asked = {"player_id": player_id, "instance_ids": encode(instance_ids).decode()}
    return {instance_id.decode(): holder.decode() for instance_id, holder in connection.execute(_HOLDERS, asked)}


def known_players(connection: sqlite3.Connection, after: str, limit: int) -> list[str]:
    """Return at most `limit` ids after `after` of players that are stored or that the ledger knows."""
    found = connection.execute(_PLAYERS, {"after": after, "limit": max(limit, 0)})
    return [player_id.decode() for (player_id,) in found]


def newest(connection: sqlite3.Connection, player_id: str) -> tuple[LedgerRow, ...]:
    """Return the newest row about each item of a player."""
    return tuple(_rows(connection.execute(_NEWEST, (player_id,))))


def set_aside(connection: sqlite3.Connection, player_id: str) -> tuple[str, ...]:
    """Return the belongings in the quarantined records of a player."""
    found = connection.execute(_SET_ASIDE, (player_id,))
    return tuple("".join(_text(column) for column in columns) for columns in found)


def _rows(found: Iterator[tuple[Any, ...]]) -> list[LedgerRow]:
    return [_row(*values) for values in found]


def _row(
    entry_id: int,
    player_id: bytes,
    epoch: int,
    at: float,
    cause: bytes,
    seq: int,
    instance_id: bytes,
    template_id: bytes,
    quantity: int,
    origin: bytes | None,
    target: bytes | None,
) -> LedgerRow:
    movement = Movement(instance_id.decode(), template_id.decode(), quantity, _place(origin), _place(target))
    kind: Any = cause.decode()
    return LedgerRow(entry_id, player_id.decode(), epoch, ItemEvent(movement, kind, seq, at))


def _place(column: bytes | None) -> str | None:
    return None if column is None else column.decode()


def _text(column: object) -> str:
    return column.decode(errors="replace") if isinstance(column, bytes) else str(column)
