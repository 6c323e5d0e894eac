"""What a player takes out of the world and brings back: the value that stores save and `Join` restores.

Times in it are relative (cooldowns are seconds that remain), because world time starts again with every start.
Versions only ever grow, across sessions and restarts.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from mmod.items.equipment import WornState
from mmod.items.inventory import Inventory

#: Versions, sequences and levels begin at nothing and grow.
Count = Annotated[int, Meta(ge=0)]


class Versions(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """How often each private part of a player has changed."""

    inventory: Count = 0
    equipment: Count = 0
    skills: Count = 0


class Sequences(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Which client commands were already taken: see `mmod.world.sequences` for the law."""

    #: The highest input `seq` applied.
    ack: Count = 0
    #: Every equip/unequip `seq` up to here counts as seen.
    floor: Count = 0
    #: The ones seen above it, ascending.
    above: tuple[Count, ...] = ()


class PlayerState(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One player at rest: position in metres, everything it owns, how far its client's sequences had come."""

    name: str
    x: float = 0.0
    z: float = 0.0
    inventory: Inventory = Inventory()
    equipment: WornState = WornState()
    skills: dict[str, Count] = {}
    versions: Versions = Versions()
    sequences: Sequences = Sequences()
