"""Grants that may be asked for again: the same key gives a player the same item, once.

Nothing is kept of the keys.  The instance id follows from player and key, so what a player carries or wears under that
id, or what the item ledger has ever had of it, was given already.  Both are kept in one transaction with the item
itself: a grant that a crash has undone is done again, and one that it has not is never repeated, even when the item has
left the player since.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from mmod.errors import IdempotencyConflict, StoreError, Unavailable
from mmod.interfaces import IStore
from mmod.items.instances import ItemInstance
from mmod.world.views import Player

#: The space of names in which these instance ids lie; another one would give everything again.
KEYED_GRANTS = UUID("d3a1c2be-6f0e-4f4b-9c1e-3d1f9a7d5b60")


def keyed_instance_id(player_id: str, key: str) -> str:
    """Return the instance id of what a player is given under a key; neither of them may hold U+0000."""
    return str(uuid5(KEYED_GRANTS, f"{player_id}\0{key}"))


def owns(player: Player, instance: ItemInstance) -> bool:
    """Tell whether a player owns this item; raise `IdempotencyConflict` for another template or quantity."""
    owned = _owned(player, instance.instance_id)
    if owned is None:
        return False
    _require_same(instance, owned.template_id, owned.quantity)
    return True


async def was_given(store: IStore, instance: ItemInstance) -> bool:
    """Tell whether the ledger knows this item; raise `IdempotencyConflict` for another template or quantity.

    Raises `Unavailable` when the store gives no answer.
    """
    try:
        history = await store.history(instance.instance_id)
    except StoreError as error:
        raise Unavailable("the store is away; try again later") from error
    if not history:
        return False
    _require_same(instance, history[0].event.movement.template_id, history[0].event.movement.quantity)
    return True


def _require_same(instance: ItemInstance, template_id: str, quantity: int) -> None:
    if (template_id, quantity) != (instance.template_id, instance.quantity):
        raise IdempotencyConflict(f"this key has given {quantity} of {template_id}")


def _owned(player: Player, instance_id: str) -> ItemInstance | None:
    """Return the item of that id that a player carries or wears."""
    carried = player.inventory.find(instance_id)
    if carried is not None:
        return carried.instance
    return next((worn for worn in player.equipment.slots.values() if worn.instance_id == instance_id), None)
