from itertools import pairwise

from attrs import define

from mmod.shard.turns import FEW, LOOK, Turns


@define
class Eyes:
    turn: int
    heard: int = 0
    heard_before: int = 0


def spread(*wishes):
    """Return viewers with turns in order, of two, each heard so many ticks ago in the rhythm of snapshots."""
    return [Eyes(number % 2, 100 + wish, 98 + wish) for number, wish in enumerate(wishes)]


def turns(viewers):
    return [viewer.turn for viewer in viewers]


def test_those_who_come_get_each_turn_in_order():
    given = Turns(3, 20)
    assert [given.first() for _ in range(7)] == [0, 1, 2, 0, 1, 2, 0]


def test_it_is_time_to_settle_now_and_then():
    given = Turns(2, 20)
    assert [tick for tick in range(1, 20 * LOOK * 2 + 1) if given.due(tick)] == [20 * LOOK, 40 * LOOK]


def test_with_one_turn_there_is_nothing_to_settle():
    assert not any(Turns(1, 10).due(tick) for tick in range(1, 10 * LOOK + 1))


def test_viewers_get_the_turn_after_the_tick_after_which_they_are_heard():
    viewers = spread(*[0, 1] * 20)  # turns 0, 1, 0, 1: each is heard after a tick of its own turn
    while Turns(2, 20).settle(viewers):
        pass
    assert turns(viewers) == [1, 0] * 20


def test_a_viewer_that_has_the_turn_it_needs_keeps_it():
    viewers = spread(*[1, 0] * 20)
    assert not Turns(2, 20).settle(viewers)
    assert turns(viewers) == [0, 1] * 20


def test_turns_stay_even_when_all_want_the_same():
    viewers = spread(*[0] * 100)
    assert Turns(2, 20).settle(viewers)
    assert turns(viewers).count(1) == 55
    assert not Turns(2, 20).settle(viewers)


def test_viewers_that_are_not_heard_in_the_rhythm_of_snapshots_stay():
    viewers = [Eyes(number % 2, 101, 101 - gap) for number, gap in enumerate([0, 1, 3, 5, 6, 50] * 20)]
    assert not Turns(2, 20).settle(viewers)


def test_one_heard_at_every_other_snapshot_gets_its_turn():
    viewers = [*spread(*[1, 0] * 20), Eyes(0, 104, 100)]
    assert Turns(2, 20).settle(viewers)
    assert viewers[-1].turn == 1


def test_each_of_many_turns_can_be_wished():
    given, viewers = (
        Turns(4, 20),
        [Eyes(number % 4, 100 + number // 4 % 4, 96 + number // 4 % 4) for number in range(160)],
    )
    while given.settle(viewers):
        pass
    right = sum(viewer.turn == (viewer.heard + 1) % 4 for viewer in viewers)
    sizes = [turns(viewers).count(turn) for turn in range(4)]
    assert right > 140
    assert max(sizes) <= 44
    assert all(abs(one - other) <= 8 for one, other in pairwise(sizes))


def test_a_few_all_get_what_they_want():
    viewers = spread(*[0] * FEW)
    assert Turns(2, 20).settle(viewers)
    assert turns(viewers) == [1] * FEW
