"""What an administrator is shown of the item ledger; it knows what is durable, and nothing of the last moments."""

from __future__ import annotations

from mmod.errors import UnknownItem, UnknownPlayer
from mmod.interfaces import IStore
from mmod.net.answers import ItemMoved
from mmod.session.ledger import LedgerRow


class Movements:
    """Looks into the ledger of a store."""

    def __init__(self, store: IStore) -> None:
        self._store = store

    async def of_player(self, player_id: str, limit: int) -> list[ItemMoved]:
        """Return the newest `limit` movements of a player's items, newest first.

        Raises `UnknownPlayer` for one that neither the ledger nor the store knows.
        """
        rows = await self._store.moves(player_id, limit)
        if not rows and await self._store.read(player_id) is None:
            raise UnknownPlayer("no such player is known")
        return [_shown(row) for row in rows]

    async def of_item(self, instance_id: str) -> list[ItemMoved]:
        """Return every movement of an item, oldest first; raises `UnknownItem` when there was none."""
        rows = await self._store.history(instance_id)
        if not rows:
            raise UnknownItem("the ledger knows no such item")
        return [_shown(row) for row in rows]


def _shown(row: LedgerRow) -> ItemMoved:
    event, moved = row.event, row.event.movement
    return ItemMoved(
        entry_id=row.entry_id,
        player_id=row.player_id,
        epoch=row.epoch,
        at=event.at,
        cause=event.cause,
        seq=event.seq,
        instance_id=moved.instance_id,
        template_id=moved.template_id,
        quantity=moved.quantity,
        origin=moved.origin,
        target=moved.target,
    )
