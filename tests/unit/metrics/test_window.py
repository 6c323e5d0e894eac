from prometheus_client import CollectorRegistry, Counter, Histogram

from mmod.metrics.window import HistogramWindow, counted


def histogram():
    return Histogram("seconds", "Test.", buckets=(0.1, 1.0), registry=CollectorRegistry())


def test_a_window_holds_what_came_since_the_last_look():
    watched = histogram()
    watched.observe(5.0)
    window = HistogramWindow(watched)
    watched.observe(0.05)
    watched.observe(0.35)
    observed = window.look()
    assert (observed.count, round(observed.mean, 9), observed.worst) == (2, 0.2, 1.0)
    watched.observe(0.1)
    assert window.look().worst == 0.1


def test_an_empty_window_is_all_zeros():
    observed = HistogramWindow(histogram()).look()
    assert (observed.count, observed.mean, observed.worst) == (0, 0, 0)


def test_beyond_the_last_bound_nobody_knows_how_far():
    watched = histogram()
    window = HistogramWindow(watched)
    watched.observe(7.0)
    assert window.look().worst is None


def test_a_counter_is_read_whole_or_by_label():
    plain = Counter("plain", "Test.", registry=CollectorRegistry())
    plain.inc(3)
    assert counted(plain) == 3
    labelled = Counter("labelled", "Test.", ["result"], registry=CollectorRegistry())
    labelled.labels("saved").inc(2)
    labelled.labels("failed").inc(5)
    assert counted(labelled, result="saved") == 2
    assert counted(labelled) == 7
