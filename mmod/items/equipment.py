"""What a player wears, and the cooldown of each slot."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen
from msgspec import Struct

from mmod.items.instances import ItemInstance
from mmod.items.inventory import Inventory


class WornState(Struct, frozen=True, forbid_unknown_fields=True):
    """Equipment at rest: what is in each slot, and the seconds of cooldown that remain per slot."""

    slots: dict[str, ItemInstance] = {}
    cooldowns: dict[str, float] = {}


@frozen
class Equipment:
    """Equipment in a running world."""

    slots: Mapping[str, ItemInstance] = {}
    #: The world time (s) at which each slot is free again.
    free_at: Mapping[str, float] = {}


@frozen
class Belongings:
    """Everything one player owns; an item is in exactly one place of it."""

    inventory: Inventory = Inventory()
    equipment: Equipment = Equipment()
