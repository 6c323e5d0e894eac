"""What an operator may do with records that were set aside because they could not be used."""

from __future__ import annotations

from mmod.errors import ItemElsewhere, ItemTaken, PlayerPresent, UnknownRecord
from mmod.interfaces import IStore
from mmod.session.claims import Quarantined
from mmod.shard.shard import Shard


class Quarantine:
    """Looks into the store's quarantine, and puts records back."""

    def __init__(self, shard: Shard, store: IStore) -> None:
        self._shard = shard
        self._store = store

    async def records(self) -> list[Quarantined]:
        """Return what was set aside, oldest first."""
        return await self._store.quarantined()

    async def restore(self, quarantine_id: int) -> str:
        """Put a record back in place of the player's present one; return whose it is.

        Raises `UnknownRecord`; for a player that is in the world or not yet saved, `PlayerPresent`; for a record with
        items that other players have by now, `ItemElsewhere`.  A player that joins meanwhile does no harm: a restored
        record can be saved over by no session older than itself.
        """
        record = await self._find(quarantine_id)
        if self._shard.engine.player(record.player_id) is not None or self._shard.writer.epoch(record.player_id):
            raise PlayerPresent("the player is in the world; kick it, wait until it has left, and try again")
        try:
            restored = await self._store.restore(quarantine_id)
        except ItemTaken as error:
            raise ItemElsewhere(f"the record would double what others have: {error}") from error
        if not restored:
            raise _unknown(quarantine_id)
        return record.player_id

    async def _find(self, quarantine_id: int) -> Quarantined:
        for record in await self._store.quarantined():
            if record.quarantine_id == quarantine_id:
                return record
        raise _unknown(quarantine_id)


def _unknown(quarantine_id: int) -> UnknownRecord:
    return UnknownRecord(f"there is no record {quarantine_id} in the quarantine")
