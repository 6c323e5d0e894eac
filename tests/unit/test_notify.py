import pytest
from twisted.internet.task import Clock

from mmod.notify import Supervision, sender, watchdog_interval


@pytest.fixture
def clock():
    return Clock()


def test_systemd_hears_of_the_start_and_the_stop(clock):
    told = []
    supervision = Supervision(told.append, 0.0, clock, lambda: True)
    supervision.ready()
    clock.advance(100)
    supervision.stopping()
    assert told == [b"READY=1", b"STOPPING=1"]


def test_the_watchdog_is_fed_while_ticks_are_on_time_and_only_then(clock):
    told, on_time = [], [True]
    supervision = Supervision(told.append, 5.0, clock, lambda: on_time[0])
    supervision.ready()
    clock.pump([5.0, 5.0])
    assert told == [b"READY=1", *[b"WATCHDOG=1"] * 3]
    on_time[0] = False
    clock.pump([5.0, 5.0])
    assert len(told) == 4
    on_time[0] = True
    clock.advance(5.0)
    assert len(told) == 5


def test_a_stopping_daemon_feeds_no_watchdog(clock):
    told = []
    supervision = Supervision(told.append, 5.0, clock, lambda: True)
    supervision.ready()
    supervision.stopping()
    assert not clock.getDelayedCalls()


def test_without_systemd_nobody_is_told():
    sender({})(b"READY=1")
    assert watchdog_interval({}) == 0.0


def test_the_watchdog_is_fed_twice_in_its_time():
    assert watchdog_interval({"WATCHDOG_USEC": "10000000"}) == 5.0
