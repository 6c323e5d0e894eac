"""When ticks count as late, and what the machine is excused for."""

import pytest

from .harness.lateness import Lateness, between, most_by_chance, percentile
from .harness.metronome import delays

ON_TIME = Lateness(((0.005, 990.0), (0.025, 1000.0), (0.05, 1000.0), (float("inf"), 1000.0)))
LATE = Lateness(((0.005, 900.0), (0.025, 950.0), (0.05, 990.0), (float("inf"), 1000.0)))


def test_ticks_in_time_are_no_fault_and_late_ones_are():
    assert ON_TIME.fault([0.0]) is None
    assert LATE.fault([0.0]) == "50 of 1000 ticks were over 25.0 ms late, and 21 might have been"


def test_a_machine_that_is_late_excuses_ticks_that_are():
    assert LATE.fault([0.025] * 100) is None


def test_the_machine_is_judged_at_the_same_percentile():
    assert LATE.fault([0.0] * 99 + [1.0]) is not None


def test_within_a_bucket_ticks_count_as_evenly_spread():
    assert LATE.later_than(0.0375) == pytest.approx(30)
    assert LATE.later_than(1.0) == pytest.approx(10)
    assert LATE.percentile(0.95) == pytest.approx(0.025)
    assert LATE.percentile(0.97) == pytest.approx(0.0375)
    assert LATE.percentile(1.0) == 0.05


def test_lateness_is_what_happened_between_two_looks():
    name = 'mmod_tick_lateness_seconds_bucket{{le="{}"}}'.format
    before = {name("0.025"): 10.0, name("+Inf"): 12.0}
    after = {name("0.025"): 20.0, name("+Inf"): 25.0, "mmod_ticks_total": 25.0}
    assert between(before, after).up_to == ((0.025, 10.0), (float("inf"), 13.0))


@pytest.mark.parametrize(("trials", "most"), [(0, 0), (100, 5), (600, 15)])
def test_of_few_ticks_more_than_one_in_a_hundred_may_be_late_by_chance(trials, most):
    assert most_by_chance(trials, 0.01, 0.001) == most


def test_a_percentile_is_one_of_the_values():
    assert percentile([3.0, 1.0, 2.0, 4.0], 0.5) == 2.0
    assert percentile([], 0.99) == 0.0


def test_delays_of_the_daemon_add_up_over_some_beats_and_its_own_sleep_does_not_count():
    beats = [(0.0, 0.0), (0.001, 0.05), (0.002, 0.03), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.2, 0.0)]
    assert delays(beats) == pytest.approx([0.0, 0.05, 0.08, 0.08, 0.08, 0.03, 0.2])
