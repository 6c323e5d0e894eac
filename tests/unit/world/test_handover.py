import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.world.handover import handed_over

SIZE, HYSTERESIS = 256.0, 2.0

# Cells around the origin and far into the negative, and the four ways out of each.
CELLS = [(0, 0), (-1, -1), (3, -7), (-40, 12)]
WAYS = [(1, 0), (-1, 0), (0, 1), (0, -1)]
CORNERS = [(1, 1), (1, -1), (-1, 1), (-1, -1)]


def owner(point, owned, previous=None):
    """Return the cell that owns the point afterwards."""
    previous = owned if previous is None else previous
    rows, cells = handed_over(np.array([point], float), np.array([owned]), np.array([previous]), SIZE, HYSTERESIS)
    return tuple(cells[0].tolist()) if rows.size else tuple(owned)


def outside(cell, way, distance):
    """Return the point that lies a distance beyond the middle of a border, or beyond a corner on both axes."""

    def coordinate(number, step):
        low = number * SIZE
        return {1: low + SIZE + distance, -1: low - distance, 0: low + SIZE / 2}[step]

    return coordinate(cell[0], way[0]), coordinate(cell[1], way[1])


def beside(cell, way):
    return cell[0] + way[0], cell[1] + way[1]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("way", WAYS)
def test_a_border_is_crossed_at_two_metres_and_not_before(cell, way):
    assert owner(outside(cell, way, 1.999), cell) == cell
    assert owner(outside(cell, way, 2.0), cell) == beside(cell, way)
    assert owner(outside(cell, way, 2.001), cell) == beside(cell, way)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("way", WAYS)
def test_the_way_back_takes_four_metres(cell, way):
    left = beside(cell, way)
    assert owner(outside(cell, way, 2.0), cell, previous=left) == cell
    assert owner(outside(cell, way, 3.999), cell, previous=left) == cell
    assert owner(outside(cell, way, 4.0), cell, previous=left) == left


@pytest.mark.parametrize("way", WAYS)
def test_only_the_cell_last_left_takes_four_metres(way):
    elsewhere = beside((0, 0), (way[1], way[0]))
    assert owner(outside((0, 0), way, 2.0), (0, 0), previous=elsewhere) == beside((0, 0), way)


@pytest.mark.parametrize("way", WAYS)
def test_rounding_does_not_move_the_threshold(way):
    assert owner(outside((0, 0), way, 2.0 - 0.9e-9), (0, 0)) == beside((0, 0), way)
    assert owner(outside((0, 0), way, 2.0 - 1.2e-9), (0, 0)) == (0, 0)
    assert owner(outside((0, 0), way, 4.0 - 0.9e-9), (0, 0), previous=beside((0, 0), way)) == beside((0, 0), way)
    assert owner(outside((0, 0), way, 4.0 - 1.2e-9), (0, 0), previous=beside((0, 0), way)) == (0, 0)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("corner", CORNERS)
def test_a_corner_goes_straight_to_the_cell_beyond_it(cell, corner):
    along = 2.0 / np.sqrt(2.0)
    assert owner(outside(cell, corner, along - 0.001), cell) == cell
    assert owner(outside(cell, corner, along), cell) == beside(cell, corner)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("corner", CORNERS)
def test_the_way_back_round_a_corner_takes_four_metres_straight(cell, corner):
    along, left = 4.0 / np.sqrt(2.0), beside(cell, corner)
    assert owner(outside(cell, corner, along - 0.001), cell, previous=left) == cell
    assert owner(outside(cell, corner, along), cell, previous=left) == left


def test_without_hysteresis_the_owner_is_where_one_stands():
    rows, cells = handed_over(
        np.array([[256.0, 0.0], [255.9, 0.0]]), np.zeros((2, 2), int), np.zeros((2, 2), int), SIZE, 0.0
    )
    assert rows.tolist() == [0]
    assert cells.tolist() == [[1, 0]]


def test_a_point_far_away_goes_to_the_cell_it_stands_in():
    assert owner((10_000.0, -10_000.0), (0, 0)) == (39, -40)


@given(st.lists(st.tuples(st.floats(-600, 600), st.floats(-600, 600)), min_size=1))
def test_each_row_is_decided_for_itself(points):
    owned = np.zeros((len(points), 2), np.int64)
    rows, cells = handed_over(np.array(points), owned, owned, SIZE, HYSTERESIS)
    together = {row: tuple(cell) for row, cell in zip(rows.tolist(), cells.tolist(), strict=True)}
    assert [together.get(row, (0, 0)) for row in range(len(points))] == [owner(point, (0, 0)) for point in points]
