"""Distributions of times, cheap enough to take every one of tens of thousands a second."""

from __future__ import annotations

import math
from itertools import accumulate

#: Seconds: the width of a bucket.  Far below what anyone can feel or a loop can promise.
RESOLUTION = 0.0001

#: Seconds from which on times count as this long: whoever waits longer than that has been forgotten.
LONGEST = 10.0

_BUCKETS = int(LONGEST / RESOLUTION)


class Histogram:
    """Counts durations in seconds; a quantile is the upper edge of its bucket."""

    def __init__(self) -> None:
        self._counts = [0] * (_BUCKETS + 1)

    def add(self, seconds: float) -> None:
        """Count one."""
        self._counts[min(max(int(seconds / RESOLUTION), 0), _BUCKETS)] += 1

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(self._counts)

    def quantile(self, fraction: float) -> float | None:
        """Return the seconds that this fraction of all durations does not exceed, or None when there are none."""
        wanted = math.ceil(self.count * fraction)
        if not self.count:
            return None
        below = accumulate(self._counts)
        return next(n + 1 for n, reached in enumerate(below) if reached >= max(wanted, 1)) * RESOLUTION

    def binned(self, width: float, longest: float) -> list[int]:
        """Return counts for bins of `width` seconds; the last one holds all from `longest` on."""
        step, last = round(width / RESOLUTION), round(longest / width)
        bins = [sum(self._counts[n * step : (n + 1) * step]) for n in range(last)]
        return [*bins, sum(self._counts[last * step :])]
