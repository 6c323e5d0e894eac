"""Who else has the items of a state that is to be put in place; whoever calls this has opened a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from msgspec.json import encode

from mmod.errors import ItemTaken
from mmod.store import sqlite_ledger as ledger
from mmod.store.rows import holders, quoted
from mmod.store.sqlite_rows import SELECT, row_of

# The rows in whose text one of the ids stands at all: far fewer have to be decoded than there are.
_NAMING = f"""
    {SELECT}
    WHERE player_id <> :player_id
        AND EXISTS (SELECT 1 FROM json_each(:quoted) WHERE instr(inventory, value) OR instr(equipment, value))
"""  # noqa: S608 - constants


def require_nobody_elses(connection: sqlite3.Connection, player_id: str, instance_ids: Sequence[str]) -> None:
    """Raise `ItemTaken` when other players have some of these items, by their states or by the ledger.

    The transaction keeps others from writing.
    """
    if not instance_ids:
        return
    asked = {"player_id": player_id, "quoted": encode(quoted(instance_ids)).decode()}
    by_states = holders((row_of(*values) for values in connection.execute(_NAMING, asked)), instance_ids)
    taken = by_states | ledger.holders(connection, player_id, instance_ids)
    if taken:
        raise ItemTaken(taken)
