"""Which bots have to be watched: those that may meet another, and those that may reach an edge, before the next look.

Most bots walk alone, far from everything.  So everybody is looked at only now and then; until somebody can have gone
`slack` metres since, those found near another or near an edge are all that can matter.  When one looks makes no
difference to what is found to meet: it is a matter of time only.

A look at a hundred thousand bots takes as long as several ticks.  So the next one is begun while the last one still
counts, and is done in parts, one a tick; what is found counts from where everybody stood when it was begun.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mmod.spatial.index import PointIndex, ascending
from mmod.world.separation import BUCKET_FACTOR
from mmod.world.settings import BotSettings, WorldSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Seconds of walking that a look allows for: twice the time doubles the number of those to be watched.
LOOK_AHEAD = 0.75

#: Seconds of walking that must be left when the next look is begun: its five parts, and one tick more, at 20 Hz.
LOOKING = 0.3

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


#: A look in parts, each of which yields None but for the last, which yields what was found.
Look: TypeAlias = Iterator[Watched | None]


class Outlook:
    """Remembers the last look."""

    def __init__(self, world: WorldSettings, settings: BotSettings) -> None:
        self._world = world
        self._settings = settings
        nobody = np.zeros(0, np.int64)
        self._watched = Watched(nobody, nobody, nobody)
        self._expected: Floats = np.zeros((0, 2))
        #: Metres that may still be gone until the last look, and the one under way, count no more.
        self._slack = self._slack_of_next = 0.0
        self._under_way: Look | None = None

    def watched(self, standing: Floats, owned: Ints, steps: Floats) -> Watched:
        """Return whom to watch in a tick in which bots that stand here, in cells that own them, take these steps.

        Looks at everybody at once when there is no other way: at first, when somebody may have gone too far, and when
        they do not stand where they went, since some have come or gone.  The arrays may not be changed any more.
        """
        squares = steps * steps
        reach = math.sqrt((squares[:, 0] + squares[:, 1]).max(initial=0.0))
        whole = LOOK_AHEAD * self._settings.speed
        expected = np.array_equal(standing, self._expected)
        if expected:
            self._go_on(standing, owned, whole)
        if reach > self._slack or not expected:
            self._begin(standing, owned, max(whole, reach))
            self._finish()
        self._slack -= reach
        self._slack_of_next -= reach
        return self._watched

    def _go_on(self, standing: Floats, owned: Ints, whole: float) -> None:
        """Do a part of the next look, if it is time for one."""
        if self._under_way is None and self._slack <= LOOKING * self._settings.speed:
            self._begin(standing, owned, whole)
        if self._under_way is not None:
            self._take(next(self._under_way))

    def _begin(self, standing: Floats, owned: Ints, slack: float) -> None:
        self._under_way, self._slack_of_next = self._look(standing, owned, slack + ROUNDING), slack

    def _finish(self) -> None:
        while self._under_way is not None:
            self._take(next(self._under_way))

    def _take(self, found: Watched | None) -> None:
        """Look no further when this is what was found in the end."""
        if found is not None:
            self._watched, self._slack, self._under_way = found, self._slack_of_next, None

    def went(self, positions: Floats) -> None:
        """Bots have gone there; nobody may change the array."""
        self._expected = positions

    def _look(self, standing: Floats, owned: Ints, slack: float) -> Look:
        """Look at everybody, in parts that take about as long as each other."""
        size, bounds = self._world.cell_size, self._world.bounds
        low, high = np.maximum(owned * size, -bounds), np.minimum((owned + 1) * size, bounds)
        edging = np.flatnonzero(((standing < low + slack) | (standing > high - slack)).any(axis=1))
        yield None
        meeting = []
        for some in _meeting(standing, self._settings.separation, slack):
            meeting.append(some)
            yield None
        yield Watched(*ascending(meeting), edging)


def _meeting(standing: Floats, distance: float, slack: float) -> Iterator[tuple[Ints, Ints]]:
    """Yield in parts the pairs that come within `distance` if both go `slack`; none when they keep no distance."""
    radius, nobody = distance + 2 * slack, np.zeros(0, np.int64)
    index = PointIndex(standing, BUCKET_FACTOR * radius) if distance > 0 else None
    yield nobody, nobody
    if index is not None:
        yield from index.pairs_by_column(radius)
