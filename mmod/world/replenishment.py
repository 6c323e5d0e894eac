"""Which bots come and go, so that every active cell holds about its target (see `mmod.world.density`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mmod.spatial.cells import cells_of, packed
from mmod.spatial.index import PointIndex
from mmod.spatial.vector import Vector
from mmod.spatial.vicinity import vicinity
from mmod.world.density import changes, density, places, rationed
from mmod.world.entities import Entities
from mmod.world.frame import Kind
from mmod.world.separation import BUCKET_FACTOR
from mmod.world.settings import BotSettings, WorldSettings

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: How often a new bot looks for a free place; in a cell too crowded for that it comes a second later.
TRIES = 8


class Replenishment:
    """Adds bots to `entities` and removes them; places are drawn from `chance`."""

    def __init__(
        self, entities: Entities, world: WorldSettings, settings: BotSettings, chance: np.random.Generator
    ) -> None:
        self._entities = entities
        self._world = world
        self._settings = settings
        self._chance = chance
        self._last_number = 0

    def replenish(self) -> None:
        """Bring each active cell one step towards its target, and send the bots of all others away."""
        population, owned = self._entities.population, self._entities.owned
        if not population.slots.size:
            return
        owners = owned.take(population.bots, 0)
        present = density(owned.take(population.players, 0), owners)
        change = changes(present, self._settings.target_per_cell)
        losses = np.maximum(-change, 0)
        if losses.any() or present.bots.sum() < len(owners):
            self._dismiss(packed(owners), present.keys, losses)
        room = self._settings.max - len(self._entities.population.bots)
        gains = np.where(self._habitable(present.cells), np.maximum(change, 0), 0)
        self._spawn(np.repeat(present.cells, rationed(gains, room), axis=0))

    def _dismiss(self, owners: Ints, keys: Ints, losses: Ints) -> None:
        """Remove the bots outside the active cells, and of each active cell its `losses` in the highest slots.

        `owners` are the packed cells that own the bots.
        """
        bots = self._entities.population.bots
        place, active = places(keys, owners)
        leaving = ~active
        if losses.any():
            leaving[active] = _later_of_same(owners)[active] < losses[place[active]]
        for slot in bots[leaving].tolist():
            self._entities.remove(self._entities.id(slot))

    def _inside(self, cells: Ints) -> tuple[Floats, Floats]:
        """Return the low and high corner of the part of each cell that lies within the bounds."""
        size, bounds = self._world.cell_size, self._world.bounds
        return np.maximum(cells * size, -bounds), np.minimum((cells + 1) * size, bounds)

    def _habitable(self, cells: Ints) -> Bools:
        """Tell for each cell whether a part of it lies within the bounds."""
        low, high = self._inside(cells)
        room: Bools = np.all(low < high, axis=1)
        return room

    def _spawn(self, cells: Ints) -> None:
        """Put one bot into each cell of the list where a free place for it is found."""
        if not len(cells):
            return
        taken = self._entities.position.take(self._entities.population.slots, 0)
        for _ in range(TRIES):
            if not len(cells):
                break
            low, high = self._inside(cells)
            points = low + self._chance.random(low.shape) * (high - low)
            free = self._free(points, cells, taken)
            self._settle(points[free])
            taken, cells = np.concatenate((taken, points[free])), cells[~free]

    def _free(self, points: Floats, cells: Ints, taken: Floats) -> Bools:
        """Tell which points lie in their cells, far enough from those taken and from the points before them."""
        free: Bools = np.all(cells_of(points, self._world.cell_size) == cells, axis=1)
        if self._settings.separation > 0:
            distance = self._settings.separation
            around = taken.take(vicinity(taken, points, distance), 0)
            near = PointIndex(np.concatenate((around, points)), BUCKET_FACTOR * distance).within(points, distance)
            free &= near.rows[near.offsets[:-1]] == len(around) + np.arange(len(points))
        return free

    def _settle(self, points: Floats) -> None:
        """Let a bot begin at each point; it chooses its first direction in this tick."""
        for x, z in points.tolist():
            bot_id = self._next_id()
            self._entities.add(bot_id, bot_id, Kind.BOT, Vector(x, z))

    def _next_id(self) -> str:
        """Return "bot-" and the next number that no player is called by."""
        self._last_number += 1
        while f"bot-{self._last_number}" in self._entities:
            self._last_number += 1
        return f"bot-{self._last_number}"


def _later_of_same(keys: Ints) -> Ints:
    """Return, for each key, how many equal ones come after it."""
    order = np.argsort(keys, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return np.searchsorted(keys[order], keys, "right") - place - 1
