"""Which bots have to be watched: those that may meet another, and those that may reach an edge, before the next look.

Most bots walk alone, far from everything.  So everybody is looked at only now and then; until somebody can have gone
`slack` metres since, those found near another or near an edge are all that can matter.  When one looks makes no
difference to what is found to meet: it is a matter of time only.
"""

from __future__ import annotations

import math

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mmod.spatial.index import PointIndex
from mmod.world.separation import BUCKET_FACTOR
from mmod.world.settings import BotSettings, WorldSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Seconds of walking between two looks.  A look costs about twice as much as a tick without one, and twice the time
#: doubles the number of those to be watched in between.
LOOK_AHEAD = 0.5

#: Metres by which sums of steps and edges of cells may be rounded: far more than they are, far less than a step.
ROUNDING = 1e-6


@frozen(eq=False)
class Watched:
    """Rows to be watched."""

    #: Pairs that may come within the distance they keep, each once, in ascending order.
    first: Ints
    second: Ints
    #: Those that may reach the edge of their cell or of the world.
    edging: Ints


class Outlook:
    """Remembers the last look."""

    def __init__(self, world: WorldSettings, settings: BotSettings) -> None:
        self._world = world
        self._settings = settings
        nobody = np.zeros(0, np.int64)
        self._watched = Watched(nobody, nobody, nobody)
        self._expected: Floats = np.zeros((0, 2))
        self._slack = 0.0

    def watched(self, standing: Floats, owned: Ints, steps: Floats) -> Watched:
        """Return whom to watch in a tick in which bots that stand here, in cells that own them, take these steps.

        Looks at everybody when there is no other way: at first, when somebody may have gone too far, and when they do
        not stand where they went, since some have come or gone.
        """
        squares = steps * steps
        reach = math.sqrt((squares[:, 0] + squares[:, 1]).max(initial=0.0))
        if reach > self._slack or not np.array_equal(standing, self._expected):
            self._slack = max(LOOK_AHEAD * self._settings.speed, reach)
            self._watched = self._look(standing, owned, self._slack + ROUNDING)
        self._slack -= reach
        return self._watched

    def went(self, positions: Floats) -> None:
        """Bots have gone there; nobody may change the array."""
        self._expected = positions

    def _look(self, standing: Floats, owned: Ints, slack: float) -> Watched:
        first, second = _meeting(standing, self._settings.separation, slack)
        size, bounds = self._world.cell_size, self._world.bounds
        low, high = np.maximum(owned * size, -bounds), np.minimum((owned + 1) * size, bounds)
        edging = ((standing < low + slack) | (standing > high - slack)).any(axis=1)
        return Watched(first, second, np.flatnonzero(edging))


def _meeting(standing: Floats, distance: float, slack: float) -> tuple[Ints, Ints]:
    """Return the pairs that come within `distance` if both go `slack`; none when they keep no distance."""
    radius = distance + 2 * slack
    if distance <= 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return PointIndex(standing, BUCKET_FACTOR * radius).pairs(radius)
