"""Where bots want to walk, and how far they get.

Bots wander.  Each keeps one of `HEADINGS` directions for some seconds, turns at the edge of the cell that owns it, and
turns away from any other bot it would come too close to; so a bot never changes its cell and never touches another.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mmod.spatial.cells import cells_of
from mmod.world.entities import Entities
from mmod.world.separation import stopped
from mmod.world.settings import BotSettings, WorldSettings

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Directions a bot can choose, one per degree.  They come from a table because vectorised sines differ in their last
#: bit between processors, and a recording must play everywhere.
HEADINGS = np.array([(math.cos(math.radians(degree)), math.sin(math.radians(degree))) for degree in range(360)])


class Bots:
    """Steers and moves the bots among `entities`; what is left to chance is drawn from `chance`."""

    def __init__(
        self, entities: Entities, world: WorldSettings, settings: BotSettings, chance: np.random.Generator
    ) -> None:
        self._entities = entities
        self._world = world
        self._settings = settings
        self._chance = chance
        #: Ticks a bot keeps its direction: at least, at most.
        least = math.ceil(settings.retarget_min * world.tick_hz)
        self._keeps = (least, max(least, math.floor(settings.retarget_max * world.tick_hz)))

    def steer(self, tick: int) -> None:
        """Give a new direction to every bot whose time has come."""
        bots = self._entities.population.bots
        due = bots[self._entities.retarget_tick[bots] <= tick]
        if due.size:
            self._entities.desired[due] = self._headings(len(due))
            self._entities.retarget_tick[due] = tick + self._chance.integers(*self._keeps, len(due), endpoint=True)

    def walk(self, dt: float) -> None:
        """Move every bot for `dt` seconds, as far as its cell, the bounds and the other bots allow."""
        entities, bots = self._entities, self._entities.population.bots
        if not bots.size:
            return
        standing, desired = entities.position.take(bots, 0), entities.desired.take(bots, 0)
        proposed = standing + desired * dt
        below, above = self._beyond(proposed, entities.owned.take(bots, 0))
        proposed = np.where(below | above, standing, proposed)
        desired = np.where(below, np.abs(desired), np.where(above, -np.abs(desired), desired))
        velocity = np.where(below | above, 0.0, desired)
        self._keep_apart(standing, proposed, desired, velocity)
        entities.position[bots], entities.velocity[bots], entities.desired[bots] = proposed, velocity, desired

    def _headings(self, count: int) -> Floats:
        return HEADINGS[self._chance.integers(len(HEADINGS), size=count)] * self._settings.speed

    def _beyond(self, points: Floats, cells: Ints) -> tuple[Bools, Bools]:
        """Return, per point and axis, whether it lies before the start or past the end of its cell or the world."""
        standing, bounds = cells_of(points, self._world.cell_size), self._world.bounds
        return (standing < cells) | (points < -bounds), (standing > cells) | (points > bounds)

    def _keep_apart(self, standing: Floats, proposed: Floats, desired: Floats, velocity: Floats) -> None:
        """Undo, in place, the steps that end too close to another bot; who is surrounded turns round."""
        if self._settings.separation <= 0:
            return
        halted = stopped(standing, proposed, self._settings.separation)
        rows = halted.rows
        surrounded = ~halted.away.any(axis=1, keepdims=True)
        desired[rows] = np.where(surrounded, -desired[rows], halted.away * self._settings.speed)
        proposed[rows] = standing[rows]
        velocity[rows] = 0.0
