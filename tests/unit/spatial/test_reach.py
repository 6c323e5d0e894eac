from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmod.spatial.cells import cells_of, packed
from tests.twins import twins

TWINS = twins("mmod.spatial.reach", "mmod.spatial._reach")

coordinates = st.one_of(st.integers(-12, 12).map(float), st.floats(-300, 300))
points = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=150)


def array(pairs):
    return np.array(pairs, float).reshape(-1, 2)


def asked(some, centres, without, radius, bucket=5.0):
    """Return the arguments for points in buckets, whose rows are not the places they stand at."""
    keys = packed(cells_of(some, bucket))
    order = np.argsort(keys, kind="stable")
    low, high = (np.floor((centres + way * radius) / bucket).astype(np.int64) for way in (-1, 1))
    return keys[order], some[order, 0], some[order, 1], order, centres, low, high, radius * radius, without


@given(points, st.data(), st.integers(0, 40).map(float))
@settings(deadline=None)
def test_rows_in_reach_are_found_in_order_but_for_the_one_left_out(some, data, radius):
    some = array(some)
    centres = array(data.draw(points))
    without = np.array(
        data.draw(st.lists(st.integers(-1, len(some) - 1), min_size=len(centres), max_size=len(centres)))
    )
    expected = [
        [row for row, (x, z) in enumerate(some) if (x - east) ** 2 + (z - north) ** 2 <= radius**2 and row != left_out]
        for (east, north), left_out in zip(centres, without, strict=True)
    ]
    for twin in TWINS:
        offsets, rows = twin.reached(*asked(some, centres, without, radius))
        assert [rows[first:last].tolist() for first, last in pairwise(offsets)] == expected
        assert (offsets.dtype, rows.dtype, offsets[0]) == (np.int64, np.int64, 0)


@pytest.mark.parametrize("twin", TWINS)
def test_a_crowd_has_as_much_room_as_it_needs(twin):
    crowd = np.random.default_rng(5).uniform(-20, 20, (400, 2))
    offsets, rows = twin.reached(*asked(crowd, crowd, np.arange(400), 100.0))
    assert offsets.tolist() == [399 * number for number in range(401)]
    assert rows[:399].tolist() == list(range(1, 400))


@pytest.mark.parametrize("twin", TWINS)
def test_nobody_looks_and_nobody_is_there(twin):
    some, nobody = array([(0, 0)]), array([])
    for points_there, centres in ((some, nobody), (nobody, some)):
        offsets, rows = twin.reached(*asked(points_there, centres, np.full(len(centres), -1), 10.0))
        assert (offsets.tolist(), rows.tolist()) == ([0] * (len(centres) + 1), [])
