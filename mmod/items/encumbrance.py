"""How what a player carries and wears slows it."""

from __future__ import annotations

from math import fsum
from typing import Annotated

from msgspec import Meta, Struct

from mmod.items.belongings import Belongings
from mmod.items.capacity import total_bulk, total_weight
from mmod.items.rulebook import Rulebook
from mmod.items.rules import ItemRules


class Encumbrance(Struct, frozen=True):
    """How much a player carries and wears, and how that slows it; weight and bulk in the units of the catalogue."""

    current_weight: Annotated[float, Meta(description="Of all that is carried and worn.")]
    max_weight: Annotated[float, Meta(description="The weight limit.")]
    current_bulk: Annotated[float, Meta(description="Of all that is carried; what is worn does not count.")]
    max_bulk: Annotated[float, Meta(description="Of all compartments together.")]
    weight_pct: Annotated[float, Meta(description="A fraction: 1 is full.")]
    bulk_pct: Annotated[float, Meta(description="A fraction: 1 is full.")]
    movement_penalty: Annotated[float, Meta(description="Factor on the speed: 1 for an unburdened player.")]


def encumbrance(belongings: Belongings, book: Rulebook) -> Encumbrance:
    """Return the load of a player; it may lie above the limits, which can have been lowered since it was taken up."""
    weight, max_weight = total_weight(belongings.inventory, belongings.equipment, book), book.rules.weight_limit
    bulk, max_bulk = total_bulk(belongings.inventory, book), fsum(book.rules.compartment_caps.values())
    weight_pct = _fraction(weight, max_weight)
    return Encumbrance(
        current_weight=weight,
        max_weight=max_weight,
        current_bulk=bulk,
        max_bulk=max_bulk,
        weight_pct=weight_pct,
        bulk_pct=_fraction(bulk, max_bulk),
        movement_penalty=movement_penalty(weight_pct, book.rules),
    )


def movement_penalty(weight_pct: float, rules: ItemRules) -> float:
    """Return the factor on the speed at a fraction of the weight limit.

    It is 1 up to `penalty_from`, falls linearly to `penalty_at_limit` at the limit, and beyond it as 1/`weight_pct`.
    """
    if weight_pct <= rules.penalty_from:
        return 1.0
    if weight_pct >= 1.0:
        return rules.penalty_at_limit / weight_pct
    way = (weight_pct - rules.penalty_from) / (1.0 - rules.penalty_from)
    return 1.0 - way * (1.0 - rules.penalty_at_limit)


def _fraction(amount: float, limit: float) -> float:
    """Return amount / limit; of a limit of zero, anything at all is the whole."""
    return amount / limit if limit > 0 else float(amount > 0)
