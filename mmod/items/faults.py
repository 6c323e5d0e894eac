"""What makes stored belongings impossible in this world: the catalogue or the rules can have changed since the save.

Each fault is a line for the operator and names the item, or the slot of a cooldown.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from mmod.items.equipment import WornState
from mmod.items.instances import ItemInstance
from mmod.items.inventory import Inventory
from mmod.items.rulebook import Rulebook
from mmod.items.rules import SLOTS


def faults(inventory: Inventory, worn: WornState, book: Rulebook) -> Iterator[str]:
    """Yield every fault: of what is carried, of what is worn, of both together, of the cooldowns."""
    for stowed in inventory.items:
        yield from _named(stowed.instance, _faults_of_carried(stowed.instance, stowed.compartment, book))
    for slot, instance in worn.slots.items():
        yield from _named(instance, _faults_of_worn(instance, slot, book))
    yield from _repetitions([*(stowed.instance for stowed in inventory.items), *worn.slots.values()])
    for slot, remaining in worn.cooldowns.items():
        yield from _faults_of_cooldown(slot, remaining)


def _named(instance: ItemInstance, texts: Iterator[str]) -> Iterator[str]:
    return (f"item {instance.instance_id!r}: {text}" for text in texts)


def _faults_of_carried(instance: ItemInstance, compartment: str, book: Rulebook) -> Iterator[str]:
    if instance.template_id not in book.catalogue:
        yield f"no template {instance.template_id!r} in the catalogue"
    if compartment not in book.rules.compartment_caps:
        yield f"no compartment {compartment!r}"


def _faults_of_worn(instance: ItemInstance, slot: str, book: Rulebook) -> Iterator[str]:
    template = book.catalogue.get(instance.template_id)
    if template is None:
        yield f"no template {instance.template_id!r} in the catalogue"
    elif not template.fits(slot):
        yield f"worn in {slot!r}, which its template {instance.template_id!r} does not allow"


def _repetitions(instances: list[ItemInstance]) -> Iterator[str]:
    seen: set[str] = set()
    for instance in instances:
        if instance.instance_id in seen:
            yield f"item {instance.instance_id!r}: is there more than once"
        seen.add(instance.instance_id)


def _faults_of_cooldown(slot: str, remaining: float) -> Iterator[str]:
    if slot not in SLOTS:
        yield f"cooldown: no slot {slot!r}"
    if not isfinite(remaining) or remaining < 0:
        yield f"cooldown of slot {slot!r}: must be a number of seconds from 0, not {remaining}"
