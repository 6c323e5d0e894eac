import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from mmod.errors import StoreBusy
from mmod.store.turns import MOST_WAITING, TURN_TIMEOUT, Turns

PLACES = 2


class Bench:
    """Questions that have a turn until the test answers them."""

    def __init__(self):
        self.clock = Clock()
        self.turns = Turns(PLACES, self.clock)
        self.asked = []

    def ask(self):
        """Ask in turn; return the outcome."""

        async def asked():
            async with self.turns.turn():
                answer = Deferred()
                self.asked.append(answer)
                return await answer

        return Deferred.fromCoroutine(asked())


@pytest.fixture
def bench():
    return Bench()


def failed(outcome, error):
    caught = []
    outcome.addErrback(lambda failure: caught.append(failure.value))
    return bool(caught) and isinstance(caught[0], error)


def test_only_so_many_have_their_turn_at_once_and_the_others_follow_in_order(bench):
    outcomes = [bench.ask() for _ in range(PLACES + 2)]
    assert len(bench.asked) == PLACES
    bench.asked[0].callback("first")
    assert (len(bench.asked), outcomes[0].result) == (PLACES + 1, "first")
    bench.asked[2].callback("third")
    assert (len(bench.asked), outcomes[2].result) == (PLACES + 2, "third")


def test_a_question_that_fails_ends_its_turn(bench):
    outcomes = [bench.ask() for _ in range(PLACES + 1)]
    bench.asked[0].errback(OSError("gone"))
    assert failed(outcomes[0], OSError)
    assert len(bench.asked) == PLACES + 1


def test_whoever_has_waited_too_long_is_told_and_has_no_turn_any_more(bench):
    outcomes = [bench.ask() for _ in range(PLACES + 1)]
    bench.clock.advance(TURN_TIMEOUT - 0.01)
    assert not outcomes[-1].called
    bench.clock.advance(0.01)
    assert failed(outcomes[-1], StoreBusy)
    bench.asked[0].callback(None)
    assert len(bench.asked) == PLACES
    bench.ask()
    assert len(bench.asked) == PLACES + 1


def test_a_turn_itself_takes_as_long_as_it_takes(bench):
    outcome = bench.ask()
    bench.clock.advance(100 * TURN_TIMEOUT)
    bench.asked[0].callback("late")
    assert outcome.result == "late"


def test_only_so_many_wait(bench):
    waiting = [bench.ask() for _ in range(PLACES + MOST_WAITING)][PLACES:]
    assert failed(bench.ask(), StoreBusy)
    assert not any(outcome.called for outcome in waiting)


def test_whoever_gives_up_waiting_leaves_the_turn_to_the_next(bench):
    outcomes = [bench.ask() for _ in range(PLACES + 2)]
    outcomes[PLACES].addErrback(lambda _: None)
    outcomes[PLACES].cancel()
    bench.asked[0].callback(None)
    assert len(bench.asked) == PLACES + 1
    bench.asked[-1].callback("next")
    assert outcomes[-1].result == "next"
