"""The SQL of the PostgreSQL dialect: functions over a connection, which take and return typed values.

That of saves is in `postgres_saves`, that of the item ledger in `postgres_ledger`.

A transaction is an `async with connection.transaction():` block; whoever calls one of these functions opens it.
Batches travel as a few large parameters, which PostgreSQL turns into rows.  Rows are always locked in the order of
their ids, so that two daemons never wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.json import encode

from mmod.errors import StoreError, Superseded
from mmod.session.claims import Claim, ClaimRequest, Holding, Owner, Quarantined
from mmod.session.columns import Columns
from mmod.store import postgres_ledger as ledger
from mmod.store.migrate import Migration, pending
from mmod.store.postgres_connection import PostgresConnection
from mmod.store.records import JSON_COLUMNS, STATE_COLUMNS
from mmod.store.rows import (
    DISOWNING,
    Row,
    claim_of,
    imported_events,
    instance_ids,
    owner,
    reinstated_events,
    resume_mark,
    set_aside_events,
    stored_player,
)
from mmod.world.state import PlayerState

#: Key of the advisory lock under which the schema is changed: "mmod" in ASCII.
SCHEMA_LOCK = 0x6D6D6F64

_STATE = ", ".join(STATE_COLUMNS)
_KEPT = f"player_id, epoch, version, has_state, {_STATE}, resume_hash, disconnected_at, updated_at"

_GIVEN = ", ".join(f"%({column})s" for column in STATE_COLUMNS)
_TAKEN = ", ".join(f"{column} = excluded.{column}" for column in _KEPT.split(", ")[1:])

# JSON is read as text: decoding it is our part.
_SHOWN = "player_id, epoch, version, resume_hash, disconnected_at, has_state, " + ", ".join(
    f"{column}::text" if column in JSON_COLUMNS else column for column in STATE_COLUMNS
)
_SELECT = f"SELECT {_SHOWN} FROM player_state"  # noqa: S608 - constants

# Changes nothing of a row but its time, and so returns it as it was found; a new one has epoch 0.
_FIND_OR_ADD = f"""
    INSERT INTO player_state (player_id, epoch, version, has_state, name, updated_at)
    SELECT player_id, 0, 0, false, name, %(now)s
    FROM jsonb_to_recordset(%(claims)s::jsonb) AS claim (player_id text, name text)
    ORDER BY player_id COLLATE "C"
    ON CONFLICT (player_id) DO UPDATE SET updated_at = excluded.updated_at
    RETURNING {_SHOWN}
"""  # noqa: S608 - constants

_TAKE_OVER = """
    UPDATE player_state AS player
    SET epoch = claim.epoch, resume_hash = decode(claim.resume_hash, 'hex'), disconnected_at = NULL
    FROM jsonb_to_recordset(%(claims)s::jsonb) AS claim (player_id text, epoch bigint, resume_hash text)
    WHERE player.player_id = claim.player_id
"""

_REPLACE = f"""
    INSERT INTO player_state ({_KEPT})
    VALUES (%(player_id)s, %(epoch)s, %(version)s, true, {_GIVEN}, NULL, NULL, %(now)s)
    ON CONFLICT (player_id) DO UPDATE
    SET {_TAKEN}
"""  # noqa: S608 - constants

_DISOWN = """
    WITH disowned AS (
        UPDATE player_state SET epoch = epoch + %(more)s, resume_hash = NULL, disconnected_at = NULL
        RETURNING player_id)
    SELECT count(*) FROM disowned
"""

_LOST = """
    SELECT asked.key, player.epoch, player.resume_hash
    FROM jsonb_each(%(epochs)s::jsonb) AS asked LEFT JOIN player_state AS player ON player.player_id = asked.key
    WHERE player.epoch IS DISTINCT FROM asked.value::bigint
"""

_SET_ASIDE = f"""
    INSERT INTO quarantine (reason, set_aside_at, {_KEPT})
    SELECT %(reason)s, %(now)s, {_KEPT} FROM player_state WHERE player_id = %(player_id)s AND has_state
"""  # noqa: S608 - constants

_RESET = """
    UPDATE player_state
    SET has_state = false, x = NULL, z = NULL, inventory = NULL, equipment = NULL, skills = NULL, versions = NULL,
        sequences = NULL, updated_at = %(now)s
    WHERE player_id = %(player_id)s
"""

_RESTORE = f"""
    INSERT INTO player_state ({_KEPT})
    SELECT player_id, %(epoch)s, %(version)s, has_state, {_STATE}, NULL, disconnected_at, %(now)s
    FROM quarantine WHERE quarantine_id = %(quarantine_id)s
    ON CONFLICT (player_id) DO UPDATE
    SET {_TAKEN}
"""  # noqa: S608 - constants


# --- schema -----------------------------------------------------------------------------------------------------------


async def check_encoding(connection: PostgresConnection) -> None:
    """Raise `StoreError` for a database that cannot hold every text."""
    ((encoding,),) = await connection.query("SHOW server_encoding")
    if encoding != "UTF8":
        raise StoreError(f"the encoding of the database is {encoding}, and must be UTF8 to hold players' names")


async def upgrade(connection: PostgresConnection, migrations: Sequence[Migration], now: Callable[[], float]) -> None:
    """Run the migrations that are missing, each in a transaction; raise `StoreTooNew` when the database is ahead."""
    while True:
        async with connection.transaction(statement_timeout=0):
            # Held until the transaction ends, however it ends; others who migrate wait here.
            await connection.query(f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK})")
            steps = pending(migrations, await schema_number(connection))
            if not steps:
                return
            await _run(connection, steps[0], now())


async def schema_number(connection: PostgresConnection) -> int:
    """Return the number of the newest migration that has run, 0 for an empty database."""
    # Not by to_regclass: it may still remember an answer from before the lock was waited for.
    if not await connection.query("SELECT FROM pg_class WHERE relname = 'schema_version' AND pg_table_is_visible(oid)"):
        return 0
    ((number,),) = await connection.query("SELECT coalesce(max(number), 0) FROM schema_version")
    return int(number)


async def _run(connection: PostgresConnection, migration: Migration, now: float) -> None:
    await connection.query(migration.script)
    note = "INSERT INTO schema_version VALUES (%(number)s, %(name)s, %(now)s)"
    await connection.query(note, {"number": migration.number, "name": migration.name, "now": now})


# --- players ----------------------------------------------------------------------------------------------------------


async def claim(connection: PostgresConnection, requests: Sequence[ClaimRequest], now: float) -> list[Claim]:
    """Give every player a new epoch and a new resume mark; answers come in the order of the requests."""
    asked = [{"player_id": request.player_id, "name": request.name} for request in requests]
    found = [_row(*values) for values in await connection.query(_FIND_OR_ADD, {"claims": _json(asked), "now": now})]
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
    return {player_id: owner(epoch, _bytes(resume_hash)) for player_id, epoch, resume_hash in found}


async def find(connection: PostgresConnection, player_id: str) -> Row | None:
    """Return the row of a player."""
    return await _find(connection, f"{_SELECT} WHERE player_id = %(player_id)s", player_id)


async def page(connection: PostgresConnection, after: str, limit: int) -> list[Row]:
    """Return at most `limit` rows whose id sorts after `after`, by code point."""
    query = f"{_SELECT} WHERE player_id > %(after)s ORDER BY player_id LIMIT %(limit)s"
    # No id holds U+0000, so everything that sorts after "a\0b" sorts after "a" too.
    found = await connection.query(query, {"after": after.partition("\0")[0], "limit": max(limit, 0)})
    return [_row(*values) for values in found]


async def _lock(connection: PostgresConnection, player_id: str) -> Row | None:
    """Return the row of a player, which nobody else writes until the transaction ends."""
    return await _find(connection, f"{_SELECT} WHERE player_id = %(player_id)s FOR NO KEY UPDATE", player_id)


async def _find(connection: PostgresConnection, query: str, player_id: str) -> Row | None:
    found = await connection.query(query, {"player_id": player_id})
    return _row(*found[0]) if found else None


async def holdings(connection: PostgresConnection, after: str, limit: int) -> list[Holding]:
    """Return what is known of the items of at most `limit` players; the transaction must see one moment only."""
    player_ids = await ledger.known_players(connection, after, limit)
    found = await connection.query(f"{_SELECT} WHERE player_id = ANY(%(ids)s::text[])", {"ids": player_ids})
    rows = {row.player_id: row for row in (_row(*values) for values in found)}
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


async def replace(
    connection: PostgresConnection, player_id: str, state: PlayerState, columns: Columns, now: float
) -> int:
    """Put a state in place of a row under a new epoch, which is returned."""
    await ledger.require_nobody_elses(connection, player_id, instance_ids(state))
    asked = _json([{"player_id": player_id, "name": state.name}])
    (found,) = await connection.query(_FIND_OR_ADD, {"claims": asked, "now": now})
    present = _row(*found)
    epoch = present.epoch + 1
    keys = {"player_id": player_id, "epoch": epoch, "version": present.version + 1, "now": now}
    await connection.query(_REPLACE, {**keys, **{column: getattr(columns, column) for column in STATE_COLUMNS}})
    await ledger.note(connection, player_id, epoch, imported_events(present, state, now))
    return epoch


async def disown(connection: PostgresConnection) -> int:
    """Raise all epochs and forget all resume tokens; return how many players there are."""
    ((count,),) = await connection.query(_DISOWN, {"more": DISOWNING})
    return int(count)


# --- quarantine -------------------------------------------------------------------------------------------------------


async def quarantine(connection: PostgresConnection, player_id: str, epoch: int, reason: str, now: float) -> None:
    """Copy the row of a player aside and reset it; raise `Superseded` when `epoch` does not own it."""
    row = await _lock(connection, player_id)
    if row is None or row.epoch != epoch:
        raise Superseded(f"player {player_id!r} is not owned under epoch {epoch}")
    await connection.query(_SET_ASIDE, {"reason": reason, "now": now, "player_id": player_id})
    await connection.query(_RESET, {"now": now, "player_id": player_id})
    await ledger.note(connection, player_id, epoch, set_aside_events(row, now))


async def quarantined(connection: PostgresConnection) -> list[Quarantined]:
    """Return what was set aside, oldest first."""
    query = "SELECT quarantine_id, player_id, reason, set_aside_at FROM quarantine ORDER BY quarantine_id"
    return [Quarantined(*values) for values in await connection.query(query)]


async def restore(connection: PostgresConnection, quarantine_id: int, now: float) -> bool:
    """Put a row back under a new epoch; a state that stands in the way is set aside in its turn."""
    query = "SELECT player_id, epoch, version FROM quarantine WHERE quarantine_id = %(quarantine_id)s FOR UPDATE"
    found = await connection.query(query, {"quarantine_id": quarantine_id})
    if not found:
        return False
    ((player_id, epoch, version),) = found
    present = await _lock(connection, player_id)
    if present is not None:
        reason = f"replaced by quarantined row {quarantine_id}"
        await connection.query(_SET_ASIDE, {"reason": reason, "now": now, "player_id": player_id})
        epoch, version = max(epoch, present.epoch), max(version, present.version)
    keys = {"quarantine_id": quarantine_id, "epoch": epoch + 1, "version": version, "now": now}
    await connection.query(_RESTORE, keys)
    await connection.query("DELETE FROM quarantine WHERE quarantine_id = %(quarantine_id)s", keys)
    await ledger.note(connection, player_id, epoch + 1, set_aside_events(present, now))
    restored = await _lock(connection, player_id)
    assert restored is not None
    await ledger.note(connection, player_id, epoch + 1, reinstated_events(restored, now))
    return True


def _json(value: object) -> str:
    return encode(value).decode()


def _row(
    player_id: str, epoch: int, version: int, resume_hash: Any, ended_at: float | None, has_state: bool, *state: Any
) -> Row:
    columns = Columns(*state) if has_state else None
    return Row(player_id, epoch, version, resume_mark(_bytes(resume_hash), ended_at), columns)


def _bytes(value: Any) -> bytes | None:
    """Return the value of a bytea column, which psycopg2 gives as a view."""
    return None if value is None else bytes(value)
