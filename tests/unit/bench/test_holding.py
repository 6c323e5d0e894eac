import pytest

from bench.holding import CLOSE, most_held


@pytest.mark.parametrize("held", [150, 900, 1299, 1300, 1730, 1999])
def test_it_finds_about_the_most_that_hold(held):
    asked = []

    def holds(clients):
        asked.append(clients)
        return clients <= held

    assert held - CLOSE <= most_held(1300, 2000, holds) <= held
    assert len(asked) <= 6


def test_the_goal_is_enough():
    asked = []
    assert most_held(1300, 2000, lambda clients: not asked.append(clients)) == 2000
    assert asked == [2000]


def test_a_server_that_holds_nobody_holds_none():
    assert most_held(1300, 2000, lambda clients: False) == 0
