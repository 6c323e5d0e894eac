"""How players come into the world and leave it."""

from __future__ import annotations

import math

import numpy as np
from attrs import evolve

from mmod.errors import WorldFull
from mmod.items.movements import movements
from mmod.items.templates import Catalogue
from mmod.spatial.vector import ORIGIN, Vector
from mmod.world.character import Character, newcomer, replaced, returned
from mmod.world.commands import Evict, Join, Leave, Place, Restore
from mmod.world.entities import Entities
from mmod.world.events import EquipmentChanged, Event, InventoryChanged, ItemsMoved, Joined, Left, SkillsChanged
from mmod.world.players import Players
from mmod.world.settings import WorldSettings
from mmod.world.state import Sequences
from mmod.world.steering import Steering


class Presence:
    """Applies the commands about being in the world; where newcomers appear is drawn from `chance`."""

    def __init__(
        self,
        entities: Entities,
        players: Players,
        steering: Steering,
        settings: WorldSettings,
        chance: np.random.Generator,
    ) -> None:
        self._entities = entities
        self._players = players
        self._steering = steering
        self._settings = settings
        self._chance = chance

    def join(self, command: Join, tick: int) -> tuple[Event, ...]:
        """Attach to the player in the world, or bring it in.

        Raises `WorldFull`, `BadRecord`, and the `RuleViolation` of a starting item; then nothing has changed.
        """
        if command.player_id in self._players:
            self._attach(command)
            return (Joined(command.player_id, attached=True),)
        self._require_room()
        character = self._arriving(command, tick)
        position = self._spawn() if command.state is None else Vector(command.state.x, command.state.z)
        self._players.admit(command.player_id, command.name, self._steering.clamped(position), character)
        joined = Joined(command.player_id, attached=False)
        begun = movements((), character.belongings.placed) if command.state is None else ()
        return (joined, ItemsMoved(command.player_id, begun, "starting")) if begun else (joined,)

    def leave(self, command: Leave, tick: int) -> tuple[Event, ...]:
        """Stop, and leave when the time to linger is over."""
        self._stop(command.player_id)
        self._players.linger(command.player_id, tick + math.ceil(self._settings.linger * self._settings.tick_hz))
        return self.depart(tick)

    def evict(self, command: Evict, tick: int) -> tuple[Event, ...]:
        """Leave at once."""
        self._players.character(command.player_id)
        self._players.remove(command.player_id)
        return (Left(command.player_id),)

    def depart(self, tick: int) -> tuple[Event, ...]:
        """Take out those whose time to linger is over."""
        leaving = self._players.leaving(tick)
        for player_id in leaving:
            self._players.remove(player_id)
        return tuple(Left(player_id) for player_id in leaving)

    def place(self, command: Place, tick: int) -> tuple[Event, ...]:
        """Put a player at a point with a velocity, bringing it in when it is not there.  Raises `WorldFull`."""
        if not (command.position.finite and command.velocity.finite):
            raise ValueError(f"{command.position}, {command.velocity} are not finite")
        events: tuple[Event, ...]
        if command.player_id in self._players:
            self._entities.rename(command.player_id, command.name)
            events = self._steering.relocate(command.player_id, command.position, tick)
        else:
            self._require_room()
            position = self._steering.clamped(command.position)
            self._players.admit(command.player_id, command.name, position, Character())
            events = (Joined(command.player_id, attached=False),)
        self._steering.propel(self._players.slot(command.player_id), command.velocity)
        return events

    def restore(self, command: Restore, tick: int) -> tuple[Event, ...]:
        """Become what was saved.  Raises `UnknownPlayer` and `BadRecord`; then nothing has changed."""
        player_id, state = command.player_id, command.state
        present = self._players.character(player_id)
        templates = command.templates or Catalogue.empty()
        stored = returned(state, tick / self._settings.tick_hz, self._players.book_with(templates))
        self._players.require_own(player_id, stored.belongings)
        self._players.learn(templates)
        character = replaced(present, stored)
        self._players.put(player_id, character)
        self._entities.rename(player_id, state.name)
        moves = self._steering.relocate(player_id, Vector(state.x, state.z), tick)
        belongings, versions = character.belongings, character.versions
        load = self._players.encumbrance(player_id)
        moved = movements(present.belongings.placed, belongings.placed)
        return (
            *moves,
            ItemsMoved(player_id, moved, "restore"),
            InventoryChanged(player_id, versions.inventory, belongings.inventory, load),
            EquipmentChanged(player_id, versions.equipment, belongings.equipment),
            SkillsChanged(player_id, versions.skills, character.skills),
        )

    def _attach(self, command: Join) -> None:
        """A session takes over: it goes on where the last one was when it resumes, else it begins standing still."""
        self._players.stay(command.player_id)
        self._entities.rename(command.player_id, command.name)
        if not command.resumed:
            self._stop(command.player_id)
            self._entities.ack[self._players.slot(command.player_id)] = 0
            character = self._players.character(command.player_id)
            self._players.put(command.player_id, evolve(character, sequences=Sequences()))

    def _arriving(self, command: Join, tick: int) -> Character:
        """Return what a player brings, or begins with."""
        if command.state is None:
            for item in command.starting_items:
                self._players.require_new(item)
            return newcomer(command.starting_items, command.starting_skills, self._players.book)
        character = returned(command.state, tick / self._settings.tick_hz, self._players.book)
        self._players.require_own(command.player_id, character.belongings)
        return character if command.resumed else evolve(character, sequences=Sequences())

    def _require_room(self) -> None:
        if len(self._players) >= self._settings.max_players:
            raise WorldFull("the world is full; try again later")

    def _spawn(self) -> Vector:
        """Return a point drawn uniformly from the disc around the spawn."""
        spawn, radius = self._settings.spawn, self._settings.spawn_radius
        if radius <= 0:
            return spawn
        distance, angle = radius * math.sqrt(self._chance.random()), math.tau * self._chance.random()
        return Vector(spawn.x + distance * math.cos(angle), spawn.z + distance * math.sin(angle))

    def _stop(self, player_id: str) -> None:
        self._entities.desired[self._players.slot(player_id)] = ORIGIN
