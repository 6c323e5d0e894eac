"""Who else has the items of a state that is to be put in place; whoever calls this has opened a transaction."""

from __future__ import annotations

from collections.abc import Sequence

from mmod.errors import ItemTaken
from mmod.store import postgres_ledger as ledger
from mmod.store.postgres_connection import PostgresConnection
from mmod.store.postgres_rows import SELECT, row_of
from mmod.store.rows import holders, quoted

#: Key of the advisory lock under which states are put in place: "item" in ASCII.
REPLACEMENT_LOCK = 0x6974656D

# The rows in whose text one of the ids stands at all: far fewer have to be decoded than there are.
_NAMING = f"""
    {SELECT}, concat(inventory::text, equipment::text) AS belongings
    WHERE player_id <> %(player_id)s
        AND EXISTS (SELECT FROM unnest(%(quoted)s::text[]) AS item WHERE strpos(belongings, item) > 0)
"""


async def require_nobody_elses(connection: PostgresConnection, player_id: str, instance_ids: Sequence[str]) -> None:
    """Raise `ItemTaken` when other players have some of these items, by their states or by the ledger.

    Nobody else may ask until the transaction ends.
    """
    await connection.query(f"SELECT pg_advisory_xact_lock({REPLACEMENT_LOCK})")
    if not instance_ids:
        return
    naming = await connection.query(_NAMING, {"player_id": player_id, "quoted": quoted(instance_ids)})
    by_states = holders((row_of(*values) for values in naming), instance_ids)
    taken = by_states | await ledger.holders(connection, player_id, instance_ids)
    if taken:
        raise ItemTaken(taken)
