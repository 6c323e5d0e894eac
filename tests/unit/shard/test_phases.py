import pytest
from twisted.internet.task import Clock
from twisted.logger import LogLevel, capturedLogs

from mmod.metrics.instruments import PHASES, Instruments
from mmod.shard.phases import RECORD_INTERVAL, PhaseClock

from .bench import World

BUDGET = 0.05


class Measured:
    """A phase clock, its time, and what it has said."""

    def __init__(self):
        self.clock, self.instruments = Clock(), Instruments()
        self.phases = PhaseClock(BUDGET, self.clock, self.instruments)

    def tick(self, number=1, **seconds):
        """Let a tick pass whose phases take so long; return the records in the log."""
        with capturedLogs() as records:
            self.phases.begin(self.clock.seconds())
            for phase, spent in seconds.items():
                self.clock.advance(spent)
                self.phases.mark(phase)
            self.phases.end(number, lambda: "3 players")
        assert all(record["log_level"] is LogLevel.warn for record in records)
        return [record["log_format"].format(**record) for record in records]

    def sum(self, phase):
        return self.instruments.registry.get_sample_value("mmod_tick_phase_seconds_sum", {"phase": phase})

    def count(self, phase):
        return self.instruments.registry.get_sample_value("mmod_tick_phase_seconds_count", {"phase": phase})


@pytest.fixture
def measured():
    return Measured()


def test_the_time_between_two_marks_belongs_to_the_later_one(measured):
    measured.tick(bots=0.01, movement=0.002, interest=0.003)
    measured.tick(bots=0.02)
    assert measured.sum("bots") == pytest.approx(0.03)
    assert measured.sum("movement") == pytest.approx(0.002)
    assert measured.sum("interest") == pytest.approx(0.003)


def test_time_outside_of_ticks_belongs_to_no_phase(measured):
    measured.tick(bots=0.01)
    measured.clock.advance(5.0)
    measured.tick(bots=0.01)
    assert measured.sum("bots") == pytest.approx(0.02)


def test_inputs_since_the_tick_before_are_the_ticks(measured):
    measured.phases.inputs_taken(1, 0.001)
    measured.phases.inputs_taken(1, 0.002)
    measured.tick()
    measured.tick()
    assert measured.sum("inputs") == pytest.approx(0.003)
    assert measured.count("inputs") == 2


def test_a_tick_within_its_budget_says_nothing(measured):
    assert measured.tick(bots=BUDGET - 0.001) == []


def test_a_tick_that_overruns_its_budget_names_its_longest_phase_and_the_load(measured):
    measured.phases.inputs_taken(1, 0.2)
    (record,) = measured.tick(7, bots=0.01, send=0.06)
    assert record == (
        "tick 7 took 70.0 ms of 50.0 ms, most of it for send (inputs 200.0 ms, bots 10.0 ms, movement 0.0 ms, "
        "handover 0.0 ms, interest 0.0 ms, encode 0.0 ms, send 60.0 ms); 1 inputs; 3 players"
    )


def test_there_is_at_most_one_record_a_second(measured):
    records = [record for number in range(50) for record in measured.tick(number, bots=0.1)]
    assert len(records) == 50 * 0.1 / RECORD_INTERVAL


def test_every_phase_of_a_real_tick_is_measured():
    world = World()
    world.join("Ada").input(1)
    world.tick(2)
    counts = {phase: world.metric("mmod_tick_phase_seconds_count", phase=phase) for phase in PHASES}
    assert counts == dict.fromkeys(PHASES, 2)


def test_the_record_of_a_real_tick_says_what_there_was_to_do():
    world = World()
    world.join("Ada").connection.filled()
    world.join("Bob").input(1)
    seconds = iter(range(1000))
    world.clock.seconds = lambda: next(seconds)  # every look at the clock is a second later
    with capturedLogs() as records:
        world.tick()
    (record,) = [record for record in records if "tick" in record]
    assert record["load"] == "2 players, 0 bots, 2 connections, 1 not reading, 0 to be saved"
