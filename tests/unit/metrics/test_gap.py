import pytest
from twisted.internet.task import Clock

from mmod.metrics.gap import LOOK, WINDOW, GapWatch


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def watch(clock):
    watch = GapWatch(clock)
    watch.start()
    return watch


def run(clock, seconds):
    clock.pump([LOOK] * round(seconds / LOOK))


def test_a_reactor_that_is_on_time_has_no_gap(clock, watch):
    run(clock, 1.0)
    assert watch.longest == pytest.approx(0.0, abs=1e-9)


def test_the_longest_gap_is_kept(clock, watch):
    for late in (0.1, 0.3, 0.2):
        clock.advance(LOOK + late)
    assert watch.longest == pytest.approx(0.3)


def test_a_gap_is_remembered_for_one_window_and_forgotten_after_two(clock, watch):
    clock.advance(LOOK + 0.3)
    run(clock, WINDOW)
    assert watch.longest == pytest.approx(0.3)
    run(clock, 2 * WINDOW)
    assert watch.longest == pytest.approx(0.0, abs=1e-6)


def test_a_stopped_watch_leaves_nothing_on_the_clock(clock, watch):
    watch.stop()
    assert not clock.getDelayedCalls()
