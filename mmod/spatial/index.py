"""Which points lie near which: the index behind interest and behind bots that keep apart.

Points are sorted into square buckets, column by column, and within a column from south to north.  All buckets of one
column that a circle touches are therefore one contiguous range of points, which two binary searches find.  The ranges
of many circles are candidates, of whom `mmod.spatial.reach` keeps those in reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mmod.spatial.cells import COLUMN, cells_of, packed, unpacked
from mmod.spatial.reach import expanded
from mmod.spatial.vector import TOLERANCE
from mmod.speedups import COMPILED

if COMPILED:
    from mmod.spatial._reach import reached
else:
    from mmod.spatial.reach import reached

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

#: Above every key.
NO_KEY = np.iinfo(np.int64).max

#: The row of no point.
NOBODY = -1

#: Buckets from the origin to the last one a point may lie in; half of what a key has room for.
FARTHEST = COLUMN // 4


@frozen(eq=False)
class Sightings:
    """Rows of points per centre, in compressed form: those of centre `i` are `rows[offsets[i]:offsets[i + 1]]`."""

    #: Shape (centres + 1,), ascending from 0.
    offsets: Ints
    #: Ascending within each centre.
    rows: Ints

    def of(self, centre: int) -> Ints:
        """Return the rows of one centre."""
        return self.rows[self.offsets[centre] : self.offsets[centre + 1]]


class PointIndex:
    """Points of shape (n, 2), in metres, sorted into buckets of `bucket` metres.

    Answers are exact for every bucket and radius; a bucket of about the radius makes them fast.  Coordinates may reach
    `FARTHEST` buckets from the origin.
    """

    def __init__(self, points: Floats, bucket: float) -> None:
        keys = packed(cells_of(points, bucket))
        self._bucket = bucket
        self._order = np.argsort(keys)  # in any order within a bucket: answers are sorted by row
        self._keys = keys[self._order]
        self._x = points[self._order, 0]
        self._z = points[self._order, 1]

    def within(self, centres: Floats, radius: float, without: Ints | None = None) -> Sightings:
        """Return the rows of the points at most `radius` metres away from each centre of shape (m, 2).

        At most means up to `TOLERANCE` more; `radius` is not negative.  Each centre's row of `without` is left out.
        """
        if not len(self._keys):
            return Sightings(np.zeros(len(centres) + 1, np.int64), np.zeros(0, np.int64))
        reach = radius + 2 * TOLERANCE  # so that rounding here never hides a point from the exact comparison
        low, high = self._buckets(centres - reach), self._buckets(centres + reach)
        square = (radius + TOLERANCE) ** 2
        left_out = np.full(len(centres), NOBODY) if without is None else without
        return Sightings(*reached(self._keys, self._x, self._z, self._order, centres, low, high, square, left_out))

    def pairs(self, radius: float) -> tuple[Ints, Ints]:
        """Return all pairs of points at most `radius` metres apart (tolerance as above), each once and ascending, as
        two arrays of rows, the lower row first.
        """
        return ascending(self.pairs_by_column(radius))

    def pairs_by_column(self, radius: float) -> Iterator[tuple[Ints, Ints]]:
        """Yield the same pairs in parts and in no order: those in one column of buckets, in columns side by side..."""
        reach = int(np.ceil((radius + 2 * TOLERANCE) / self._bucket))
        for column in range(reach + 1):
            first, second = self._in_column(column, reach)
            near = in_reach(self._x[first] - self._x[second], self._z[first] - self._z[second], radius)
            yield self._order[first[near]], self._order[second[near]]

    def _in_column(self, column: int, reach: int) -> tuple[Ints, Ints]:
        """Return places of pairs whose buckets lie `column` columns and at most `reach` rows apart, each pair once.

        Most points have no partner there: one search for all finds those who do, and a second one is for them alone.
        """
        low = self._keys + (column * COLUMN - reach)
        start = np.searchsorted(self._keys, low) if column else np.arange(1, len(self._keys) + 1)
        following = np.append(self._keys, NO_KEY)[start]
        places = np.flatnonzero(following <= low + 2 * reach)
        starts = start[places]
        counts = np.searchsorted(self._keys, low[places] + 2 * reach, "right") - starts
        return np.repeat(places, counts), expanded(starts, counts)

    def _buckets(self, corners: Floats) -> Ints:
        """Return the buckets of corners of circles, moved to where there are points at all."""
        west, east = unpacked(self._keys[[0, -1]])[:, 0]
        return np.clip(np.floor(corners / self._bucket), (west, -FARTHEST), (east, FARTHEST)).astype(np.int64)


def ascending(parts: Iterable[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """Return pairs of rows together in ascending order, the lower row of each first."""
    firsts, seconds = zip(*parts, strict=True)
    rows = np.sort(np.stack((np.concatenate(firsts), np.concatenate(seconds))), axis=0)
    low, high = rows[:, np.lexsort((rows[1], rows[0]))]
    return low, high


def in_reach(dx: Floats, dz: Floats, radius: float) -> NDArray[np.bool_]:
    """Tell of which differences (m) the length is at most `radius`, or up to `TOLERANCE` more."""
    return dx * dx + dz * dz <= (radius + TOLERANCE) ** 2
