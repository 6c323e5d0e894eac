"""What a player carries, by compartment."""

from __future__ import annotations

from msgspec import Struct

from mmod.items.instances import ItemInstance, Stowed


class Inventory(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The stowed items in the order in which they came."""

    items: tuple[Stowed, ...] = ()

    def find(self, instance_id: str) -> Stowed | None:
        """Return the item with that id and its compartment, None when it is not carried."""
        return next((stowed for stowed in self.items if stowed.instance.instance_id == instance_id), None)

    def with_item(self, instance: ItemInstance, compartment: str) -> Inventory:
        """Return the inventory with one more item, the last to have come; whether it fits is not asked here."""
        return Inventory((*self.items, Stowed(instance, compartment)))

    def without(self, instance_id: str) -> Inventory:
        """Return the inventory without the item of that id."""
        return Inventory(tuple(stowed for stowed in self.items if stowed.instance.instance_id != instance_id))
