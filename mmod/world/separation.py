"""Keeping bots apart: who may take the step it proposes, and who stays and turns away.

Everybody stands at least the distance apart before the step.  Whoever would end a step closer than that to another
stays where it was; that can stop a third one, who stays too, and so on.  It ends, because every round stops at least
one more, and those who stay keep the distance they had.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mmod.spatial.index import PointIndex

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Index buckets as multiples of the distance: a pair then lies in the same bucket or in two that touch.
BUCKET_FACTOR = 2.0


@frozen(eq=False)
class Stopped:
    """Who stays, as ascending rows, and for each the direction (unit vector, or 0 when surrounded) that leads away."""

    rows: Ints
    away: Floats


def stopped(standing: Floats, proposed: Floats, distance: float) -> Stopped:
    """Return who must stay so that all keep `distance` metres, and where it leads away from those who stopped it."""
    index = PointIndex(proposed, BUCKET_FACTOR * distance)
    first, second = index.pairs(distance)
    halted, halting = np.concatenate((first, second)), np.concatenate((second, first))
    stays = np.zeros(len(standing), np.bool_)
    away = np.zeros_like(standing)
    while halted.size:
        _push(away, halted, standing[halted] - standing[halting])
        fresh = np.unique(halted)
        stays[fresh] = True
        halted, halting = _in_the_way(index, standing, fresh, distance, stays)
    rows = np.flatnonzero(stays)
    return Stopped(rows, unit(away[rows]))


def unit(vectors: Floats) -> Floats:
    """Return vectors of shape (n, 2) with length 1, or 0 where they had none."""
    length = np.sqrt(vectors[:, :1] ** 2 + vectors[:, 1:] ** 2)
    return np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)


def _push(away: Floats, rows: Ints, difference: Floats) -> None:
    """Add to each row the unit vectors that lead away from those who stopped it."""
    np.add.at(away, rows, unit(difference))


def _in_the_way(
    index: PointIndex, standing: Floats, fresh: Ints, distance: float, stays: NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    """Return who still moves but proposes to come too close to one of those who just stopped, and to whom."""
    near = index.within(standing[fresh], distance)
    movers = ~stays[near.rows]
    return near.rows[movers], np.repeat(fresh, np.diff(near.offsets))[movers]
