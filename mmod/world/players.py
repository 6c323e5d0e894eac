"""The players in the world: who they are, who lingers, and which item is whose."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve
from msgspec.structs import replace

from mmod.errors import BadRecord, DuplicateInstance, UnknownPlayer
from mmod.items.belongings import Belongings
from mmod.items.encumbrance import Encumbrance, encumbrance
from mmod.items.instances import ItemInstance
from mmod.items.rulebook import Rulebook
from mmod.items.templates import Catalogue
from mmod.spatial.vector import Vector
from mmod.world.character import Character
from mmod.world.commands import Wish
from mmod.world.entities import Entities
from mmod.world.frame import Kind
from mmod.world.state import Sequences


class Players:
    """Characters by player id in the order of joining, each the other half of one of `entities`."""

    def __init__(self, entities: Entities, book: Rulebook) -> None:
        self._entities = entities
        self._book = book
        self._characters: dict[str, Character] = {}
        self._slots: dict[str, int] = {}
        self._leave_ticks: dict[str, int] = {}
        self._holders: dict[str, str] = {}
        #: How many records were refused because an item of theirs is another player's.
        self.violations = 0

    def __contains__(self, player_id: object) -> bool:
        return player_id in self._characters

    def __len__(self) -> int:
        return len(self._characters)

    @property
    def book(self) -> Rulebook:
        """The rules and all templates known."""
        return self._book

    @property
    def ids(self) -> tuple[str, ...]:
        """All players in the order of joining."""
        return tuple(self._characters)

    def book_with(self, templates: Catalogue) -> Rulebook:
        """Return the rules with more templates; those already known stay as they are."""
        return evolve(self._book, catalogue=Catalogue({**templates, **self._book.catalogue}))

    def learn(self, templates: Catalogue) -> None:
        """Know more templates from now on."""
        self._book = self.book_with(templates)

    def character(self, player_id: str) -> Character:
        """Return a player's private part, or raise `UnknownPlayer`."""
        character = self._characters.get(player_id)
        if character is None:
            raise _unknown(player_id)
        return character

    def slot(self, player_id: str) -> int:
        """Return the slot of a player's entity, or raise `UnknownPlayer`."""
        slot = self._slots.get(player_id)
        if slot is None:
            raise _unknown(player_id)
        return slot

    def encumbrance(self, player_id: str) -> Encumbrance:
        """Return a player's load."""
        return encumbrance(self.character(player_id).belongings, self._book)

    def sequences(self, player_id: str) -> Sequences:
        """Return a player's sequences, all of them kept up."""
        ack = int(self._entities.ack[self.slot(player_id)])
        return replace(self.character(player_id).sequences, ack=ack)

    # --- coming, changing, going --------------------------------------------------------------------------------------

    def admit(self, player_id: str, name: str, position: Vector, character: Character) -> int:
        """Let a player stand at a point and return its slot; a bot of the same id makes way."""
        if player_id in self._entities:
            self._entities.remove(player_id)
        slot = self._entities.add(player_id, name, Kind.PLAYER, position)
        self._entities.ack[slot] = character.sequences.ack
        self._slots[player_id] = slot
        self.put(player_id, character)
        return slot

    def put(self, player_id: str, character: Character) -> None:
        """Replace a player's private part; what it owns decides its speed from now on."""
        before = self._characters.get(player_id)
        self._characters[player_id] = character
        if before is not None and before.belongings is character.belongings:
            return
        if before is not None:
            self._forget(before)
        self._holders.update((item.instance_id, player_id) for item in character.belongings.instances)
        self._entities.factor[self._entities.slot(player_id)] = self.encumbrance(player_id).movement_penalty

    def remove(self, player_id: str) -> None:
        """Take a player out of the world."""
        self._forget(self._characters.pop(player_id))
        del self._slots[player_id]
        self._leave_ticks.pop(player_id, None)
        self._entities.remove(player_id)

    def _forget(self, character: Character) -> None:
        for item in character.belongings.instances:
            del self._holders[item.instance_id]

    def steered(self, wishes: Mapping[str, Wish]) -> tuple[list[int], list[Wish]]:
        """Return the slots of those of these players who are in the world and do not linger, and their wishes."""
        slots, leaving = self._slots, self._leave_ticks
        if not leaving.keys().isdisjoint(wishes.keys()) or not wishes.keys() <= slots.keys():
            wishes = {each: wish for each, wish in wishes.items() if each in slots and each not in leaving}
        return list(map(slots.__getitem__, wishes)), list(wishes.values())

    # --- lingering ----------------------------------------------------------------------------------------------------

    def lingers(self, player_id: str) -> bool:
        """Tell whether a player's connection has ended."""
        return player_id in self._leave_ticks

    def linger(self, player_id: str, leave_tick: int) -> None:
        """Let a player leave at a tick; one who lingers already keeps the earlier one."""
        self._leave_ticks.setdefault(player_id, leave_tick)

    def stay(self, player_id: str) -> None:
        """Let a player who lingers stay after all."""
        self._leave_ticks.pop(player_id, None)

    def leaving(self, tick: int) -> list[str]:
        """Return who leaves at a tick, in the order in which their connections ended."""
        return [player_id for player_id, leave_tick in self._leave_ticks.items() if leave_tick <= tick]

    # --- items are unique in the world --------------------------------------------------------------------------------

    def require_new(self, instance: ItemInstance) -> None:
        """Raise `DuplicateInstance` when somebody in the world has an item of this id."""
        if instance.instance_id in self._holders:
            raise DuplicateInstance(f"the item {instance.instance_id!r} is in the world already")

    def require_own(self, player_id: str, belongings: Belongings) -> None:
        """Raise `BadRecord` when another player in the world has one of these items."""
        for item in belongings.instances:
            if self._holders.get(item.instance_id, player_id) != player_id:
                self.violations += 1
                raise BadRecord(f"the item {item.instance_id!r} is another player's")


def _unknown(player_id: str) -> UnknownPlayer:
    return UnknownPlayer(f"no player {player_id!r} is in the world")
