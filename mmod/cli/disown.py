"""`mmod disown`: makes every player nobody's, for a database that was restored from a backup.

What a daemon or a client still has from before the backup was restored is worth nothing afterwards: saves are refused,
and so are resume tokens.
"""

from __future__ import annotations

from mmod.cli.opened import opened
from mmod.cli.outcome import Outcome
from mmod.interfaces import IStore


async def run(store: IStore) -> Outcome:
    """Return how many players there are, and close the store; raise `StoreError`."""
    async with opened(store):
        count = await store.disown()
    return Outcome(f"{count} players are nobody's now; their resume tokens are forgotten")
