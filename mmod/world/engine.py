"""The engine: one world, moved by commands and ticks.

Commands apply at once, between ticks; a tick moves everything.  The engine does no I/O and knows no clock: its time is
the number of ticks, and all its chance comes from one generator seeded at the start.  The same settings, seed, commands
and ticks therefore give the same events and frames, byte for byte.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import numpy as np

from mmod.errors import RemoteError
from mmod.items.rulebook import Rulebook
from mmod.items.templates import Catalogue
from mmod.spatial.cells import Cell
from mmod.spatial.vector import Vector
from mmod.world.bots import Bots
from mmod.world.commands import (
    Command,
    Equip,
    Evict,
    Grant,
    Join,
    Leave,
    Move,
    Moves,
    Personal,
    Place,
    Restore,
    SetSkill,
    SetVelocity,
    Teleport,
    Unequip,
)
from mmod.world.entities import Entities
from mmod.world.events import Equipped, Event, Granted, HandedOver, Joined, Left, Refused, Unequipped
from mmod.world.frame import Frame
from mmod.world.ownership import Ownership
from mmod.world.phases import Phases, Unmeasured
from mmod.world.players import Players
from mmod.world.presence import Presence
from mmod.world.replenishment import Replenishment
from mmod.world.settings import EngineSettings
from mmod.world.state import PlayerState
from mmod.world.steering import Steering
from mmod.world.survey import Survey
from mmod.world.views import CellCount, Census, EngineMetrics, Entity, Player, Step

__all__ = ("CellCount", "Census", "Engine", "EngineMetrics", "Entity", "Player", "Step")

#: A point (m) or a velocity (m/s), also as a plain pair.
Pair = Vector | tuple[float, float]


class Engine:
    """A world.  Metres, metres per second, and seconds of world time, which begins at 0."""

    def __init__(self, settings: EngineSettings, *, seed: int, phases: Phases | None = None) -> None:
        """A new world; `phases` is told which part of each tick is over."""
        world, chance = settings.world, np.random.Generator(np.random.PCG64(seed))
        self._settings = world
        self._phases = Unmeasured() if phases is None else phases
        self._tick = 0
        self._entities = Entities(world.cell_size)
        self._players = Players(self._entities, Rulebook(settings.items, settings.catalogue))
        self._steering = Steering(self._entities, self._players, world)
        self._replenishment = Replenishment(self._entities, world, settings.bots, chance)
        self._bots = Bots(self._entities, world, settings.bots, chance)
        self._presence = Presence(self._entities, self._players, self._steering, world, chance)
        self._survey = Survey(self._entities, self._players, world.cell_size)
        self._happened: Counter[type[Event]] = Counter()
        self._appliers = self._table(Ownership(self._players))

    # --- commands and ticks -------------------------------------------------------------------------------------------

    def apply(self, command: Command) -> tuple[Event, ...]:
        """Do what is asked, at once, and return what happened.

        What may not be is one `Refused` event, and has changed nothing.  Raises `BadRecord` when a state to restore
        cannot be used (nothing has changed then either), and ValueError for what no decoded message contains: vectors
        that are not finite, negative levels.
        """
        try:
            events = self._appliers[type(command)](command, self._tick)
        except RemoteError as error:
            assert not isinstance(command, Moves), "who cannot be moved is left out"
            events = (_refused(command, error),)
        return self._counted(events) if events else events

    def step(self, dt: float | None = None) -> Step:
        """Let one tick pass, in which everything moves for `dt` seconds (by default the length of a tick).

        The step holds a frame when a snapshot is due.
        """
        dt = 1 / self._settings.tick_hz if dt is None else dt
        if not (math.isfinite(dt) and dt >= 0):
            raise ValueError(f"a tick cannot take {dt} s")
        self._tick += 1
        if self._tick % self._settings.tick_hz == 0:
            self._replenishment.replenish()
        self._bots.steer(self._tick)
        self._bots.walk(dt)
        self._phases.mark("bots")
        self._steering.advance(dt)
        self._phases.mark("movement")
        events = self._steering.hand_over(self._tick) + self._presence.depart(self._tick)
        self._phases.mark("handover")
        due = self._tick % self._settings.ticks_per_snapshot == 0
        return Step(self._tick, self._counted(events), self.frame() if due else None)

    # --- named operations: each builds a command and applies it -------------------------------------------------------

    def add_or_update_player(self, player_id: str, name: str, pos: Pair, vel: Pair) -> Player:
        """Put a player at a point with a velocity and return it.  Raises `WorldFull`."""
        self._demand(Place(player_id, name, Vector(*pos), Vector(*vel)))
        return self._survey.player(player_id)

    def set_velocity(self, player_id: str, vel: Pair) -> bool:
        """Set a player's velocity, not clamped to the walking speed; False when it is not in the world."""
        return not any(isinstance(event, Refused) for event in self.apply(SetVelocity(player_id, Vector(*vel))))

    def equip_item(self, player_id: str, instance_id: str, slot: str, now: float) -> None:
        """Put an item into a slot at world time `now` (s).  Raises `UnknownPlayer` or a `RuleViolation`."""
        self._demand(Equip(player_id, instance_id, slot, now))

    def unequip_item(self, player_id: str, slot: str, compartment: str, now: float) -> None:
        """Take off what is in a slot.  Raises `UnknownPlayer` or a `RuleViolation`."""
        self._demand(Unequip(player_id, slot, now, compartment))

    def restore_player_state(self, player_id: str, persisted: PlayerState, templates: Catalogue | None = None) -> None:
        """Give a player in the world a saved state; `templates` are added to the catalogue.

        Raises `UnknownPlayer` and `BadRecord`; then nothing has changed.
        """
        self._demand(Restore(player_id, persisted, templates))

    # --- what there is ------------------------------------------------------------------------------------------------

    @property
    def tick(self) -> int:
        """How many ticks have passed."""
        return self._tick

    @property
    def now(self) -> float:
        """World time in seconds."""
        return self._tick / self._settings.tick_hz

    @property
    def census(self) -> Census:
        """How many players and bots are in the world."""
        return self._survey.census

    def frame(self) -> Frame:
        """Return the picture of the world as it is now."""
        return self._entities.frame(self._tick)

    def players(self) -> tuple[str, ...]:
        """Return the ids of all players in the order of joining."""
        return self._players.ids

    def player(self, player_id: str) -> Player | None:
        """Return everything about a player, None when it is not in the world."""
        return self._survey.player(player_id) if player_id in self._players else None

    def player_state(self, player_id: str) -> PlayerState:
        """Return what is to be saved of a player.  Raises `UnknownPlayer`."""
        return self._survey.player_state(player_id, self.now)

    def query_aoi(self, pos: Pair, radius: float, exclude_id: str | None = None) -> list[Entity]:
        """Return all entities at most `radius` metres (up to 1e-9 more) from a point, in the order of slots."""
        return self._survey.within(Vector(*pos), radius, exclude_id)

    def entities_in(self, cell: Cell) -> list[Entity]:
        """Return all entities that stand in a cell, in the order of slots."""
        return self._survey.standing_in(cell)

    def cells(self) -> list[CellCount]:
        """Return the active cells, ascending, with how many players and bots each owns."""
        return self._survey.cells()

    @property
    def item_violations(self) -> int:
        """How many records were refused because an item of theirs is another player's."""
        return self._players.violations

    def metrics_snapshot(self) -> EngineMetrics:
        """Return the totals since the start and the numbers of now."""
        happened, census, seen = self._happened, self.census, self._survey.seen
        return EngineMetrics(
            ticks=self._tick,
            players=census.players,
            bots=census.bots,
            handovers=happened[HandedOver],
            aoi_queries=seen.queries,
            aoi_entities_total=seen.entities,
            aoi_avg_entities=seen.average,
            joins=happened[Joined],
            leaves=happened[Left],
            equips=happened[Equipped],
            unequips=happened[Unequipped],
            grants=happened[Granted],
            refusals=happened[Refused],
            item_violations=self._players.violations,
        )

    # --- within -------------------------------------------------------------------------------------------------------

    def _table(self, ownership: Ownership) -> dict[type[Command], Callable[..., tuple[Event, ...]]]:
        """Return who applies each command."""
        return {
            Join: self._presence.join,
            Leave: self._presence.leave,
            Evict: self._presence.evict,
            Place: self._presence.place,
            Restore: self._presence.restore,
            Move: self._steering.move,
            Moves: self._steering.move_all,
            SetVelocity: self._steering.set_velocity,
            Teleport: self._steering.teleport,
            Equip: ownership.equip,
            Unequip: ownership.unequip,
            Grant: ownership.grant,
            SetSkill: ownership.set_skill,
        }

    def _demand(self, command: Command) -> None:
        """Apply a command; raise what it is refused for."""
        for event in self.apply(command):
            if isinstance(event, Refused):
                raise event.error

    def _counted(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        for event in events:
            self._happened[type(event)] += 1
        return events


def _refused(command: Personal, error: RemoteError) -> Refused:
    match command:
        case Equip():
            return Refused(command.player_id, error, "equip", command.slot, command.seq)
        case Unequip():
            return Refused(command.player_id, error, "unequip", command.slot, command.seq)
        case _:
            return Refused(command.player_id, error)
