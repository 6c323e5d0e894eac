"""Which of many candidates lie within a radius, each centre's in ascending order.

`reached` is here in NumPy, and compiled in `mmod.spatial._reach`, where that can be built: the same answers sooner.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mmod.spatial.cells import COLUMN

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

#: Candidates compared at once: a few arrays of this length fit into a processor's second-level cache, and a crowd
#: cannot make them large.
BLOCK = 1 << 14


def reached(
    keys: Ints,
    x: Floats,
    z: Floats,
    order: Ints,
    centres: Floats,
    low: Ints,
    high: Ints,
    square: float,
    without: Ints,
) -> tuple[Ints, Ints]:
    """Return which points' distances from each centre have at most this square (m²): offsets, and rows.

    The rows of centre `i`, ascending, are `rows[offsets[i]:offsets[i + 1]]`; row `without[i]` is left out.

    The point at each place of `x` and `z` (m) has the key of its bucket in `keys`, which ascend, and its row in
    `order`.  The candidates of centre `i`, which is `centres[i]` (m, shape (m, 2)), are the points in the buckets from
    `low[i]` to `high[i]` (shape (m, 2)).
    """
    starts, counts = _ranges(keys, low, high)
    totals = counts.sum(axis=1)
    hits, rows = [np.zeros(1, np.int64)], [np.zeros(0, np.int64)]
    for block in _blocks(totals):
        places = expanded(starts[block], counts[block])
        dx = x[places] - np.repeat(centres[block, 0], totals[block])
        dz = z[places] - np.repeat(centres[block, 1], totals[block])
        near = (dx * dx + dz * dz <= square) & (order[places] != np.repeat(without[block], totals[block]))
        found = _hits(near, totals[block])
        hits.append(found)
        rows.append(_ascending(order[places[near]], found, len(order)))
    return np.cumsum(np.concatenate(hits)), np.concatenate(rows)


def _ranges(keys: Ints, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Return start and length of the sorted points in each column of buckets, shape (m, columns)."""
    widest = int((high[:, 0] - low[:, 0]).max(initial=0)) + 1
    columns = low[:, :1] + np.arange(widest)
    starts = np.searchsorted(keys, columns * COLUMN + low[:, 1:])
    stops = np.searchsorted(keys, columns * COLUMN + high[:, 1:], "right")
    return starts, np.where(columns <= high[:, :1], stops - starts, 0)


def expanded(starts: Ints, counts: Ints) -> Ints:
    """Return start, start + 1, ... (`count` numbers) of every range, one after another."""
    starts, counts = starts.ravel(), counts.ravel()
    ends = np.cumsum(counts)
    return np.repeat(starts - ends + counts, counts) + np.arange(ends[-1] if len(ends) else 0)


def _hits(near: NDArray[np.bool_], totals: Ints) -> Ints:
    """Return how many of each centre's candidates are near."""
    seen_before = np.concatenate(([0], np.cumsum(near)))
    return np.diff(seen_before[np.concatenate(([0], np.cumsum(totals)))])


def _ascending(rows: Ints, hits: Ints, count: int) -> Ints:
    """Return rows below `count`, of which each centre has so many, in ascending order for each centre."""
    base = np.repeat(np.arange(len(hits)) * count, hits)
    return np.sort(base + rows) - base


def _blocks(totals: Ints) -> list[slice]:
    """Cut the centres into runs of about `BLOCK` candidates."""
    cuts = np.flatnonzero(np.diff(np.cumsum(totals) // BLOCK)) + 1
    edges = [0, *cuts.tolist(), len(totals)]
    return [slice(low, high) for low, high in pairwise(edges) if low < high]
