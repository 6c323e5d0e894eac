"""What replaces states or their owners from outside, in PostgreSQL; the caller has opened a transaction."""

from __future__ import annotations

from mmod.session.columns import Columns
from mmod.store import postgres_ledger as ledger
from mmod.store.postgres_connection import PostgresConnection
from mmod.store.postgres_holders import require_nobody_elses
from mmod.store.postgres_rows import KEPT, TAKEN, found_or_added
from mmod.store.records import STATE_COLUMNS
from mmod.store.rows import DISOWNING, imported_events, instance_ids
from mmod.world.state import PlayerState

_GIVEN = ", ".join(f"%({column})s" for column in STATE_COLUMNS)

_REPLACE = f"""
    INSERT INTO player_state ({KEPT})
    VALUES (%(player_id)s, %(epoch)s, %(version)s, true, {_GIVEN}, NULL, NULL, %(now)s)
    ON CONFLICT (player_id) DO UPDATE
    SET {TAKEN}
"""  # noqa: S608 - constants

_DISOWN = """
    WITH disowned AS (
        UPDATE player_state SET epoch = epoch + %(more)s, resume_hash = NULL, disconnected_at = NULL
        RETURNING player_id)
    SELECT count(*) FROM disowned
"""


async def replace(
    connection: PostgresConnection, player_id: str, state: PlayerState, columns: Columns, now: float
) -> int:
    """Put a state in place of a row under a new epoch, which is returned."""
    await require_nobody_elses(connection, player_id, instance_ids(state))
    (present,) = await found_or_added(connection, {player_id: state.name}, now)
    epoch = present.epoch + 1
    keys = {"player_id": player_id, "epoch": epoch, "version": present.version + 1, "now": now}
    await connection.query(_REPLACE, {**keys, **{column: getattr(columns, column) for column in STATE_COLUMNS}})
    await ledger.note(connection, player_id, epoch, imported_events(present, state, now))
    return epoch


async def disown(connection: PostgresConnection) -> int:
    """Raise all epochs and forget all resume tokens; return how many players there are."""
    ((count,),) = await connection.query(_DISOWN, {"more": DISOWNING})
    return int(count)
