from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from mmod.store.telling import LONGEST_TELLING, Telling


class Play:
    """Callers that note when they are told, each of whom takes a while."""

    def __init__(self, takes=0.0):
        self.clock = Clock()
        self.telling = Telling(self.clock)
        self.told = []
        self.takes = takes

    def callers(self, *names):
        return [Deferred().addCallback(self.hear, name) for name in names]

    def hear(self, _, name):
        self.told.append(name)
        self.clock.rightNow += self.takes

    def tell(self, *names, done="done"):
        self.telling.tell(self.callers(*names), lambda: self.told.append(done))


def test_those_who_take_no_time_are_told_at_once_and_then_it_is_done():
    play = Play()
    play.tell(*"abc")
    assert play.told == ["a", "b", "c", "done"]
    assert not play.telling
    assert not play.clock.getDelayedCalls()


def test_it_is_done_at_once_when_nobody_waits():
    play = Play()
    play.tell()
    assert play.told == ["done"]


def test_the_rest_is_told_in_later_turns_when_a_turn_has_taken_its_time():
    play = Play(takes=0.6 * LONGEST_TELLING)
    play.tell(*"abcde")
    assert play.told == ["a", "b"]
    assert play.telling
    play.clock.callLater(0, play.told.append, "other work")
    play.clock.advance(0)
    assert play.told == ["a", "b", "c", "d", "other work", "e", "done"]
    assert not play.telling
    assert not play.clock.getDelayedCalls()


def test_whoever_comes_later_is_told_later():
    play = Play(takes=LONGEST_TELLING)
    play.tell("a", "b", done="first")
    play.tell("c", done="second")
    assert play.told == ["a"]
    play.clock.advance(0)
    assert play.told == ["a", "b", "first", "c", "second"]


def test_whoever_comes_while_others_are_told_is_told_after_them():
    play = Play()
    first = Deferred().addCallback(lambda _: play.tell("c", done="second"))
    play.telling.tell([first, *play.callers("b")], lambda: play.told.append("first"))
    assert play.told == ["b", "first", "c", "second"]


def test_finishing_tells_everybody_and_leaves_no_timer():
    play = Play(takes=LONGEST_TELLING)
    play.tell(*"abc")
    play.telling.finish()
    assert play.told == ["a", "b", "c", "done"]
    assert not play.clock.getDelayedCalls()
    play.tell("d")
    assert play.told[-1] == "d"
