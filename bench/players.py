"""The players that the store is measured with: what they own decides what a save costs."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from uuid import UUID

from mmod.items.equipment import WornState
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.world.state import PlayerState, Sequences, Versions

#: Items that each kind of player carries; one more is worn.
KINDS: Mapping[str, int] = {"light": 2, "heavy": 10}


def player_state(kind: str, player_id: str, x: float) -> PlayerState:
    """Return a player who has played for a while, standing at `x` (m); always the same for the same arguments."""
    chance = Random(player_id)  # noqa: S311 - it makes ids
    items = tuple(Stowed(_item(chance, "rock_small"), "backpack") for _ in range(KINDS[kind]))
    worn = WornState({"main_hand": _item(chance, "sword_iron", 87.5)}, {"main_hand": 1.5})
    return PlayerState(
        player_id,
        x + chance.random(),
        chance.random(),
        Inventory(items),
        worn,
        {"melee": 10, "defense": 5},
        Versions(12, 3, 2),
        Sequences(51_234, 17),
    )


def _item(chance: Random, template_id: str, durability: float = 100.0) -> ItemInstance:
    return ItemInstance(str(UUID(int=chance.getrandbits(128), version=4)), template_id, 1, durability)
