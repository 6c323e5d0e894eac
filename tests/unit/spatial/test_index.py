import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmod.spatial.index import PointIndex
from mmod.spatial.reach import BLOCK

# A coarse grid makes duplicates, borders and points exactly on the radius common; the floats reach everything else.
coordinates = st.one_of(st.integers(-12, 12).map(float), st.floats(-1e6, 1e6, allow_nan=False))
points = st.lists(st.tuples(coordinates, coordinates), max_size=40)
radii = st.one_of(st.integers(0, 10).map(float), st.floats(0, 2000))
buckets = st.sampled_from([0.7, 1.0, 4.0, 5.0, 128.0])


def array(pairs):
    return np.array(pairs, float).reshape(-1, 2)


def in_sight(point, centre, radius):
    dx, dz = point[0] - centre[0], point[1] - centre[1]
    return dx * dx + dz * dz <= (radius + 1e-9) ** 2


@given(points, points, radii, buckets)
@settings(deadline=None)
def test_within_equals_brute_force(some, centres, radius, bucket):
    # A huge world in small buckets would need as many columns as it is wide.
    radius = min(radius, 100 * bucket)
    found = PointIndex(array(some), bucket).within(array(centres), radius)
    expected = [[row for row, point in enumerate(some) if in_sight(point, centre, radius)] for centre in centres]
    assert [found.of(number).tolist() for number in range(len(centres))] == expected
    assert found.offsets.tolist() == [sum(map(len, expected[:number])) for number in range(len(centres) + 1)]


@given(points, radii, buckets)
@settings(deadline=None)
def test_pairs_equal_brute_force_in_ascending_order(some, radius, bucket):
    radius = min(radius, 20 * bucket)
    first, second = PointIndex(array(some), bucket).pairs(radius)
    rows = range(len(some))
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == [
        (a, b) for a in rows for b in rows if a < b and in_sight(some[a], some[b], radius)
    ]


@pytest.mark.parametrize("bucket", [32.0, 64.0, 128.0, 500.0])
@pytest.mark.parametrize("origin", [(0.0, 0.0), (-128.0, 128.0), (99_999.5, -99_999.5)])
@pytest.mark.parametrize("direction", [(1, 0), (-1, 0), (0, 1), (0, -1), (0.6, 0.8), (-0.8, -0.6)])
def test_the_radius_is_included_and_a_millimetre_beyond_is_not(bucket, origin, direction):
    centre = array([origin])
    on, beyond = (centre + np.array(direction) * distance for distance in (128.0, 128.001))
    found = PointIndex(np.concatenate((on, beyond)), bucket).within(centre, 128.0)
    assert found.rows.tolist() == [0]


def test_the_tolerance_is_a_billionth_of_a_metre():
    some = array([(128.0 + 0.9e-9, 0.0), (128.0 + 1.1e-9, 0.0), (0.0, -128.0 - 0.9e-9), (0.0, -128.0 - 1.1e-9)])
    assert PointIndex(some, 64.0).within(array([(0, 0)]), 128.0).rows.tolist() == [0, 2]


def test_an_empty_index_shows_nothing_to_anybody():
    found = PointIndex(array([]), 10.0).within(array([(0, 0), (5, 5)]), 100.0)
    assert found.offsets.tolist() == [0, 0, 0]
    assert found.rows.tolist() == []
    assert [rows.tolist() for rows in PointIndex(array([]), 10.0).pairs(3.0)] == [[], []]


def test_nobody_looking_sees_nothing():
    found = PointIndex(array([(0, 0)]), 10.0).within(array([]), 100.0)
    assert found.offsets.tolist() == [0]
    assert found.rows.tolist() == []


def test_a_radius_far_beyond_the_world_shows_everything():
    assert PointIndex(array([(-9e5, 9e5), (0, 0), (9e5, -9e5)]), 128.0).within(array([(3, 3)]), 1e12).rows.tolist() == [
        0,
        1,
        2,
    ]


def test_a_crowd_is_compared_in_blocks_with_the_same_answer():
    rng = np.random.default_rng(5)
    crowd = rng.uniform(-50, 50, (600, 2))
    found = PointIndex(crowd, 25.0).within(crowd, 40.0)
    assert 2 * BLOCK < 600 * 600
    distances = np.hypot(*(crowd[:, np.newaxis] - crowd).transpose(2, 0, 1))
    assert found.rows.tolist() == np.nonzero(distances <= 40.0)[1].tolist()
    assert math.isclose(found.offsets[-1], (distances <= 40.0).sum())


def test_everybody_but_oneself_is_asked_for_in_one_call():
    some = array([(0, 0), (1, 0), (2, 0)])
    found = PointIndex(some, 4.0).within(some[1:], 1.0, without=np.array([1, 2]))
    assert [found.of(0).tolist(), found.of(1).tolist()] == [[0, 2], [1]]
