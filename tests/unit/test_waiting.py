import pytest
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock

from mmod.errors import StoreAway, StoreError
from mmod.net.readiness import Readiness
from mmod.waiting import when_back


class Wait:
    """Asks a store that fails so many times; `tries` holds when, `answers` what came of it in the end."""

    def __init__(self, *faults):
        self._faults = list(faults)
        self.clock, self.readiness = Clock(), Readiness()
        self.tries, self.answers = [], []
        waited = Deferred.fromCoroutine(when_back(self._ask, self.clock, self.readiness))
        waited.addErrback(lambda failure: failure.value).addCallback(self.answers.append)

    def _ask(self):
        self.tries.append(self.clock.seconds())
        return fail(self._faults.pop(0)) if self._faults else succeed("here")


def test_an_answer_is_returned_at_once():
    assert Wait().answers == ["here"]


def test_a_store_that_is_away_is_asked_again_after_growing_pauses():
    wait = Wait(*[StoreAway("down")] * 6)
    wait.clock.pump([0.25] * 90)
    assert wait.answers == ["here"]
    assert wait.tries == [0.0, 0.5, 1.5, 3.5, 7.5, 12.5, 17.5]


def test_readiness_says_so_as_long_as_the_store_is_away():
    wait = Wait(StoreAway("down"))
    assert wait.readiness.reason == "waiting for the store"
    wait.clock.advance(0.5)
    assert wait.readiness.reason == "starting"


@pytest.mark.parametrize("before", [0, 2])
def test_any_other_failure_is_raised(before):
    wait = Wait(*[StoreAway("down")] * before, StoreError("no"))
    wait.clock.pump([0.25] * 8)
    (error,) = wait.answers
    assert type(error) is StoreError
