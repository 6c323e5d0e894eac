"""What a player wears, and the cooldown of each slot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from attrs import field, frozen
from msgspec import Struct

from mmod.items.instances import ItemInstance
from mmod.items.rules import SLOTS, TOLERANCE

T = TypeVar("T")


def in_slot_order(by_slot: Mapping[str, T]) -> dict[str, T]:
    """Return a copy in the order of `SLOTS`; raise `ValueError` for a slot that does not exist.

    What is worn therefore looks the same whatever was put on first, and in whatever order a database returned it.
    """
    return {slot: by_slot[slot] for slot in sorted(by_slot, key=SLOTS.index)}


class WornState(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Equipment at rest: what is in each slot, and the seconds of cooldown that remain per slot."""

    slots: dict[str, ItemInstance] = {}
    cooldowns: dict[str, float] = {}


def _items_in_order(items: Mapping[str, ItemInstance]) -> Mapping[str, ItemInstance]:
    return in_slot_order(items)


def _times_in_order(times: Mapping[str, float]) -> Mapping[str, float]:
    return in_slot_order(times)


@frozen
class Equipment:
    """Equipment in a running world; both mappings are in the order of `SLOTS`."""

    slots: Mapping[str, ItemInstance] = field(factory=dict, converter=_items_in_order)
    #: The world time (s) at which each slot is free again.
    free_at: Mapping[str, float] = field(factory=dict, converter=_times_in_order)

    def cooldown_remaining(self, slot: str, now: float) -> float:
        """Return the seconds after `now` (world time, s) in which the slot takes nothing; 0 when it is free."""
        remaining = self.free_at.get(slot, now) - now
        return remaining if remaining > TOLERANCE else 0.0

    def with_item(self, slot: str, instance: ItemInstance, free_at: float) -> Equipment:
        """Return the equipment with the item in the slot, in place of what was there, and locked until `free_at`."""
        return Equipment({**self.slots, slot: instance}, {**self.free_at, slot: free_at})

    def without(self, slot: str) -> Equipment:
        """Return the equipment with the slot empty; a cooldown goes on."""
        return Equipment({other: worn for other, worn in self.slots.items() if other != slot}, self.free_at)
