"""The SQL of saves for PostgreSQL: a batch is one question, and costs little more than the rows that it changes.

A batch travels as one array for each column, which the server turns into rows as it reads the statement: of all forms
that were tried it has the least to parse.  A column that holds JSON is one text with a line for each save, an empty one
where the row keeps its own: JSON has no line feed outside of strings unless somebody wants it to look good, and none
inside of them.  A value that is kept is neither sent nor parsed, and is not written again where it is stored apart.

The rows are locked in the order of their ids before any of them is written, so that two daemons never wait for each
other in a circle.  Both statements go out together, and with the beginning of the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from msgspec.json import encode

from mmod.session.claims import Save, SaveResult
from mmod.session.columns import Columns
from mmod.store import postgres_ledger as ledger
from mmod.store.postgres_connection import PostgresConnection
from mmod.store.records import JSON_COLUMNS
from mmod.store.rows import refusal

#: What each save is about beside its JSON, and the type of that.
_STAMPS: Mapping[str, str] = {
    "player_id": "text",
    "epoch": "bigint",
    "version": "bigint",
    "basis": "bigint",
    "name": "text",
    "x": "double precision",
    "z": "double precision",
    "resume_hash": "text",
    "disconnected_at": "double precision",
}

_ARRAYS = ", ".join(f"unnest(%({name})s::{kind}[])" for name, kind in _STAMPS.items())
_LINES = ", ".join(f"unnest(string_to_array(%({column})s, E'\\n', ''))" for column in JSON_COLUMNS)
_SAVED = f"ROWS FROM ({_ARRAYS}, {_LINES}) AS save ({', '.join((*_STAMPS, *JSON_COLUMNS))})"

# Counted, so that the rows are looked at and not sent.
_SAVE = f"""
    SELECT count(*) FROM (
        SELECT FROM player_state WHERE player_id = ANY(%(player_id)s::text[]) ORDER BY player_id FOR NO KEY UPDATE
    ) AS locked;
    UPDATE player_state AS player
    SET version = save.version, has_state = true, name = save.name, x = save.x, z = save.z,
        {", ".join(f"{column} = coalesce(save.{column}::jsonb, player.{column})" for column in JSON_COLUMNS)},
        resume_hash = coalesce(decode(save.resume_hash, 'hex'), player.resume_hash),
        disconnected_at = save.disconnected_at, updated_at = %(now)s
    FROM {_SAVED}
    WHERE player.player_id = save.player_id AND player.epoch = save.epoch AND player.version < save.version
        AND (save.basis IS NULL OR (player.version = save.basis AND player.has_state))
    RETURNING player.player_id
"""  # noqa: S608 - constants

_STAMPED = "SELECT player_id, epoch, version FROM player_state WHERE player_id = ANY(%(player_ids)s::text[])"


def prepared(saves: Sequence[Save], columns: Sequence[Columns]) -> dict[str, str]:
    """Return a batch, with what each save writes, as the parameters of its statement."""
    return {
        "player_id": _texts(save.player_id for save in saves),
        "epoch": _numbers([save.epoch for save in saves]),
        "version": _numbers([save.version for save in saves]),
        "basis": _numbers([save.basis.version if save.basis else None for save in saves]),
        "name": _texts(state.name for state in columns),
        "x": _numbers([state.x for state in columns]),
        "z": _numbers([state.z for state in columns]),
        "resume_hash": _hashes(save.resume_hash for save in saves),
        "disconnected_at": _numbers([save.disconnected_at for save in saves]),
        **{column: _lines(map(attrgetter(column), columns)) for column in JSON_COLUMNS},
    }


async def write(
    connection: PostgresConnection, saves: Sequence[Save], batch: Mapping[str, str], now: float
) -> list[SaveResult]:
    """Write states unless their rows are another's, newer, or not what a partial save builds on.

    Results come in the order of the saves.  `batch` is what `prepared` made of the same saves.
    """
    stored = {player_id for (player_id,) in await connection.query(_SAVE, {**batch, "now": now})}
    await ledger.record(connection, (save for save in saves if save.player_id in stored))
    refused = [save for save in saves if save.player_id not in stored]
    reasons = await _refusals(connection, refused) if refused else {}
    return [reasons.get(save.player_id, SaveResult.STORED) for save in saves]


async def _refusals(connection: PostgresConnection, saves: Sequence[Save]) -> dict[str, SaveResult]:
    found = await connection.query(_STAMPED, {"player_ids": [save.player_id for save in saves]})
    stamps = {player_id: (epoch, version) for player_id, epoch, version in found}
    return {save.player_id: refusal(save, stamps.get(save.player_id)) for save in saves}


def _numbers(values: Sequence[float | None]) -> str:
    """Return an array as PostgreSQL reads it: numbers and null look there as they do in JSON."""
    return f"{{{encode(values)[1:-1].decode()}}}"


def _texts(values: Iterable[str]) -> str:
    """Return an array of texts, none of which holds U+0000."""
    joined = "\0".join(values)
    quoted = joined.replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","')
    return f'{{"{quoted}"}}'


def _hashes(values: Iterable[bytes | None]) -> str:
    return f"{{{','.join('NULL' if value is None else value.hex() for value in values)}}}"


def _lines(values: Iterable[str | None]) -> str:
    return "\n".join([value or "" for value in values])
