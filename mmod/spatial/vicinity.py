"""Which of very many points need not be looked at, since they lie far from everybody who looks.

A hundred thousand points take several milliseconds to sort, and less than one to be told apart by a table of the
squares around those who look.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mmod.spatial.cells import cells_of
from mmod.spatial.vector import TOLERANCE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Points for each one who looks from which on the table is worth its making.
MANY = 8

#: Squares in the table: the default world of 200 km has 2.4 million of 128 m.
LARGEST_TABLE = 1 << 22


def vicinity(points: Floats, centres: Floats, radius: float) -> Ints:
    """Return rows of points, ascending: of all within `radius` metres (more than 0) of a centre, and maybe of others.

    `points` and `centres` have shapes (n, 2) and (m, 2).
    """
    everyone = np.arange(len(points))
    if len(points) <= MANY * len(centres):
        return everyone
    if not len(centres):
        return everyone[:0]
    square = radius + 4 * TOLERANCE  # more than the radius reaches, however it was rounded
    homes = cells_of(centres, square)
    low = homes.min(axis=0) - 1
    columns, rows = (homes.max(axis=0) + 2 - low).tolist()
    if columns * rows > LARGEST_TABLE:
        return everyone
    return _marked(cells_of(points, square) - low, homes - low, columns, rows)


def _marked(cells: Ints, homes: Ints, columns: int, rows: int) -> Ints:
    """Return which cells are a home or lie around one, in a table of all that are."""
    table = np.zeros((columns, rows), np.bool_)
    for east in (-1, 0, 1):
        for north in (-1, 0, 1):
            table[homes[:, 0] + east, homes[:, 1] + north] = True
    column, row = cells[:, 0], cells[:, 1]
    inside = np.flatnonzero((column >= 0) & (column < columns) & (row >= 0) & (row < rows))
    return inside[table[column[inside], row[inside]]]
