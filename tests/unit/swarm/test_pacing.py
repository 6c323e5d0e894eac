from collections import Counter

import pytest

from mmod.swarm.pacing import Rounds


def test_every_group_has_its_turn_once_in_a_period():
    rounds = Rounds(groups=20, period=0.1, origin=5.0)
    turns, now = [], 5.0
    while now < 5.999:
        turns += rounds.due(now)
        now += rounds.pause(now) + 1e-6
    assert turns[:20] == list(range(20))
    assert Counter(turns) == Counter(dict.fromkeys(range(20), 10))


def test_the_pause_ends_with_the_next_turn():
    rounds = Rounds(groups=10, period=1.0, origin=0.0)
    assert rounds.due(0.0) == [0]
    assert rounds.pause(0.03) == pytest.approx(0.07)
    assert rounds.due(0.05) == []
    assert rounds.pause(0.2) == 0.0


def test_a_late_loop_catches_up_but_no_group_has_two_turns_at_once():
    rounds = Rounds(groups=4, period=1.0, origin=0.0)
    assert rounds.due(0.0) == [0]
    assert rounds.due(0.8) == [1, 2, 3]
    assert sorted(rounds.due(50.1)) == [0, 1, 2, 3]
    assert rounds.due(50.1) == []
