import pytest

from mmod.net.livemap.pulse import Pulse
from tests.unit.shard.bench import World


@pytest.fixture
def world():
    return World()


@pytest.fixture
def pulse(world):
    return Pulse(world.shard, world.instruments)


def test_it_counts_who_is_there_and_what_was_saved(world, pulse):
    world.join("Ada")
    world.connect()
    world.give("ada")
    world.tick(2)
    vitals = pulse.take()
    assert (vitals.players, vitals.bots, vitals.connections) == (1, 0, 2)
    assert vitals.saved >= 1
    assert (vitals.to_save, vitals.store_away) == (0, False)


def test_times_are_of_the_ticks_since_the_last_look(world, pulse):
    world.instruments.tick_duration.observe(0.004)
    world.instruments.tick_duration.observe(0.002)
    world.instruments.tick_lateness.observe(0.003)
    vitals = pulse.take()
    assert (vitals.tick_ms, vitals.late_ms, vitals.worst_late_ms) == (3.0, 3.0, 5.0)
    again = pulse.take()
    assert (again.tick_ms, again.late_ms, again.worst_late_ms) == (0.0, 0.0, 0.0)


def test_what_happened_before_it_was_made_is_not_counted_in(world):
    world.instruments.tick_duration.observe(1.0)
    assert Pulse(world.shard, world.instruments).take().tick_ms == 0.0


def test_totals_are_totals(world, pulse):
    world.instruments.ticks_dropped.inc(3)
    world.instruments.handovers.inc(2)
    for _ in range(2):
        vitals = pulse.take()
        assert (vitals.ticks_dropped, vitals.handovers) == (3, 2)


def test_a_store_that_is_away_is_told(world, pulse):
    world.writer.start()
    world.store.prompt = False
    world.run(4.0)
    assert pulse.take().store_away
    world.writer.stop()
