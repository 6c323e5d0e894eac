import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.task import Clock

from mmod.metrics.gap import GapWatch
from mmod.metrics.instruments import Instruments
from mmod.shard.ticker import MOST_CATCH_UP, Ticker


class Bench:
    """A ticker on a clock; `cost` is how long the next ticks take, `faults` which of them fail."""

    def __init__(self, hz=20, start=1000.0):
        self.clock = Clock()
        self.clock.advance(start)
        self.start = start
        self.times = []
        self.cost = 0.0
        self.faults = set()
        self.also = lambda: None
        self.instruments = Instruments()
        self.gaps = GapWatch(self.clock)
        self.ticker = Ticker(self.tick, hz, self.clock, self.instruments, self.gaps)

    def tick(self):
        self.times.append(self.clock.seconds())
        self.clock.rightNow += self.cost  # the clock goes on while the tick works
        self.also()
        if len(self.times) in self.faults:
            raise RuntimeError("a tick failed")

    def metric(self, name):
        return self.instruments.registry.get_sample_value(name)


@pytest.fixture
def bench():
    bench = Bench()
    bench.ticker.start()
    return bench


def test_a_late_tick_that_takes_its_time_is_a_gap_for_everyone_else(bench):
    bench.clock.advance(0.05)
    assert bench.gaps.longest == pytest.approx(0.0, abs=1e-6)
    bench.cost = 0.01
    bench.clock.advance(0.06)
    assert bench.gaps.longest == pytest.approx(0.02)


def test_ticks_that_were_dropped_are_in_the_gap(bench):
    bench.clock.advance(2.05)
    assert bench.gaps.longest == pytest.approx(2.0)


def test_the_first_tick_comes_one_interval_after_the_start(bench):
    bench.clock.advance(0.049)
    assert bench.times == []
    bench.clock.advance(0.002)
    assert len(bench.times) == 1


@pytest.mark.parametrize("hz", [20, 7])
def test_ten_thousand_ticks_do_not_drift(hz):
    bench = Bench(hz)
    bench.ticker.start()
    step = 0.9 / hz
    while len(bench.times) < 10_000:
        bench.clock.advance(step)
    for number in (1, 2, 17, 5_000, 10_000):
        late = bench.times[number - 1] - (bench.start + number / hz)
        assert -1e-9 <= late <= step + 1e-9
    assert bench.metric("mmod_ticks_dropped_total") == 0


def test_small_delays_never_add_up():
    bench = Bench(hz=20)
    bench.cost = 0.03
    bench.ticker.start()
    for _ in range(2_000):
        bench.clock.advance(0.01)
    elapsed = bench.clock.seconds() - bench.start
    assert len(bench.times) == pytest.approx(elapsed * 20, abs=1)


@pytest.mark.parametrize(
    ("late", "done", "dropped"),
    [(0.049, 1, 0), (0.051, 2, 0), (0.201, 5, 0), (0.251, 5, 1), (1.001, 5, 16), (3600.001, 5, 71_996)],
)
def test_a_late_loop_catches_up_at_most_five_ticks_and_counts_the_rest_as_dropped(bench, late, done, dropped):
    bench.clock.advance(0.05 + late)
    assert len(bench.times) == done
    assert bench.metric("mmod_ticks_dropped_total") == dropped
    bench.clock.advance(0.05)
    assert len(bench.times) == done + 1
    assert MOST_CATCH_UP == 5


def test_after_a_gap_the_ticks_keep_the_old_beat(bench):
    bench.clock.advance(10.0 + 0.01)
    del bench.times[:]
    for _ in range(100):
        bench.clock.advance(0.01)
    beats = [(moment - bench.start) * 20 for moment in bench.times]
    assert all(beat == pytest.approx(round(beat), abs=0.21) for beat in beats)
    assert len(beats) == 20


def test_lateness_is_measured(bench):
    bench.clock.advance(0.05 + 0.02)
    assert bench.metric("mmod_tick_lateness_seconds_sum") == pytest.approx(0.02)


def test_the_duration_of_ticks_is_measured(bench):
    bench.cost = 0.01
    bench.clock.advance(0.05)
    assert bench.metric("mmod_tick_duration_seconds_sum") == pytest.approx(0.01)
    assert bench.metric("mmod_ticks_total") == 1


def test_ticks_slower_than_the_beat_let_others_have_their_turns(bench):
    turns = []
    bench.cost = 0.2
    bench.also = lambda: len(bench.times) < 12 or bench.ticker.stop()
    bench.clock.callLater(0.5, lambda: turns.append(len(bench.times)))
    bench.clock.advance(0.05)
    assert turns
    assert turns[0] < 12
    assert bench.metric("mmod_ticks_dropped_total") > 0


def test_an_exception_in_a_tick_is_counted_and_the_next_one_comes(bench):
    bench.faults = {2, 3}
    bench.clock.pump([0.051] * 5)
    assert len(bench.times) == 5
    assert bench.metric("mmod_tick_errors_total") == 2
    assert bench.ticker.running


def test_a_stopped_ticker_ticks_no_more(bench):
    bench.clock.advance(0.05)
    bench.ticker.stop()
    bench.clock.advance(10.0)
    assert len(bench.times) == 1
    assert not bench.ticker.running
    assert bench.clock.getDelayedCalls() == []


def test_a_stop_inside_a_tick_is_the_last_tick_even_while_catching_up(bench):
    bench.also = bench.ticker.stop
    bench.clock.advance(0.21)
    assert len(bench.times) == 1
    bench.clock.advance(10.0)
    assert len(bench.times) == 1
    assert bench.clock.getDelayedCalls() == []


def test_a_stop_before_the_start_and_a_second_stop_are_harmless():
    bench = Bench()
    bench.ticker.stop()
    bench.ticker.start()
    bench.ticker.stop()
    bench.ticker.stop()
    bench.clock.advance(1.0)
    assert bench.times == []


def test_a_ticker_can_be_started_again(bench):
    bench.ticker.stop()
    bench.clock.advance(100.0)
    bench.ticker.start()
    bench.clock.advance(0.051)
    assert len(bench.times) == 1
    assert bench.metric("mmod_ticks_dropped_total") == 0


@given(st.lists(st.floats(0.0, 0.6), max_size=60))
def test_every_tick_that_was_due_was_done_or_counted_as_dropped_and_none_came_early(delays):
    bench = Bench()
    bench.ticker.start()
    for delay in delays:
        before = len(bench.times)
        bench.clock.advance(delay)
        assert len(bench.times) - before <= MOST_CATCH_UP
        total = len(bench.times) + bench.metric("mmod_ticks_dropped_total")
        due = (bench.clock.seconds() - bench.start) * 20
        assert due - 1 - 1e-6 <= total <= due + 1e-6
