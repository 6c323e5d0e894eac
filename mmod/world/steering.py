"""Where players go: what they wish for, how it moves them, and which cell owns them."""

from __future__ import annotations

from mmod.spatial.cells import Cell, cell_of
from mmod.spatial.vector import Vector, clamped_intent
from mmod.world.commands import Move, SetVelocity, Teleport
from mmod.world.entities import Entities
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

    def move(self, command: Move, tick: int) -> tuple[Event, ...]:
        """Walk from now on, unless the input is old or its player's connection has ended."""
        _require_finite(command.intent)
        slot = self._players.slot(command.player_id)
        if command.seq > self._entities.ack.item(slot) and not self._players.lingers(command.player_id):
            self._entities.ack[slot] = command.seq
            intent, speed = clamped_intent(*command.intent), self._settings.move_speed
            self._entities.desired[slot] = intent.x * speed, intent.z * speed
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
        return () if target == self._entities.owned_cell(slot) else (self._hand_over(slot, target, tick),)

    def advance(self, dt: float, tick: int) -> tuple[Event, ...]:
        """Move all players for `dt` seconds and hand over those who have left their cell."""
        entities, players, settings = self._entities, self._entities.population.players, self._settings
        position, velocity = moved(
            entities.position[players], entities.desired[players], entities.factor[players], dt, settings.bounds
        )
        entities.position[players], entities.velocity[players] = position, velocity
        owned, previous = entities.owned[players], entities.previous[players]
        rows, cells = handed_over(position, owned, previous, settings.cell_size, settings.handover_hysteresis)
        changes = zip(players[rows].tolist(), cells.tolist(), strict=True)
        return tuple(self._hand_over(slot, Cell(*cell), tick) for slot, cell in changes)

    def _hand_over(self, slot: int, target: Cell, tick: int) -> HandedOver:
        origin = self._entities.owned_cell(slot)
        self._entities.previous[slot], self._entities.owned[slot] = origin, target
        self._entities.handover_tick[slot] = tick
        return HandedOver(self._entities.id(slot), origin, target)


def _require_finite(vector: Vector) -> None:
    """A vector that is not finite was never on the wire: whoever built the command is wrong."""
    if not vector.finite:
        raise ValueError(f"{vector} is not finite")
