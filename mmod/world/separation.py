"""Keeping bots apart: who may take the step it proposes, and who stays and turns away.

Everybody stands at least the distance apart before the step.  Whoever would end a step closer than that to another
stays where it was; that can stop a third one, who stays too, and so on.  It ends, because every round stops at least
one more, and those who stay keep the distance they had.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mmod.spatial.index import in_reach

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Index buckets as multiples of the distance: a pair then lies in the same bucket or in two that touch.
BUCKET_FACTOR = 2.0


@frozen(eq=False)
class Stopped:
    """Who stays, as ascending rows, and for each the direction (unit vector, or 0 when surrounded) that leads away."""

    rows: Ints
    away: Floats


def stopped(standing: Floats, proposed: Floats, distance: float, first: Ints, second: Ints) -> Stopped:
    """Return who must stay so that all keep `distance` metres, and where it leads away from those who stopped it.

    `first` and `second` are rows of pairs, each once: all that can come so close to each other, and any others.
    """
    mover, other = np.concatenate((first, second)), np.concatenate((second, first))
    stays = np.zeros(len(standing), np.bool_)
    away = np.zeros_like(standing)
    close = np.tile(_close(proposed.take(first, 0), proposed.take(second, 0), distance), 2)
    while close.any():
        halted = mover[close]
        np.add.at(away, halted, unit(standing[halted] - standing[other[close]]))
        fresh = np.zeros(len(standing), np.bool_)
        fresh[halted] = True
        stays |= fresh
        # Who still moves but proposes to come too close to where one of the fresh ones stands?
        close = fresh[other] & ~stays[mover]
        close[close] = _close(proposed[mover[close]], standing[other[close]], distance)
    rows = np.flatnonzero(stays)
    return Stopped(rows, unit(away[rows]))


def unit(vectors: Floats) -> Floats:
    """Return vectors of shape (n, 2) with length 1, or 0 where they had none."""
    length = np.sqrt(vectors[:, :1] ** 2 + vectors[:, 1:] ** 2)
    return np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 0)


def _close(points: Floats, others: Floats, distance: float) -> NDArray[np.bool_]:
    apart = points - others
    return in_reach(apart[:, 0], apart[:, 1], distance)
