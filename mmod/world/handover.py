"""When another cell becomes the owner of a player (design.md, "The rules of the world").

A player is handed over when it is at least the hysteresis outside the cell that owns it, or twice that when it would go
back to the cell it last left; so neither a walk along a border nor a step to and fro across it changes the owner.  It
goes to the cell it stands in, which makes a corner crossing one handover.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mmod.spatial.cells import cells_of, distance_outside
from mmod.spatial.vector import TOLERANCE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: How many times the hysteresis it takes to return to the cell last left.
RETURN_FACTOR = 2.0


def handed_over(position: Floats, owned: Ints, previous: Ints, size: float, hysteresis: float) -> tuple[Ints, Ints]:
    """Return the rows that change hands, and the cells (shape (k, 2)) that own them from now on.

    `owned` and `previous` have shape (n, 2); where there was no previous cell, it equals the owned one.
    """
    standing = cells_of(position, size)
    abroad = np.flatnonzero((standing != owned).any(axis=1))  # few, and nobody else can change hands
    standing = standing[abroad]
    returning = (standing == previous[abroad]).all(axis=1)
    threshold = np.where(returning, RETURN_FACTOR * hysteresis, hysteresis)
    far_enough = distance_outside(position[abroad], owned[abroad], size) >= threshold - TOLERANCE
    return abroad[far_enough], standing[far_enough]
