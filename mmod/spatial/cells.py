"""The square grid of cells that own players and bots.

Cell (cx, cz) covers [cx * size, (cx + 1) * size) in x and the same in z, so every point stands in exactly one cell and
a point on a border stands in the cell to its east or north.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mmod.spatial.vector import Vector

#: One step of `cx` in a packed cell: the row beside it takes the lower 32 bits, so both may lie in [-2^31, 2^31).
COLUMN = 1 << 32


class Cell(NamedTuple):
    """The column and row of a cell."""

    cx: int
    cz: int


def cell_of(point: Vector, size: float) -> Cell:
    """Return the cell in which a point stands."""
    return Cell(math.floor(point.x / size), math.floor(point.z / size))


def neighbourhood(cell: Cell) -> tuple[Cell, ...]:
    """Return the cell and its eight neighbours in ascending order."""
    return tuple(Cell(cell.cx + dx, cell.cz + dz) for dx in (-1, 0, 1) for dz in (-1, 0, 1))


def cells_of(points: NDArray[np.float64], size: float) -> NDArray[np.int64]:
    """Return the cells, shape (n, 2), in which points of shape (n, 2) stand."""
    return np.floor(points / size).astype(np.int64)


def distance_outside(points: NDArray[np.float64], cells: NDArray[np.int64], size: float) -> NDArray[np.float64]:
    """Return how far (m) each point lies outside its cell, straight to the nearest point of it; 0 inside."""
    low = cells * size
    beyond = np.maximum(np.maximum(low - points, points - (low + size)), 0.0)
    return np.hypot(beyond[:, 0], beyond[:, 1])


def packed(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return one key per cell of shape (n, 2); keys sort as cells do: by column, then by row.

    Columns and rows may be `COLUMN` / 4 from the origin.
    """
    return cells[:, 0] * COLUMN + cells[:, 1]


def unpacked(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the cells, shape (n, 2), of packed keys."""
    columns = (keys + COLUMN // 2) // COLUMN
    return np.column_stack((columns, keys - columns * COLUMN))
