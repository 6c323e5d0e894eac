"""What a player sees and has, frozen.  Metres, metres per second, seconds; x east, z north.

These are read from the wire as they are.  Other than the daemon's own types they take what a later daemon may say too:
further fields are ignored, and words that are new (a `kind`) are let through.
"""

from __future__ import annotations

from math import hypot

from msgspec import Struct

from mmod.items.encumbrance import Encumbrance

#: Metres below which there is no direction worth walking in: what the wire rounds to.
NEAR = 0.001


class Point(Struct, frozen=True):
    """A position (m), a velocity (m/s) or a direction."""

    x: float
    z: float

    def distance(self, other: Point) -> float:
        """Return the metres to another point."""
        return hypot(other.x - self.x, other.z - self.z)

    def towards(self, other: Point) -> Point:
        """Return the direction of another point, of length 1; (0, 0) when it is here."""
        distance = self.distance(other)
        if distance < NEAR:
            return STILL
        return Point((other.x - self.x) / distance, (other.z - self.z) / distance)


#: No direction.
STILL = Point(0.0, 0.0)


class Entity(Struct, frozen=True):
    """Somebody in sight; `kind` is `player` or `bot`."""

    id: str
    pos: Point
    vel: Point
    kind: str
    name: str


class Item(Struct, frozen=True):
    """Pieces of one template that move together."""

    instance_id: str
    template_id: str
    quantity: int = 1
    durability: float = 100.0


class Stowed(Struct, frozen=True):
    """An item in the inventory, and the compartment it lies in."""

    instance: Item
    compartment: str


class Inventory(Struct, frozen=True):
    """All that is carried and not worn; bulk by compartment, weight and bulk in the catalogue's units."""

    items: tuple[Stowed, ...]
    compartment_caps: dict[str, float]
    weight_limit: float
    encumbrance: Encumbrance


class Worn(Struct, frozen=True):
    """What is in a slot, and the seconds until the slot takes something else, when this was said.

    `State.cooldown` says what is left of them.
    """

    instance: Item
    cooldown_remaining: float = 0.0


class Equipment(Struct, frozen=True):
    """All that is worn, by slot; empty slots are absent."""

    slots: dict[str, Worn]

    def holds(self, instance_id: str, slot: str) -> bool:
        """Tell whether an item is in a slot."""
        worn = self.slots.get(slot)
        return worn is not None and worn.instance.instance_id == instance_id
