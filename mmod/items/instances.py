"""One item in the world, and where in an inventory it lies.

These are msgspec structs because their fields are also their form on the wire and in the database.  Here as in all of a
player's state, `gc=False` says that values cannot be part of a cycle, so that a collection of garbage need not look at
every item in the world.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

#: The longest identifier of anything in the world, in characters: room for two UUIDs and a prefix.
ID_LENGTH = 80

#: More of one thing than any rule of weight allows, and far below where a float would round.
MOST_QUANTITY = 1_000_000

#: The durability of a new item, so that it reads as per cent.
FULL_DURABILITY = 100

ItemId = Annotated[str, Meta(min_length=1, max_length=ID_LENGTH)]
Quantity = Annotated[int, Meta(ge=1, le=MOST_QUANTITY)]


class ItemInstance(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Pieces of one template that move together."""

    instance_id: Annotated[ItemId, Meta(description="Unique in the world, for ever.")]
    template_id: Annotated[ItemId, Meta(description="What it is: one of the item catalogue.")]
    quantity: Quantity = 1
    durability: Annotated[float, Meta(ge=0, le=FULL_DURABILITY, description="From 100 (new) to 0 (broken).")] = (
        FULL_DURABILITY
    )

    def __post_init__(self) -> None:
        """Refuse impossible numbers from Python code too: a quantity below 1 would lighten its owner."""
        if not 1 <= self.quantity <= MOST_QUANTITY:
            raise ValueError(f"quantity must be from 1 to {MOST_QUANTITY}, not {self.quantity}")
        if not 0 <= self.durability <= FULL_DURABILITY:
            raise ValueError(f"durability must be from 0 to {FULL_DURABILITY}, not {self.durability}")


class Stowed(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """An item and the compartment it lies in."""

    instance: ItemInstance
    compartment: str
