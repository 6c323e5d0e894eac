import pytest
from twisted.internet.task import Clock

from mmod.metrics.gap import WINDOW, GapWatch


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def watch(clock):
    return GapWatch(clock)


def test_at_first_there_is_no_gap(watch):
    assert watch.longest == 0.0


def test_the_longest_gap_is_kept(watch):
    for late in (0.1, 0.3, 0.2):
        watch.waited(late)
    assert watch.longest == 0.3


def test_a_gap_is_remembered_for_one_window_and_forgotten_after_two(clock, watch):
    watch.waited(0.3)
    clock.advance(WINDOW)
    watch.waited(0.1)
    assert watch.longest == 0.3
    clock.advance(WINDOW)
    watch.waited(0.0)
    assert watch.longest == 0.1
