"""The SQL of the quarantine for PostgreSQL; whoever calls one of these functions has opened a transaction."""

from __future__ import annotations

from mmod.errors import Superseded
from mmod.session.claims import Quarantined
from mmod.store import postgres_ledger as ledger
from mmod.store.postgres_connection import PostgresConnection
from mmod.store.postgres_holders import require_nobody_elses
from mmod.store.postgres_rows import KEPT, SHOWN, STATE, TAKEN, lock, row_of
from mmod.store.rows import instance_ids, reinstated_events, set_aside_events, succeeding

_SET_ASIDE = f"""
    INSERT INTO quarantine (reason, set_aside_at, {KEPT})
    SELECT %(reason)s, %(now)s, {KEPT} FROM player_state WHERE player_id = %(player_id)s AND has_state
"""  # noqa: S608 - constants

_RESET = """
    UPDATE player_state
    SET has_state = false, x = NULL, z = NULL, inventory = NULL, equipment = NULL, skills = NULL, versions = NULL,
        sequences = NULL, updated_at = %(now)s
    WHERE player_id = %(player_id)s
"""

_FIND = f"SELECT {SHOWN} FROM quarantine WHERE quarantine_id = %(quarantine_id)s FOR UPDATE"  # noqa: S608 - constants

_RESTORE = f"""
    INSERT INTO player_state ({KEPT})
    SELECT player_id, %(epoch)s, %(version)s, has_state, {STATE}, NULL, disconnected_at, %(now)s
    FROM quarantine WHERE quarantine_id = %(quarantine_id)s
    ON CONFLICT (player_id) DO UPDATE
    SET {TAKEN}
"""  # noqa: S608 - constants


async def quarantine(connection: PostgresConnection, player_id: str, epoch: int, reason: str, now: float) -> None:
    """Copy the row of a player aside and reset it; raise `Superseded` when `epoch` does not own it."""
    row = await lock(connection, player_id)
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
    found = await connection.query(_FIND, {"quarantine_id": quarantine_id})
    if not found:
        return False
    aside = row_of(*found[0])
    await require_nobody_elses(connection, aside.player_id, instance_ids(aside.reading().state))
    present = await lock(connection, aside.player_id)
    if present is not None:
        reason = f"replaced by quarantined row {quarantine_id}"
        await connection.query(_SET_ASIDE, {"reason": reason, "now": now, "player_id": aside.player_id})
    epoch, version = succeeding(aside, present)
    keys = {"quarantine_id": quarantine_id, "epoch": epoch, "version": version, "now": now}
    await connection.query(_RESTORE, keys)
    await connection.query("DELETE FROM quarantine WHERE quarantine_id = %(quarantine_id)s", keys)
    await ledger.note(connection, aside.player_id, epoch, set_aside_events(present, now))
    await ledger.note(connection, aside.player_id, epoch, reinstated_events(aside, now))
    return True
