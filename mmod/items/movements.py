"""Where items are, and how they came there: what the ledger of all items is made of.

A *place* is a text: `carried:` and a compartment, `worn:` and a slot, or `quarantine`.  Where a movement has no origin
the item came into being, and where it has no target it ceased to be.  Movements are found by comparing what somebody
owned before with what it owns after, so a rule cannot forget to report one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from mmod.items.instances import ItemInstance
from mmod.items.inventory import Inventory

#: Items, each with its place.
Placed = Iterable[tuple[ItemInstance, str]]

#: Why items moved: the rules of the world, the first join, an administrator, or the store itself.
Cause = Literal["starting", "grant", "equip", "unequip", "restore", "opening", "quarantine", "reinstate", "import"]

#: The place of what was set aside with a record that cannot be used.
QUARANTINE = "quarantine"


class Movement(Struct, frozen=True, forbid_unknown_fields=True):
    """One item went from one place to another, or is another quantity of something than before."""

    instance_id: str
    template_id: str
    quantity: int
    origin: str | None
    target: str | None


def placed(inventory: Inventory, worn: Mapping[str, ItemInstance]) -> Iterator[tuple[ItemInstance, str]]:
    """Yield every item with its place: the carried ones as they came, then the worn ones slot by slot."""
    for stowed in inventory.items:
        yield stowed.instance, f"carried:{stowed.compartment}"
    for slot, instance in worn.items():
        yield instance, f"worn:{slot}"


def movements(before: Placed, after: Placed) -> tuple[Movement, ...]:
    """Return what leads from one set of items to another, in the order of `after`, what is gone last."""
    origins = {instance.instance_id: (instance, place) for instance, place in before}
    found = []
    for instance, place in after:
        was, origin = origins.pop(instance.instance_id, (None, None))
        if was is None or origin != place or _amount(was) != _amount(instance):
            found.append(_movement(instance, origin, place))
    return (*found, *(_movement(instance, origin, None) for instance, origin in origins.values()))


def set_aside(items: Placed) -> tuple[Movement, ...]:
    """Return the movements of placed items into the quarantine."""
    return tuple(_movement(instance, place, QUARANTINE) for instance, place in items)


def reinstated(items: Placed) -> tuple[Movement, ...]:
    """Return the movements of items from the quarantine to their places."""
    return tuple(_movement(instance, QUARANTINE, place) for instance, place in items)


def _amount(instance: ItemInstance) -> tuple[str, int]:
    return instance.template_id, instance.quantity


def _movement(instance: ItemInstance, origin: str | None, target: str | None) -> Movement:
    return Movement(instance.instance_id, instance.template_id, instance.quantity, origin, target)
