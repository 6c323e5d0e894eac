import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.session.limits import TokenBucket


def test_the_burst_is_there_at_once_and_then_nothing():
    bucket = TokenBucket(rate=1.0, burst=3, now=50.0)
    assert [bucket.take(50.0) for _ in range(5)] == [True, True, True, False, False]


def test_tokens_come_back_with_the_rate():
    bucket = TokenBucket(rate=2.0, burst=1, now=0.0)
    assert [bucket.take(now) for now in (0.0, 0.49, 0.5, 0.99, 1.0)] == [True, False, True, False, True]


def test_more_than_the_burst_is_never_saved_up():
    bucket = TokenBucket(rate=10.0, burst=2, now=0.0)
    assert [bucket.take(1e6) for _ in range(3)] == [True, True, False]


@pytest.mark.parametrize("rate", [60.0, 59.94, 1 / 3])
def test_a_sender_a_little_below_the_rate_is_never_refused(rate):
    bucket = TokenBucket(rate, burst=1, now=0.0)
    assert all(bucket.take(number * 1.0001 / rate) for number in range(10_000))


@given(st.floats(0.5, 100), st.integers(1, 50), st.lists(st.floats(0, 2), max_size=200))
def test_no_interval_sees_more_than_burst_plus_rate_times_its_length(rate, burst, gaps):
    bucket, now, taken = TokenBucket(rate, burst, 0.0), 0.0, []
    for gap in gaps:
        now += gap
        if bucket.take(now):
            taken.append(now)
    for first, begin in enumerate(taken):
        for last in range(first, len(taken)):
            assert last - first + 1 <= burst + rate * (taken[last] - begin) + 1e-6
