import math

import numpy as np
import pytest

from bench.density import SIGHT, radius_for, share_in_sight


@pytest.mark.parametrize("radius", [70.0, 150.0, 550.0])
def test_the_share_in_sight_is_that_of_points_in_a_disc(radius):
    chance = np.random.default_rng(1)
    far, angle = radius * np.sqrt(chance.uniform(size=1500)), chance.uniform(0.0, math.tau, 1500)
    points = np.stack([far * np.cos(angle), far * np.sin(angle)], axis=1)
    apart = np.hypot(*(points[:, None] - points[None, :]).transpose(2, 0, 1))
    seen = (np.count_nonzero(apart <= SIGHT) - 1500) / (1500 * 1499)
    assert share_in_sight(radius) == pytest.approx(seen, rel=0.06)


@pytest.mark.parametrize(("clients", "count"), [(100, 50), (1000, 10), (1000, 200), (2500, 50)])
def test_a_world_of_that_radius_shows_as_many_as_asked_for(clients, count):
    assert (clients - 1) * share_in_sight(radius_for(clients, count)) == pytest.approx(count)


def test_where_all_see_all_there_are_no_more_to_be_had():
    assert share_in_sight(radius_for(20, 50)) == 1.0
