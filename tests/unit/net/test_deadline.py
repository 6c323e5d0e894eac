import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import globalLogPublisher

from mmod.errors import ExceedsBulk, StoreAway, Unavailable
from mmod.net.deadline import PATIENCE, in_time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def logged():
    """What is logged meanwhile."""
    events = []
    globalLogPublisher.addObserver(events.append)
    yield events
    globalLogPublisher.removeObserver(events.append)


async def waiting_for(deferred):
    return await deferred


def answered(work, clock):
    """Return a list that holds the answer once it is there."""
    results = []
    in_time(waiting_for(work), clock).addBoth(results.append)
    return results


def test_what_is_done_in_time_is_answered_and_leaves_no_timer(clock):
    work = Deferred()
    results = answered(work, clock)
    clock.advance(PATIENCE - 0.001)
    assert results == []
    work.callback("done")
    assert results == ["done"]
    assert clock.getDelayedCalls() == []


def test_what_fails_in_time_fails_as_it_did(clock):
    work = Deferred()
    results = answered(work, clock)
    work.errback(ExceedsBulk("full"))
    assert results[0].check(ExceedsBulk)
    assert clock.getDelayedCalls() == []


def test_what_takes_longer_is_unavailable_and_goes_on(clock):
    work = Deferred()
    results = answered(work, clock)
    clock.advance(PATIENCE)
    assert results[0].check(Unavailable)
    assert not work.called
    work.callback("late")
    assert len(results) == 1


@pytest.mark.parametrize(("error", "lines"), [(StoreAway("stopped"), 0), (ZeroDivisionError(), 1)])
def test_a_late_failure_is_logged_if_nobody_expects_it(clock, logged, error, lines):
    work = Deferred()
    answered(work, clock)
    clock.advance(PATIENCE)
    work.errback(error)
    assert len([event for event in logged if "log_failure" in event]) == lines
