"""What players own and can do: the commands that change belongings and skills."""

from __future__ import annotations

import math

from attrs import evolve

from mmod.errors import Unavailable
from mmod.items.belongings import Belongings, equip, stow, unequip
from mmod.items.movements import movements
from mmod.world.character import Character, with_belongings, with_inventory, with_skill
from mmod.world.commands import Equip, Grant, SetSkill, Unequip
from mmod.world.events import (
    EquipmentChanged,
    Equipped,
    Event,
    Granted,
    InventoryChanged,
    ItemsMoved,
    Operation,
    SkillsChanged,
    Unequipped,
)
from mmod.world.players import Players
from mmod.world.sequences import seen, taken


class Ownership:
    """Applies those commands to `players`; a command that raises a `RemoteError` has changed nothing else."""

    def __init__(self, players: Players) -> None:
        self._players = players

    def equip(self, command: Equip, tick: int) -> tuple[Event, ...]:
        """Put an item into a slot.  Raises `UnknownPlayer`, `Unavailable`, and what `mmod.items` refuses."""
        if not self._begin(command):
            return ()
        character = self._players.character(command.player_id)
        belongings = equip(
            character.belongings, command.instance_id, command.slot, character.skills, command.now, self._players.book
        )
        event = Equipped(command.player_id, command.seq, command.slot, command.instance_id)
        moved = self._moved(command, character.belongings, belongings, "equip")
        return (moved, event, *self._own(command.player_id, belongings))

    def unequip(self, command: Unequip, tick: int) -> tuple[Event, ...]:
        """Take off what is in a slot.  Raises as `equip` does."""
        if not self._begin(command):
            return ()
        before = self._players.character(command.player_id).belongings
        belongings = unequip(before, command.slot, command.compartment, self._players.book)
        instance_id = before.equipment.slots[command.slot].instance_id
        event = Unequipped(command.player_id, command.seq, command.slot, instance_id)
        moved = self._moved(command, before, belongings, "unequip")
        return (moved, event, *self._own(command.player_id, belongings))

    def grant(self, command: Grant, tick: int) -> tuple[Event, ...]:
        """Create an item.  Raises `UnknownPlayer`, `DuplicateInstance`, and what `stow` refuses."""
        player_id = command.player_id
        character = self._players.character(player_id)
        self._players.require_new(command.instance)
        belongings = stow(character.belongings, command.instance, command.compartment, self._players.book)
        moved = ItemsMoved(player_id, movements(character.belongings.placed, belongings.placed), "grant")
        character = with_inventory(character, belongings)
        self._players.put(player_id, character)
        granted = Granted(player_id, command.instance.instance_id)
        return (moved, granted, self._inventory_changed(player_id, character))

    def set_skill(self, command: SetSkill, tick: int) -> tuple[Event, ...]:
        """Set the level of a skill.  Raises `UnknownPlayer`."""
        if command.level < 0:
            raise ValueError(f"level {command.level} of {command.skill!r} is negative")
        character = with_skill(self._players.character(command.player_id), command.skill, command.level)
        self._players.put(command.player_id, character)
        return (SkillsChanged(command.player_id, character.versions.skills, character.skills),)

    def _begin(self, command: Equip | Unequip) -> bool:
        """Take the command's number, once, and tell whether to go on; raise `Unavailable` when the store is away."""
        if not math.isfinite(command.now):
            raise ValueError(f"world time {command.now} is not finite")
        character = self._players.character(command.player_id)
        if command.seq:
            if seen(character.sequences, command.seq):
                return False
            sequences = taken(character.sequences, command.seq)
            self._players.put(command.player_id, evolve(character, sequences=sequences))
        if command.store_away:
            raise Unavailable("items cannot be changed now; try again later")
        return True

    def _moved(self, command: Equip | Unequip, before: Belongings, after: Belongings, cause: Operation) -> ItemsMoved:
        return ItemsMoved(command.player_id, movements(before.placed, after.placed), cause, command.seq)

    def _own(self, player_id: str, belongings: Belongings) -> tuple[Event, ...]:
        character = with_belongings(self._players.character(player_id), belongings)
        self._players.put(player_id, character)
        equipment = EquipmentChanged(player_id, character.versions.equipment, belongings.equipment)
        return (self._inventory_changed(player_id, character), equipment)

    def _inventory_changed(self, player_id: str, character: Character) -> InventoryChanged:
        load = self._players.encumbrance(player_id)
        return InventoryChanged(player_id, character.versions.inventory, character.belongings.inventory, load)
