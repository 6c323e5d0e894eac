"""Grants that may be asked for again: the same key gives a player the same item, once.

Nothing is kept of the keys.  The instance id follows from player and key, so a player that carries or wears that
instance has been given it already; that holds after a restart too, and a grant that a crash has undone is done again.
An item that has left the player meanwhile cannot be told from one that was never given.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from mmod.errors import IdempotencyConflict
from mmod.items.instances import ItemInstance
from mmod.world.views import Player

#: The space of names in which these instance ids lie; another one would give everything again.
KEYED_GRANTS = UUID("d3a1c2be-6f0e-4f4b-9c1e-3d1f9a7d5b60")


def keyed_instance_id(player_id: str, key: str) -> str:
    """Return the instance id of what a player is given under a key; neither of them may hold U+0000."""
    return str(uuid5(KEYED_GRANTS, f"{player_id}\0{key}"))


def was_given(player: Player, instance: ItemInstance) -> bool:
    """Tell whether a player owns this item already; raise `IdempotencyConflict` for another template or quantity."""
    owned = _owned(player, instance.instance_id)
    if owned is None:
        return False
    if (owned.template_id, owned.quantity) != (instance.template_id, instance.quantity):
        raise IdempotencyConflict(f"this key has given {owned.quantity} of {owned.template_id}")
    return True


def _owned(player: Player, instance_id: str) -> ItemInstance | None:
    """Return the item of that id that a player carries or wears."""
    carried = player.inventory.find(instance_id)
    if carried is not None:
        return carried.instance
    return next((worn for worn in player.equipment.slots.values() if worn.instance_id == instance_id), None)
