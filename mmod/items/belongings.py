"""Everything one player owns, and how it moves.

Each transition takes belongings and returns new ones, or raises and has changed nothing.  None of them makes or loses
an item except `stow`, which adds the one it is given.  The checks run in the order in which the docstrings name their
errors; the first that fails is what the client is told.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, frozen

from mmod.errors import BadRecord, DuplicateInstance, EquipLocked, IllegalSlot, ItemNotFound, SkillGate, SlotEmpty
from mmod.items.capacity import require_compartment, require_room, require_strength
from mmod.items.equipment import Equipment, WornState
from mmod.items.faults import faults
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.items.movements import Placed, placed
from mmod.items.rulebook import Rulebook
from mmod.items.rules import SLOTS
from mmod.items.templates import ItemTemplate


@frozen
class Belongings:
    """Everything one player owns; an item is in exactly one place of it."""

    inventory: Inventory = Inventory()
    equipment: Equipment = Equipment()

    @property
    def instances(self) -> tuple[ItemInstance, ...]:
        """All items: the carried ones as they came, then the worn ones in the order of the slots."""
        return tuple(instance for instance, _ in self.placed)

    @property
    def placed(self) -> Placed:
        """All items in the same order, each with its place."""
        return placed(self.inventory, self.equipment.slots)


def stow(belongings: Belongings, instance: ItemInstance, compartment: str, book: Rulebook) -> Belongings:
    """Add a new item to a compartment.

    Raises `DuplicateInstance` (only these belongings are searched), `UnknownTemplate`, `UnknownCompartment`,
    `ExceedsWeight` (worn items count), `ExceedsBulk`.
    """
    if any(instance.instance_id == owned.instance_id for owned in belongings.instances):
        raise DuplicateInstance(f"there is an item {instance.instance_id!r} already")
    book.template_of(instance)
    require_compartment(compartment, book)
    require_strength(belongings.inventory, belongings.equipment, instance, book)
    require_room(belongings.inventory, compartment, instance, book)
    return evolve(belongings, inventory=belongings.inventory.with_item(instance, compartment))


def equip(
    belongings: Belongings, instance_id: str, slot: str, skills: Mapping[str, int], now: float, book: Rulebook
) -> Belongings:
    """Put a carried item into a slot and start the slot's cooldown at `now` (world time, s).

    What was in the slot goes to the compartment the new item comes from, which must have room for it once the new item
    has left.  Raises `ItemNotFound` (also for an item that is worn), `IllegalSlot`, `SkillGate`, `EquipLocked`,
    `ExceedsBulk`.
    """
    stowed = _carried(belongings.inventory, instance_id)
    template = book.template_of(stowed.instance)
    _require_fit(template, slot)
    _require_skills(template, skills)
    _require_free(belongings.equipment, slot, now)
    inventory = belongings.inventory.without(instance_id)
    replaced = belongings.equipment.slots.get(slot)
    if replaced is not None:
        require_room(inventory, stowed.compartment, replaced, book)
        inventory = inventory.with_item(replaced, stowed.compartment)
    free_at = now + book.rules.equip_cooldown
    return Belongings(inventory, belongings.equipment.with_item(slot, stowed.instance, free_at))


def unequip(belongings: Belongings, slot: str, compartment: str, book: Rulebook) -> Belongings:
    """Put what is in a slot into a compartment; cooldowns neither forbid it nor are touched by it.

    Raises `IllegalSlot` (no such slot), `SlotEmpty`, `UnknownCompartment`, `ExceedsBulk`.  The weight stays what it was
    and is not asked, so that an overloaded player can still undress.
    """
    if slot not in SLOTS:
        raise IllegalSlot(f"there is no slot {slot!r}; there are {', '.join(SLOTS)}")
    worn = belongings.equipment.slots.get(slot)
    if worn is None:
        raise SlotEmpty(f"nothing is worn in {slot}")
    require_compartment(compartment, book)
    require_room(belongings.inventory, compartment, worn, book)
    return Belongings(belongings.inventory.with_item(worn, compartment), belongings.equipment.without(slot))


def at_rest(equipment: Equipment, now: float) -> WornState:
    """Return the equipment as it is saved at `now` (world time, s): cooldowns still running, as seconds that remain."""
    remaining = {slot: equipment.cooldown_remaining(slot, now) for slot in equipment.free_at}
    return WornState(dict(equipment.slots), {slot: seconds for slot, seconds in remaining.items() if seconds > 0})


def restored(inventory: Inventory, worn: WornState, now: float, book: Rulebook) -> Belongings:
    """Return stored belongings as they are in a world whose time is `now` (s); the inverse of `at_rest`.

    Raises `BadRecord`, naming the item or slot, for what this world cannot hold.  More weight or bulk than the limits
    allow is taken as it is, and a cooldown longer than the rule's is cut to it: both limits can have been lowered.
    """
    fault = next(faults(inventory, worn, book), None)
    if fault is not None:
        raise BadRecord(fault)
    longest = book.rules.equip_cooldown
    free_at = {slot: now + min(remaining, longest) for slot, remaining in worn.cooldowns.items()}
    return Belongings(inventory, Equipment(worn.slots, free_at))


def _carried(inventory: Inventory, instance_id: str) -> Stowed:
    stowed = inventory.find(instance_id)
    if stowed is None:
        raise ItemNotFound(f"the inventory holds no item {instance_id!r}")
    return stowed


def _require_fit(template: ItemTemplate, slot: str) -> None:
    if not template.fits(slot):
        raise IllegalSlot(f"{template.display_name} cannot be worn in {slot!r}")


def _require_skills(template: ItemTemplate, skills: Mapping[str, int]) -> None:
    for skill, least in template.skill_req.items():
        if skills.get(skill, 0) < least:
            raise SkillGate(f"{template.display_name} needs {skill} {least}; it is {skills.get(skill, 0)}")


def _require_free(equipment: Equipment, slot: str, now: float) -> None:
    remaining = equipment.cooldown_remaining(slot, now)
    if remaining > 0:
        raise EquipLocked(f"{slot} is free again in {remaining:.3f} s")
