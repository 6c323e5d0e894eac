import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.spatial.cells import Cell, neighbourhood
from mmod.world.density import Density, changes, density, places, rationed

small_cells = st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), max_size=12)


def array(cells):
    return np.array(cells, np.int64).reshape(-1, 2)


def change(players, bots, target):
    return int(changes(Density(np.zeros(1, np.int64), np.array([players]), np.array([bots])), target)[0])


@given(small_cells, small_cells)
def test_active_cells_hold_a_player_or_border_on_one_that_does(players, bots):
    found = density(array(players), array(bots))
    active = sorted({near for cell in players for near in neighbourhood(Cell(*cell))})
    assert [tuple(cell) for cell in found.cells.tolist()] == active
    assert found.players.tolist() == [players.count(cell) for cell in active]
    assert found.bots.tolist() == [bots.count(cell) for cell in active]


@pytest.mark.parametrize(
    ("target", "total", "expected"),
    [
        (10, 7, 1),
        (10, 8, 0),
        (10, 12, 0),
        (10, 13, -1),
        (3, 2, 1),
        (3, 3, 0),
        (3, 4, -1),
        (5, 4, 0),
        (5, 6, 0),
        (100, 79, 10),
        (100, 80, 0),
        (100, 120, 0),
        (100, 121, -10),
        (11, 0, 2),
        (1, 0, 1),
        (0, 5, 0),
    ],
)
def test_a_cell_changes_only_when_it_is_more_than_a_fifth_off_its_target(target, total, expected):
    assert change(0, total, target) == expected


def test_players_count_and_cannot_be_sent_away():
    assert change(7, 0, 10) == 1
    assert change(9, 0, 10) == 0
    assert change(50, 0, 10) == 0
    assert change(50, 1, 100) == 10
    assert change(200, 3, 100) == -3


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 100))
def test_every_second_brings_a_cell_nearer_to_its_target_and_never_beyond(players, bots, target):
    step = change(players, bots, target)
    before, after = players + bots - target, players + bots + step - target
    assert abs(step) <= math.ceil(target / 10)
    assert abs(after) <= abs(before)
    assert before * after >= 0
    assert step != 0 or 5 * abs(before) <= target or (before > 0 and bots == 0)


def test_the_lowest_cells_come_first_when_room_is_short():
    assert rationed(np.array([2, 2, 2]), 3).tolist() == [2, 1, 0]
    assert rationed(np.array([2, 2, 2]), 9).tolist() == [2, 2, 2]
    assert rationed(np.array([2, 2, 2]), 0).tolist() == [0, 0, 0]
    assert rationed(np.array([2, 2, 2]), -4).tolist() == [0, 0, 0]


@given(st.sets(st.integers(0, 20)), st.lists(st.integers(0, 20)))
def test_places_finds_keys_that_are_there(keys, wanted):
    keys = sorted(keys)
    place, present = places(np.array(keys, np.int64), np.array(wanted, np.int64))
    assert present.tolist() == [key in keys for key in wanted]
    assert place[present].tolist() == [keys.index(key) for key in wanted if key in keys]
