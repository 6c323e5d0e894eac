"""What a player is besides an entity: belongings, skills, and how often each has changed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from attrs import evolve, frozen
from msgspec.structs import replace

from mmod.errors import BadRecord, ExceedsBulk
from mmod.items.belongings import Belongings, restored, stow
from mmod.items.instances import ItemInstance
from mmod.items.rulebook import Rulebook
from mmod.world.state import PlayerState, Sequences, Versions


@frozen
class Character:
    """One player's private part; every change makes a new one."""

    belongings: Belongings = Belongings()
    skills: Mapping[str, int] = MappingProxyType({})
    versions: Versions = Versions()
    #: Which equips and unequips were taken.  The `ack` in it is not kept up: that is a column of the entities.
    sequences: Sequences = Sequences()


def newcomer(items: Iterable[ItemInstance], skills: Iterable[tuple[str, int]], book: Rulebook) -> Character:
    """Return a player never seen before, each item in the first compartment that has room.

    Raises the `RuleViolation` of an item that fits nowhere.
    """
    belongings = Belongings()
    for item in items:
        belongings = _stowed_anywhere(belongings, item, book)
    return Character(belongings, dict(skills))


def returned(state: PlayerState, now: float, book: Rulebook) -> Character:
    """Return a player as it was saved, at world time `now` (s).  Raises `BadRecord`."""
    if not (math.isfinite(state.x) and math.isfinite(state.z)):
        raise BadRecord(f"position ({state.x}, {state.z}) is not finite")
    for skill, level in state.skills.items():
        if level < 0:
            raise BadRecord(f"skill {skill!r} has level {level}")
    belongings = restored(state.inventory, state.equipment, now, book)
    return Character(belongings, dict(state.skills), state.versions, state.sequences)


def with_inventory(character: Character, belongings: Belongings) -> Character:
    """Return the player with a changed inventory."""
    versions = replace(character.versions, inventory=character.versions.inventory + 1)
    return evolve(character, belongings=belongings, versions=versions)


def with_belongings(character: Character, belongings: Belongings) -> Character:
    """Return the player with a changed inventory and changed equipment."""
    changed = with_inventory(character, belongings)
    return evolve(changed, versions=replace(changed.versions, equipment=changed.versions.equipment + 1))


def with_skill(character: Character, skill: str, level: int) -> Character:
    """Return the player with another level in a skill."""
    versions = replace(character.versions, skills=character.versions.skills + 1)
    return evolve(character, skills={**character.skills, skill: level}, versions=versions)


def replaced(character: Character, stored: Character) -> Character:
    """Return the stored player in place of the present one: all versions grow, the running sequences stay."""
    ours, theirs = character.versions, stored.versions
    versions = Versions(
        inventory=max(ours.inventory, theirs.inventory) + 1,
        equipment=max(ours.equipment, theirs.equipment) + 1,
        skills=max(ours.skills, theirs.skills) + 1,
    )
    return evolve(stored, versions=versions, sequences=character.sequences)


def _stowed_anywhere(belongings: Belongings, item: ItemInstance, book: Rulebook) -> Belongings:
    *others, last = book.rules.compartment_caps
    for compartment in others:
        try:
            return stow(belongings, item, compartment, book)
        except ExceedsBulk:
            continue
    return stow(belongings, item, last, book)
