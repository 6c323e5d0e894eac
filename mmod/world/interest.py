"""Who sees whom in one frame."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mmod.spatial.index import PointIndex
from mmod.spatial.vicinity import vicinity
from mmod.world.frame import Frame, Kind

Ints = NDArray[np.int64]

#: Index buckets per radius: a finer grid compares fewer candidates but searches more columns; two was fastest.
BUCKETS_PER_RADIUS = 2


@frozen(eq=False)
class Views:
    """What players see; all numbers are rows of one frame.  Viewer `i` sees `rows[offsets[i]:offsets[i + 1]]`."""

    viewers: Ints
    #: Shape (viewers + 1,), ascending from 0.
    offsets: Ints
    #: Ascending for each viewer, without the viewer's own.
    rows: Ints

    def of(self, viewer: int) -> Ints:
        """Return what the viewer at a place of `viewers` sees."""
        return self.rows[self.offsets[viewer] : self.offsets[viewer + 1]]

    def part(self, first: int, last: int) -> Views:
        """Return what the viewers at the places from `first` to before `last` see."""
        offsets = self.offsets[first : last + 1]
        return Views(self.viewers[first:last], offsets - offsets[0], self.rows[offsets[0] : offsets[-1]])


@frozen
class Interest:
    """Players see everything at most `radius` metres away."""

    radius: float

    def sightings(self, frame: Frame, viewers: Ints | None = None) -> Views:
        """Return what the viewers (rows; by default all players) see, from one index over all who may be seen."""
        if viewers is None:
            viewers = np.flatnonzero(frame.kind == Kind.PLAYER)
        centres = frame.position[viewers]
        near = vicinity(frame.position, centres, self.radius)
        index = PointIndex(frame.position[near], self.radius / BUCKETS_PER_RADIUS)
        seen = index.within(centres, self.radius, without=np.searchsorted(near, viewers))
        return Views(viewers, seen.offsets, near[seen.rows])
