import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmod.world import separation
from mmod.world.separation import unit


def array(pairs):
    return np.array(pairs, float).reshape(-1, 2)


def stopped(standing, proposed, distance):
    """Ask with all pairs there are."""
    return separation.stopped(standing, proposed, distance, *np.triu_indices(len(standing), 1))


def test_far_apart_everybody_moves():
    found = stopped(array([(0, 0), (5, 0)]), array([(1, 0), (4, 0)]), 2.0)
    assert found.rows.tolist() == []


def test_two_that_would_meet_both_stay_and_turn_away_from_each_other():
    found = stopped(array([(0, 0), (3, 0)]), array([(1, 0), (2, 0)]), 2.0)
    assert found.rows.tolist() == [0, 1]
    assert found.away.tolist() == [[-1.0, 0.0], [1.0, 0.0]]


def test_one_that_stays_can_stop_one_that_follows():
    # The middle one cannot go on, so the one behind it would come too close.
    standing, proposed = array([(0, 0), (2.5, 0), (5, 0)]), array([(1, 0), (3.5, 0), (5, 0)])
    found = stopped(standing, proposed, 2.0)
    assert found.rows.tolist() == [0, 1, 2]
    assert found.away[0].tolist() == [-1.0, 0.0]


def test_one_between_two_knows_no_way_out():
    found = stopped(array([(-2, 0), (0, 0), (2, 0)]), array([(-1, 0), (0, 0), (1, 0)]), 2.0)
    assert found.away.tolist() == [[-1.0, 0.0], [0.0, 0.0], [1.0, 0.0]]


@given(st.data(), st.integers(2, 30))
@settings(deadline=None)
def test_whatever_is_proposed_all_keep_their_distance(data, count):
    # They stand on a grid of exactly the distance, as tight as the law allows, and wish to go anywhere near.
    standing = array([(2.0 * (number % 6), 2.0 * (number // 6)) for number in range(count)])
    steps = data.draw(st.lists(st.tuples(*[st.floats(-3, 3)] * 2), min_size=count, max_size=count))
    proposed = standing + array(steps)
    stays = stopped(standing, proposed, 2.0).rows
    result = proposed.copy()
    result[stays] = standing[stays]
    distances = np.hypot(*(result[:, np.newaxis] - result).transpose(2, 0, 1))
    assert distances[~np.eye(count, dtype=bool)].min() >= 2.0


@given(st.lists(st.tuples(*[st.floats(-1e6, 1e6, width=32)] * 2), min_size=1))
def test_a_unit_vector_has_length_one_or_none(vectors):
    lengths = np.hypot(*unit(array(vectors)).T)
    zero = (array(vectors) ** 2).sum(axis=1) == 0
    assert lengths[zero].tolist() == [0.0] * zero.sum()
    assert lengths[~zero] == pytest.approx(1.0, rel=1e-6)
