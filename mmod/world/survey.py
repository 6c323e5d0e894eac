"""Looking at the live world from outside: players, surroundings, cells."""

from __future__ import annotations

import numpy as np
from attrs import define
from numpy.typing import NDArray

from mmod.items.belongings import at_rest
from mmod.spatial.cells import Cell, cells_of
from mmod.spatial.vector import TOLERANCE, Vector
from mmod.world.density import density
from mmod.world.entities import NEVER, Entities
from mmod.world.frame import Kind
from mmod.world.players import Players
from mmod.world.state import PlayerState
from mmod.world.views import CellCount, Census, Entity, Player

Ints = NDArray[np.int64]


@define
class Seen:
    """How much queries have returned so far."""

    queries: int = 0
    entities: int = 0

    @property
    def average(self) -> float:
        """Entities per query."""
        return self.entities / self.queries if self.queries else 0.0


class Survey:
    """Answers questions about `entities` and `players` and changes neither."""

    def __init__(self, entities: Entities, players: Players, cell_size: float) -> None:
        self._entities = entities
        self._players = players
        self._cell_size = cell_size
        self.seen = Seen()

    @property
    def census(self) -> Census:
        """How many there are."""
        players = len(self._players)
        return Census(players, len(self._entities) - players)

    def player(self, player_id: str) -> Player:
        """Return everything about a player, or raise `UnknownPlayer`."""
        character, slot, entities = self._players.character(player_id), self._players.slot(player_id), self._entities
        handover_tick = int(entities.handover_tick[slot])
        return Player(
            id=player_id,
            name=entities.name(slot),
            pos=entities.position_of(slot),
            vel=entities.velocity_of(slot),
            owned_cell=entities.owned_cell(slot),
            previous_cell=entities.previous_cell(slot),
            connected=not self._players.lingers(player_id),
            inventory=character.belongings.inventory,
            equipment=character.belongings.equipment,
            skills=character.skills,
            versions=character.versions,
            sequences=self._players.sequences(player_id),
            encumbrance=self._players.encumbrance(player_id),
            handover_tick=None if handover_tick == NEVER else handover_tick,
        )

    def player_state(self, player_id: str, now: float) -> PlayerState:
        """Return what is to be saved of a player at world time `now` (s), or raise `UnknownPlayer`."""
        character, slot = self._players.character(player_id), self._players.slot(player_id)
        position = self._entities.position_of(slot)
        return PlayerState(
            name=self._entities.name(slot),
            x=position.x,
            z=position.z,
            inventory=character.belongings.inventory,
            equipment=at_rest(character.belongings.equipment, now),
            skills=dict(character.skills),
            versions=character.versions,
            sequences=self._players.sequences(player_id),
        )

    def within(self, point: Vector, radius: float, exclude_id: str | None) -> list[Entity]:
        """Return the entities at most `radius` metres from a point, but for one."""
        if not (point.finite and radius >= 0):
            raise ValueError(f"nothing is {radius} m from {point}")
        slots = self._entities.population.slots
        away = self._entities.position[slots] - point
        near = away[:, 0] ** 2 + away[:, 1] ** 2 <= (radius + TOLERANCE) ** 2
        found = [entity for entity in self._shown(slots[near]) if entity.id != exclude_id]
        self.seen.queries += 1
        self.seen.entities += len(found)
        return found

    def standing_in(self, cell: Cell) -> list[Entity]:
        """Return the entities that stand in a cell, whoever owns them."""
        slots = self._entities.population.slots
        return self._shown(slots[np.all(cells_of(self._entities.position[slots], self._cell_size) == cell, axis=1)])

    def cells(self) -> list[CellCount]:
        """Return the active cells, ascending."""
        population, owned = self._entities.population, self._entities.owned
        present = density(owned[population.players], owned[population.bots])
        counts = zip(present.cells.tolist(), present.players.tolist(), present.bots.tolist(), strict=True)
        return [CellCount(Cell(*cell), players, bots) for cell, players, bots in counts]

    def _shown(self, slots: Ints) -> list[Entity]:
        entities = self._entities
        columns = (slots, entities.kind[slots], entities.position[slots], entities.velocity[slots])
        return [
            Entity(entities.id(slot), Kind(kind), Vector(*position), Vector(*velocity), entities.name(slot))
            for slot, kind, position, velocity in zip(*(column.tolist() for column in columns), strict=True)
        ]
