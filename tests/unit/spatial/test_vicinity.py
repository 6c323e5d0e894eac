import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.spatial import vicinity as module
from mmod.spatial.vicinity import MANY, vicinity

# Borders of squares, points exactly on the radius, and everything else.
coordinates = st.one_of(st.integers(-12, 12).map(float), st.floats(-1e6, 1e6, allow_nan=False))
points = st.lists(st.tuples(coordinates, coordinates), min_size=20, max_size=40)
centres = st.lists(st.tuples(coordinates, coordinates), max_size=2)


def array(pairs):
    return np.array(pairs, float).reshape(-1, 2)


@given(points, centres, st.sampled_from([0.5, 1.0, 3.0, 128.0, 5e5]))
def test_whoever_is_near_is_there_and_the_order_is_kept(some, looking, radius):
    found = vicinity(array(some), array(looking), radius).tolist()
    assert found == sorted(set(found))
    for row, (x, z) in enumerate(some):
        if any((x - cx) ** 2 + (z - cz) ** 2 <= (radius + 1e-9) ** 2 for cx, cz in looking):
            assert row in found


def test_of_many_those_far_away_are_left_out():
    crowd = np.random.default_rng(1).uniform(-1000, 1000, (500, 2))
    found = vicinity(crowd, array([(0, 0), (500, 500)]), 50.0)
    assert 0 < len(found) < 50
    assert np.abs(crowd[found]).max() <= 600


def test_nobody_looks_for_nothing():
    assert vicinity(array([(0, 0)]), array([]), 10.0).tolist() == []


@pytest.mark.parametrize("looking", [1, 5])
def test_a_few_points_are_not_worth_it(looking):
    far = array([(1e6, 1e6)] * MANY * looking)
    assert len(vicinity(far, array([(0, 0)] * looking), 10.0)) == len(far)


def test_a_table_that_would_be_too_large_is_not_made(monkeypatch):
    monkeypatch.setattr(module, "LARGEST_TABLE", 8)
    assert vicinity(array([(100, 100)] * 20), array([(0, 0)]), 10.0).tolist() == list(range(20))
