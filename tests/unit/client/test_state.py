import pytest
from attrs.exceptions import FrozenInstanceError

from mmod.client.reading import Reading, Self, View
from mmod.client.state import begun, handed_over, shown
from mmod.client.values import Entity, Equipment, Item, Point, Worn
from mmod.wire.messages import CellName

from .test_reading import WELCOME

BEGUN = begun(Reading().message(WELCOME, False).data)
STILL = Point(0.0, 0.0)
BEN = Entity("ben", Point(3.0, 4.0), STILL, "player", "Ben")
BOT = Entity("bot-1", Point(1.0, 0.0), STILL, "bot", "bot-1")


def view(tick, **parts):
    return View(5, tick, Self("ada", Point(1.0, 2.0), Point(3.0, 0.0)), (BEN, BOT), **parts)


def test_a_state_shows_the_newest_and_keeps_what_was_not_said_again():
    state = shown(BEGUN, view(BEGUN.tick + 2))
    assert (state.pos, state.vel, state.ack) == (Point(1.0, 2.0), Point(3.0, 0.0), 5)
    assert state.players == [BEN]
    assert (state.inventory, state.equipment, state.skills) == (BEGUN.inventory, BEGUN.equipment, BEGUN.skills)
    assert state.encumbrance is state.inventory.encumbrance


def test_what_was_said_anew_takes_the_place_of_the_old():
    state = shown(BEGUN, view(BEGUN.tick + 2, skills={"melee": 99}, equipment=Equipment({})))
    assert (state.skills, state.equipment.slots) == ({"melee": 99}, {})


def test_a_cooldown_runs_down_with_the_ticks():
    worn = Equipment({"head": Worn(Item("a", "cap_wool"), cooldown_remaining=2.0)})
    state = shown(BEGUN, view(BEGUN.tick + 2, equipment=worn))
    assert state.cooldown("head") == 2.0
    hz = state.world.tick_hz
    assert shown(state, view(state.tick + hz)).cooldown("head") == 1.0
    assert shown(state, view(state.tick + 3 * hz)).cooldown("head") == 0.0
    assert state.cooldown("feet") == 0.0


def test_a_handover_changes_the_cell_alone():
    state = handed_over(BEGUN, CellName(7, 8))
    assert state.cell == CellName(7, 8)
    assert shown(state, view(BEGUN.tick + 2)).cell == CellName(7, 8)


def test_a_state_is_frozen():
    with pytest.raises(FrozenInstanceError):
        BEGUN.tick = 0


def test_points_know_distance_and_direction():
    assert STILL.distance(BEN.pos) == 5.0
    assert STILL.towards(BEN.pos) == Point(0.6, 0.8)
    assert BEN.pos.towards(BEN.pos) == STILL
