"""What an administrator may send to the admin API; these types are also its published schemas."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from mmod.items.instances import ItemId, Quantity
from mmod.items.rules import DEFAULT_COMPARTMENT
from mmod.wire.messages import NO_NUL, Name

#: Metres: far beyond any bounds, and small enough for exact arithmetic.
FARTHEST = 1e12

#: Far above any level a game uses, and exact in every JSON implementation.
HIGHEST_LEVEL = 1_000_000

East = Annotated[float, Meta(ge=-FARTHEST, le=FARTHEST, description="Metres east; the bounds clamp.")]
North = Annotated[float, Meta(ge=-FARTHEST, le=FARTHEST, description="Metres north; the bounds clamp.")]
Level = Annotated[int, Meta(ge=0, le=HIGHEST_LEVEL)]


class GrantBody(Struct, frozen=True, forbid_unknown_fields=True):
    """An item to give."""

    template_id: Annotated[ItemId, Meta(description="One of the item catalogue.", examples=["potion_health"])]
    quantity: Quantity = 1
    compartment: Annotated[Name, Meta(description="Where in the inventory.")] = DEFAULT_COMPARTMENT


class SkillBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A skill to set."""

    skill: Annotated[str, Meta(min_length=1, max_length=64, pattern=NO_NUL, examples=["melee"])]
    level: Level


class PositionBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Where to move a player."""

    x: East
    z: North


class KickBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Why to end a session."""

    reason: Annotated[str, Meta(max_length=1000, pattern=NO_NUL, description="Shown to the player.")] = (
        "kicked by an operator"
    )


class NoBody(Struct, frozen=True):
    """Nothing to say: an empty object, or no body at all."""
