"""Where bots want to walk, and how far they get.

Bots wander.  Each keeps one of `HEADINGS` directions for some seconds, turns at the edge of the cell that owns it, and
turns away from any other bot it would come too close to; so a bot never changes its cell and never touches another.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmod.spatial.cells import cells_of
from mmod.world.entities import Entities, put
from mmod.world.outlook import Outlook, Watched
from mmod.world.separation import stopped
from mmod.world.settings import BotSettings, WorldSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Directions a bot can choose, one per degree.  They come from a table because vectorised sines differ in their last
#: bit between processors, and a recording must play everywhere.
HEADINGS = np.array([(math.cos(math.radians(degree)), math.sin(math.radians(degree))) for degree in range(360)])


class _Going(NamedTuple):
    """One step of all bots, changed in place until it may be taken; arrays of shape (n, 2)."""

    standing: Floats
    proposed: Floats
    desired: Floats
    velocity: Floats


class Bots:
    """Steers and moves the bots among `entities`; what is left to chance is drawn from `chance`."""

    def __init__(
        self, entities: Entities, world: WorldSettings, settings: BotSettings, chance: np.random.Generator
    ) -> None:
        self._entities = entities
        self._world = world
        self._settings = settings
        self._chance = chance
        self._outlook = Outlook(world, settings)
        #: Ticks a bot keeps its direction: at least, at most.
        least = math.ceil(settings.retarget_min * world.tick_hz)
        self._keeps = (least, max(least, math.floor(settings.retarget_max * world.tick_hz)))

    def steer(self, tick: int) -> None:
        """Give a new direction to every bot whose time has come."""
        bots = self._entities.population.bots
        if not bots.size:
            return
        due = bots[self._entities.retarget_tick.take(bots) <= tick]
        if due.size:
            self._entities.desired[due] = self._headings(len(due))
            self._entities.retarget_tick[due] = tick + self._chance.integers(*self._keeps, len(due), endpoint=True)

    def walk(self, dt: float) -> None:
        """Move every bot for `dt` seconds, as far as its cell, the bounds and the other bots allow."""
        entities, bots = self._entities, self._entities.population.bots
        if not bots.size:
            return
        standing, desired = entities.position.take(bots, 0), entities.desired.take(bots, 0)
        steps, owned = desired * dt, entities.owned.take(bots, 0)
        watched = self._outlook.watched(standing, owned, steps)
        going = _Going(standing, standing + steps, desired, desired.copy())
        self._turn_at_edges(going, watched.edging, owned)
        self._keep_apart(going, watched)
        put(entities.position, bots, going.proposed)
        put(entities.velocity, bots, going.velocity)
        put(entities.desired, bots, going.desired)
        self._outlook.went(going.proposed)

    def _headings(self, count: int) -> Floats:
        return HEADINGS[self._chance.integers(len(HEADINGS), size=count)] * self._settings.speed

    def _turn_at_edges(self, going: _Going, rows: Ints, owned: Ints) -> None:
        """Stop, of those that may reach an edge, the components that would cross it, and turn them round."""
        points, cells, bounds = going.proposed.take(rows, 0), owned.take(rows, 0), self._world.bounds
        reached = cells_of(points, self._world.cell_size)
        below, above = (reached < cells) | (points < -bounds), (reached > cells) | (points > bounds)
        desired, crossing = going.desired.take(rows, 0), below | above
        put(going.proposed, rows, np.where(crossing, going.standing.take(rows, 0), points))
        put(going.velocity, rows, np.where(crossing, 0.0, desired))
        put(going.desired, rows, np.where(below, np.abs(desired), np.where(above, -np.abs(desired), desired)))

    def _keep_apart(self, going: _Going, watched: Watched) -> None:
        """Undo the steps that end too close to another bot; who is surrounded turns round."""
        halted = stopped(going.standing, going.proposed, self._settings.separation, watched.first, watched.second)
        rows, speed = halted.rows, self._settings.speed
        surrounded = ~halted.away.any(axis=1, keepdims=True)
        going.desired[rows] = np.where(surrounded, -going.desired[rows], halted.away * speed)
        going.proposed[rows] = going.standing[rows]
        going.velocity[rows] = 0.0
