import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.spatial.cells import COLUMN, Cell, cell_of, cells_of, distance_outside, neighbourhood, packed, unpacked
from mmod.spatial.vector import Vector

columns = st.integers(-COLUMN // 4, COLUMN // 4)
cells = st.tuples(columns, columns)


@pytest.mark.parametrize(
    ("point", "cell"),
    [
        ((0, 0), (0, 0)),
        ((255.999, 255.999), (0, 0)),
        ((256, 0), (1, 0)),
        ((0, 256), (0, 1)),
        ((-0.001, 0), (-1, 0)),
        ((0, -256), (0, -1)),
        ((-256.001, -256.001), (-2, -2)),
    ],
)
def test_a_border_belongs_to_the_cell_to_its_east_or_north(point, cell):
    assert cell_of(Vector(*point), 256.0) == cell
    assert cells_of(np.array([point], float), 256.0).tolist() == [list(cell)]


def test_a_neighbourhood_is_the_cell_and_its_eight_neighbours_in_order():
    found = neighbourhood(Cell(-1, 5))
    assert len(found) == 9
    assert list(found) == sorted(found)
    assert all(max(abs(cell.cx + 1), abs(cell.cz - 5)) <= 1 for cell in found)


@given(st.lists(cells, min_size=1))
def test_packed_cells_unpack_to_themselves(some):
    assert unpacked(packed(np.array(some, np.int64))).tolist() == [list(cell) for cell in some]


@given(cells, cells)
def test_packed_cells_sort_as_cells_do(one, other):
    first, second = packed(np.array([one, other], np.int64)).tolist()
    assert (first < second) == (one < other)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(-3, 3), st.integers(-3, 3))
def test_the_distance_outside_leads_to_the_nearest_point_of_the_cell(x, z, cx, cz):
    nearest = min(max(x, cx * 256.0), cx * 256.0 + 256.0), min(max(z, cz * 256.0), cz * 256.0 + 256.0)
    found = distance_outside(np.array([[x, z]]), np.array([[cx, cz]]), 256.0)
    assert found[0] == pytest.approx(math.dist((x, z), nearest), abs=1e-9)
