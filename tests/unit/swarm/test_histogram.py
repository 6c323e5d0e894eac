import pytest

from mmod.swarm.histogram import LONGEST, RESOLUTION, Histogram


def test_quantiles_are_those_of_the_sorted_durations_to_the_width_of_a_bucket():
    histogram = Histogram()
    for milliseconds in range(1, 101):
        histogram.add(milliseconds / 1000)
    assert histogram.count == 100
    assert histogram.quantile(0.5) == pytest.approx(0.050, abs=2 * RESOLUTION)
    assert histogram.quantile(0.99) == pytest.approx(0.099, abs=2 * RESOLUTION)
    assert histogram.quantile(1.0) == pytest.approx(0.100, abs=2 * RESOLUTION)
    assert histogram.quantile(0.0) == pytest.approx(0.001, abs=2 * RESOLUTION)


def test_there_is_no_quantile_of_nothing():
    assert Histogram().quantile(0.5) is None


def test_what_is_too_long_counts_as_the_longest_and_what_is_negative_as_nothing():
    histogram = Histogram()
    histogram.add(LONGEST * 5)
    histogram.add(-1.0)
    assert histogram.quantile(1.0) == pytest.approx(LONGEST, abs=2 * RESOLUTION)
    assert histogram.quantile(0.5) == pytest.approx(0.0, abs=RESOLUTION)


def test_bins_hold_every_duration_once_and_the_last_one_all_that_are_longer():
    histogram = Histogram()
    for seconds in (0.001, 0.004, 0.006, 0.012, 0.5, 7.0):
        histogram.add(seconds)
    assert histogram.binned(0.005, 0.02) == [2, 1, 1, 0, 2]
