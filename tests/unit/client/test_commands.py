import pytest

from mmod.client.commands import MOST_WAITING, Command, CommandQueue
from mmod.client.errors import TooManyCommands
from mmod.client.values import Equipment, Item, Worn
from mmod.client.walking import PACE
from mmod.wire.messages import Equip, EquipmentResultData, Unequip

EQUIP = Command("equip", "head", instance_id="cap")
UNEQUIP = Command("unequip", "head", compartment="belt")
BARE = Equipment({})
CAPPED = Equipment({"head": Worn(Item("cap", "cap_wool"))})
HATTED = Equipment({"head": Worn(Item("hat", "hat_straw"))})


def answer(seq, code="success"):
    return EquipmentResultData("equip", "head", code == "success", code, "", seq)


@pytest.fixture
def queue():
    """A queue in which an equip has been asked and an unequip waits."""
    queue = CommandQueue()
    queue.put(EQUIP, "first")
    queue.put(UNEQUIP, "second")
    assert queue.ask_next(0.0) == Equip(1, "cap", "head")
    return queue


def test_one_command_is_asked_at_a_time_and_not_too_soon_after_the_last(queue):
    assert queue.due == float("inf")
    settled = queue.answered(answer(1))
    assert (settled.waiter, settled.result.code) == ("first", "success")
    assert queue.due == PACE
    assert queue.ask_next(1.0) == Unequip(2, "head", "belt")


def test_nothing_is_due_when_nothing_waits():
    assert CommandQueue().due == float("inf")


def test_answers_that_nobody_waits_for_are_let_through(queue):
    assert queue.answered(answer(7)) is None
    assert queue.answered(answer(1)) is not None
    assert queue.answered(answer(1)) is None


def test_too_many_commands_are_not_queued():
    queue = CommandQueue()
    for number in range(MOST_WAITING):
        queue.put(EQUIP, number)
    with pytest.raises(TooManyCommands):
        queue.put(EQUIP, "one too many")
    assert queue.abandon() == list(range(MOST_WAITING))


def test_all_who_wait_are_known_when_it_is_given_up(queue):
    assert queue.abandon() == ["first", "second"]
    assert queue.abandon() == []
    assert queue.again() is None


@pytest.mark.parametrize("resumed", [True, False])
def test_what_the_join_shows_done_has_succeeded(queue, resumed):
    settled = queue.joined(resumed, CAPPED)
    assert (settled.waiter, settled.result.success, settled.result.operation) == ("first", True, "equip")
    assert queue.again() is None
    assert queue.ask_next(1.0).seq == (2 if resumed else 1)


@pytest.mark.parametrize("shown", [BARE, HATTED])
def test_what_it_does_not_show_is_asked_again_under_its_number(queue, shown):
    assert queue.joined(True, shown) is None
    assert queue.again() == Equip(1, "cap", "head")
    queue.followed(40)
    assert queue.answered(answer(1, "equip_locked")).result.code == "equip_locked"


def test_silence_about_a_repeated_command_that_shows_means_that_its_success_is_still_to_come(queue):
    queue.joined(True, BARE)
    queue.followed(40)
    queue.acknowledged(40, CAPPED)
    queue.acknowledged(41, BARE)
    assert queue.due == float("inf")
    assert queue.answered(answer(1)).waiter == "first"


def test_silence_about_a_repeated_command_that_does_not_show_means_that_it_was_refused(queue):
    queue.joined(True, BARE)
    queue.followed(40)
    queue.acknowledged(39, BARE)
    assert queue.due == float("inf")
    queue.acknowledged(40, BARE)
    assert queue.ask_next(1.0) == Equip(2, "cap", "head")
    assert queue.answered(answer(1)) is None
    assert queue.answered(answer(2)).waiter == "first"


def test_a_new_session_is_asked_anew_from_the_first_number(queue):
    queue.answered(answer(1))
    queue.ask_next(1.0)
    assert queue.joined(False, CAPPED) is None
    assert queue.again() is None
    assert queue.ask_next(2.0) == Unequip(1, "head", "belt")


def test_before_a_connection_is_lost_no_state_decides_anything(queue):
    queue.acknowledged(1_000, BARE)
    assert queue.due == float("inf")


def test_an_unequip_is_done_when_the_slot_is_empty():
    assert UNEQUIP.done_in(BARE)
    assert not UNEQUIP.done_in(HATTED)
