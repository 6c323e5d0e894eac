import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.world.outlook import LOOK_AHEAD, Outlook
from mmod.world.settings import BotSettings, WorldSettings

WORLD, BOTS = WorldSettings(bounds=1000.0), BotSettings()
SLACK = LOOK_AHEAD * BOTS.speed


def array(pairs):
    return np.array(pairs, float).reshape(-1, 2)


def owners(points):
    return np.floor(points / WORLD.cell_size).astype(np.int64)


def watch(outlook, standing, steps):
    """Let a tick pass in which the steps are taken; return the pairs and those at an edge, and where all are then."""
    watched = outlook.watched(standing, owners(standing), steps)
    outlook.went(standing + steps)
    return list(zip(watched.first.tolist(), watched.second.tolist(), strict=True)), watched.edging.tolist()


def test_those_far_from_all_and_from_the_edges_are_not_watched():
    standing = array([(100, 100), (110, 100)])
    assert watch(Outlook(WORLD, BOTS), standing, array([(0, 0), (0, 0)])) == ([], [])


@pytest.mark.parametrize(("apart", "watched"), [(2 + 2 * SLACK, [(0, 1)]), (2 + 2 * SLACK + 0.01, [])])
def test_two_are_watched_that_could_meet_before_the_next_look(apart, watched):
    standing = array([(100, 100), (100 + apart, 100)])
    assert watch(Outlook(WORLD, BOTS), standing, array([(0, 0), (0, 0)]))[0] == watched


@pytest.mark.parametrize(
    "point", [(SLACK, 100), (100, SLACK), (256 - SLACK, 100), (-SLACK, 100), (1000 - SLACK, 900), (900, SLACK - 1000)]
)
def test_those_are_watched_that_could_reach_an_edge_before_the_next_look(point):
    assert watch(Outlook(WORLD, BOTS), array([point]), array([(0, 0)]))[1] == [0]


def test_there_is_a_new_look_before_anybody_can_have_gone_too_far():
    outlook, standing, step = Outlook(WORLD, BOTS), array([(100, 100), (110, 100)]), array([(0.07, 0), (-0.07, 0)])
    while standing[1, 0] - standing[0, 0] > 2:
        pairs, _ = watch(outlook, standing, step)
        standing = standing + step
    assert pairs == [(0, 1)]


def test_whoever_steps_farther_than_usual_is_watched_all_the_same():
    standing = array([(100, 100), (150, 100)])
    assert watch(Outlook(WORLD, BOTS), standing, array([(49, 0), (0, 0)]))[0] == [(0, 1)]


@pytest.mark.parametrize("elsewhere", [[(100, 100), (103, 100)], [(100, 100)], [(100, 100), (150, 100), (152, 100)]])
def test_when_somebody_has_come_or_gone_there_is_a_new_look(elsewhere):
    outlook, standing = Outlook(WORLD, BOTS), array([(100, 100), (150, 100)])
    watch(outlook, standing, np.zeros((2, 2)))
    changed = array(elsewhere)
    assert watch(outlook, changed, np.zeros_like(changed)) == watch(
        Outlook(WORLD, BOTS), changed, np.zeros_like(changed)
    )


def test_bots_that_keep_no_distance_are_watched_at_edges_only():
    outlook = Outlook(WORLD, BotSettings(separation=0.0))
    assert watch(outlook, array([(0.1, 100), (0.1, 100)]), np.zeros((2, 2))) == ([], [0, 1])


@given(st.integers(0, 2**32), st.integers(1, 60))
def test_nobody_who_comes_close_or_to_an_edge_is_missed_at_any_time(seed, ticks):
    chance = np.random.default_rng(seed)
    outlook, standing = Outlook(WORLD, BOTS), chance.uniform(0, 40, (40, 2))
    for _ in range(ticks):
        steps = chance.uniform(-0.07, 0.07, (40, 2))
        pairs, edging = watch(outlook, standing, steps)
        proposed = standing + steps
        apart = np.hypot(*(proposed[:, np.newaxis] - proposed).transpose(2, 0, 1))
        assert set(zip(*np.nonzero(np.triu(apart <= 2.0, 1)), strict=True)) <= set(pairs)
        assert set(np.flatnonzero((owners(proposed) != owners(standing)).any(axis=1))) <= set(edging)
        standing = proposed
