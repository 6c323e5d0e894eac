import pytest
from twisted.internet.task import Clock

from mmod.store.health import PING_INTERVAL, Health
from mmod.store.memory import MemoryStore

from .scripted import TIMEOUT, ScriptedStore


class Bench:
    def __init__(self):
        self.clock, self.heard = Clock(), []
        self.store = ScriptedStore(MemoryStore(self.clock.seconds))
        self.store.migrate()
        self.health = Health(
            self.store,
            self.clock,
            timeout=TIMEOUT,
            changed=self.heard.append,
            recovered=lambda: self.heard.append("recovered"),
        )


@pytest.fixture
def bench():
    bench = Bench()
    bench.health.start()
    return bench


def test_a_ping_follows_the_answer_to_the_last_one(bench):
    for _ in range(3):
        bench.store.only("ping").answer()
        assert not bench.store.asked("ping")
        bench.clock.advance(PING_INTERVAL)
    bench.clock.advance(10 * PING_INTERVAL)
    assert len(bench.store.asked("ping")) == 1


def test_a_ping_without_an_answer_is_a_store_away_until_it_has_one(bench):
    bench.clock.advance(TIMEOUT)
    assert bench.health.away
    bench.store.only("ping").answer()
    assert not bench.health.away
    assert bench.heard == [True, False]


def test_pings_that_fail_are_no_answer(bench):
    bench.store.only("ping").fail()
    bench.clock.advance(PING_INTERVAL)
    bench.store.only("ping").fail()
    assert not bench.health.away
    bench.clock.advance(PING_INTERVAL)
    assert bench.health.away
    bench.store.only("ping").answer()
    assert bench.heard == [True, False, "recovered"]


def test_a_ping_that_succeeds_in_time_keeps_the_store(bench):
    bench.store.only("ping").fail()
    bench.clock.advance(PING_INTERVAL)
    bench.store.only("ping").answer()
    bench.clock.advance(0.999)
    assert bench.heard == ["recovered"]


def test_saves_count_from_the_first_without_an_answer(bench):
    bench.store.only("ping").answer()
    bench.health.asked("save")
    bench.clock.advance(0.5)
    bench.health.asked("save")
    bench.clock.advance(0.5)
    bench.store.only("ping").answer()
    bench.clock.advance(0.999)
    assert not bench.health.away
    bench.clock.advance(0.002)
    assert bench.health.away


def test_a_save_that_succeeds_speaks_for_the_whole_store(bench):
    bench.health.asked("save")
    bench.clock.advance(TIMEOUT)
    assert bench.heard == [True]
    bench.health.answered("save", "ping")
    assert bench.heard == [True, False]


def test_stopping_ends_it(bench):
    bench.health.asked("save")
    bench.health.stop()
    bench.store.only("ping").answer()
    bench.health.asked("save")
    assert not bench.clock.getDelayedCalls()
    assert bench.heard == []
