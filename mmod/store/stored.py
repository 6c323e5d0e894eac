"""Items as they are written: the fields of `mmod.items`, without those that hold what a new item has.

Most items are single and undamaged, and most of a player's record is items: leaving out what goes without saying makes
a record a quarter shorter, and everything that is done to it as much cheaper.  Reading needs nothing of this, because
the types of `mmod.items` have the same fields and the same defaults.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from mmod.items.equipment import WornState
from mmod.items.instances import FULL_DURABILITY, ItemId, ItemInstance, Quantity
from mmod.items.inventory import Inventory


class StoredItem(Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """`ItemInstance`, written."""

    instance_id: ItemId
    template_id: ItemId
    quantity: Quantity = 1
    durability: Annotated[float, Meta(ge=0, le=FULL_DURABILITY)] = FULL_DURABILITY


class StoredStowed(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """`Stowed`, written."""

    instance: StoredItem
    compartment: str


class StoredInventory(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """`Inventory`, written."""

    items: tuple[StoredStowed, ...]


class StoredWorn(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """`WornState`, written."""

    slots: dict[str, StoredItem]
    cooldowns: dict[str, float]


def stored_inventory(inventory: Inventory) -> StoredInventory:
    """Return an inventory as it is written."""
    return StoredInventory(
        tuple([StoredStowed(_stored_item(stowed.instance), stowed.compartment) for stowed in inventory.items])
    )


def stored_worn(worn: WornState) -> StoredWorn:
    """Return equipment as it is written."""
    return StoredWorn({slot: _stored_item(item) for slot, item in worn.slots.items()}, worn.cooldowns)


def _stored_item(item: ItemInstance) -> StoredItem:
    return StoredItem(item.instance_id, item.template_id, item.quantity, item.durability)
