"""What a player takes out of the world and brings back: the value that stores save and `Join` restores.

Times in it are relative (cooldowns are seconds that remain), because world time starts again with every start.
Versions only ever grow, across sessions and restarts.
"""

from __future__ import annotations

from msgspec import Struct

from mmod.items.equipment import WornState
from mmod.items.inventory import Inventory


class Versions(Struct, frozen=True):
    """How often each private part of a player has changed."""

    inventory: int = 0
    equipment: int = 0
    skills: int = 0


class Sequences(Struct, frozen=True):
    """Which client commands were already taken: see `mmod.world.sequences` for the law."""

    #: The highest input `seq` applied.
    ack: int = 0
    #: Every equip/unequip `seq` up to here counts as seen.
    floor: int = 0
    #: The ones seen above it, ascending.
    above: tuple[int, ...] = ()


class PlayerState(Struct, frozen=True):
    """One player at rest: position in metres, everything it owns, how far its client's sequences had come."""

    name: str
    x: float = 0.0
    z: float = 0.0
    inventory: Inventory = Inventory()
    equipment: WornState = WornState()
    skills: dict[str, int] = {}
    versions: Versions = Versions()
    sequences: Sequences = Sequences()
