"""What a player can carry: sums of weight and bulk, and the refusals at their limits.

The sums are exactly rounded (`math.fsum`), so they do not depend on the order in which items came.
"""

from __future__ import annotations

from math import fsum

from mmod.errors import ExceedsBulk, ExceedsWeight, UnknownCompartment
from mmod.items.equipment import Equipment
from mmod.items.instances import ItemInstance
from mmod.items.inventory import Inventory
from mmod.items.rulebook import Rulebook
from mmod.items.rules import TOLERANCE


def total_weight(inventory: Inventory, equipment: Equipment, book: Rulebook) -> float:
    """Return the weight of everything carried and worn."""
    carried = [book.weight_of(stowed.instance) for stowed in inventory.items]
    return fsum([*carried, *map(book.weight_of, equipment.slots.values())])


def total_bulk(inventory: Inventory, book: Rulebook) -> float:
    """Return the bulk of everything carried, in all compartments."""
    return fsum(book.bulk_of(stowed.instance) for stowed in inventory.items)


def bulk_in(inventory: Inventory, compartment: str, book: Rulebook) -> float:
    """Return the bulk of what lies in one compartment."""
    return fsum(book.bulk_of(stowed.instance) for stowed in inventory.items if stowed.compartment == compartment)


def require_compartment(compartment: str, book: Rulebook) -> None:
    """Raise `UnknownCompartment` unless the rules have the compartment."""
    if compartment not in book.rules.compartment_caps:
        there_are = ", ".join(book.rules.compartment_caps)
        raise UnknownCompartment(f"there is no compartment {compartment!r}; there are {there_are}")


def require_strength(inventory: Inventory, equipment: Equipment, arriving: ItemInstance, book: Rulebook) -> None:
    """Raise `ExceedsWeight` when the player could not carry one more item."""
    weight = fsum([total_weight(inventory, equipment, book), book.weight_of(arriving)])
    limit = book.rules.weight_limit
    if weight > limit + TOLERANCE:
        raise ExceedsWeight(f"the weight would be {weight:g}, the limit is {limit:g}")


def require_room(inventory: Inventory, compartment: str, arriving: ItemInstance, book: Rulebook) -> None:
    """Raise `ExceedsBulk` when the (known) compartment could not take one more item."""
    bulk = fsum([bulk_in(inventory, compartment, book), book.bulk_of(arriving)])
    cap = book.rules.compartment_caps[compartment]
    if bulk > cap + TOLERANCE:
        raise ExceedsBulk(f"the bulk in {compartment} would be {bulk:g}, the limit is {cap:g}")
