"""Where players go: what they wish for, how it moves them, and which cell owns them."""

from __future__ import annotations

import numpy as np

from mmod.spatial.cells import Cell, cell_of
from mmod.spatial.vector import Vector, clamped_intents
from mmod.world.commands import Move, Moves, SetVelocity, Teleport
from mmod.world.entities import Entities, put
from mmod.world.events import Event, HandedOver
from mmod.world.handover import handed_over
from mmod.world.movement import moved
from mmod.world.players import Players
from mmod.world.settings import WorldSettings


class Steering:
    """Applies the commands that move players, and moves them tick by tick."""

    def __init__(self, entities: Entities, players: Players, settings: WorldSettings) -> None:
        self._entities = entities
        self._players = players
        self._settings = settings
        self._speed = settings.move_speed

    def move(self, command: Move, tick: int) -> tuple[Event, ...]:
        """Do it as one of `Moves`.  Raises `UnknownPlayer`."""
        self._players.character(command.player_id)
        return self.move_all(Moves({command.player_id: (command.seq, *command.intent)}), tick)

    def move_all(self, command: Moves, tick: int) -> tuple[Event, ...]:
        """Walk from now on, each of those who are in the world, unless its input is old or its connection has ended.

        Raises ValueError for an intent that is not finite; then nobody's has changed anything.
        """
        steered, wishes = self._players.steered(command.wishes)
        if not steered:
            return ()
        slots = np.array(steered, np.int64)
        seqs, xs, zs = zip(*wishes, strict=True)
        numbers, intents = np.array(seqs, np.int64), np.array((xs, zs)).T
        if not np.isfinite(intents).all():
            raise ValueError("an intent is not finite")
        newer = numbers > self._entities.ack[slots]
        self._entities.ack[slots[newer]] = numbers[newer]
        put(self._entities.desired, slots[newer], clamped_intents(intents[newer]) * self._speed)
        return ()

    def set_velocity(self, command: SetVelocity, tick: int) -> tuple[Event, ...]:
        """Take a velocity as it is."""
        _require_finite(command.velocity)
        self.propel(self._players.slot(command.player_id), command.velocity)
        return ()

    def teleport(self, command: Teleport, tick: int) -> tuple[Event, ...]:
        """Be somewhere else."""
        _require_finite(command.position)
        return self.relocate(command.player_id, command.position, tick)

    def propel(self, slot: int, velocity: Vector) -> None:
        """Give an entity a velocity (m/s), which its encumbrance slows at once."""
        self._entities.desired[slot] = velocity
        self._entities.velocity[slot] = self._entities.desired[slot] * self._entities.factor[slot]

    def clamped(self, point: Vector) -> Vector:
        """Return the point of the world nearest to any point."""
        bounds = self._settings.bounds
        return Vector(min(max(float(point.x), -bounds), bounds), min(max(float(point.z), -bounds), bounds))

    def relocate(self, player_id: str, point: Vector, tick: int) -> tuple[Event, ...]:
        """Put a player at a point; the cell it then stands in owns it at once, without hysteresis."""
        slot, position = self._players.slot(player_id), self.clamped(point)
        self._entities.position[slot] = position
        target = cell_of(position, self._settings.cell_size)
        return () if target == self._entities.owned_cell(slot) else (self._give(slot, target, tick),)

    def advance(self, dt: float) -> None:
        """Move all players for `dt` seconds."""
        entities, players, settings = self._entities, self._entities.population.players, self._settings
        if not players.size:
            return
        position, velocity = moved(
            entities.position.take(players, 0),
            entities.desired.take(players, 0),
            entities.factor.take(players),
            dt,
            settings.bounds,
        )
        put(entities.position, players, position)
        put(entities.velocity, players, velocity)

    def hand_over(self, tick: int) -> tuple[Event, ...]:
        """Hand over the players who have left their cell."""
        entities, players, settings = self._entities, self._entities.population.players, self._settings
        if not players.size:
            return ()
        position = entities.position.take(players, 0)
        owned, previous = entities.owned.take(players, 0), entities.previous.take(players, 0)
        rows, cells = handed_over(position, owned, previous, settings.cell_size, settings.handover_hysteresis)
        changes = zip(players[rows].tolist(), cells.tolist(), strict=True)
        return tuple(self._give(slot, Cell(*cell), tick) for slot, cell in changes)

    def _give(self, slot: int, target: Cell, tick: int) -> HandedOver:
        origin = self._entities.owned_cell(slot)
        self._entities.previous[slot], self._entities.owned[slot] = origin, target
        self._entities.handover_tick[slot] = tick
        return HandedOver(self._entities.id(slot), origin, target)


def _require_finite(vector: Vector) -> None:
    """A vector that is not finite was never on the wire: whoever built the command is wrong."""
    if not vector.finite:
        raise ValueError(f"{vector} is not finite")
