import pytest

from mmod.items.equipment import Equipment, in_slot_order
from mmod.items.instances import ItemInstance

CAP = ItemInstance("i1", "cap")
CLUB = ItemInstance("i2", "club")


def test_slots_are_shown_in_their_order_whatever_was_put_on_first() -> None:
    equipment = Equipment().with_item("head", CAP, 7.0).with_item("main_hand", CLUB, 5.0)
    assert list(equipment.slots.items()) == [("main_hand", CLUB), ("head", CAP)]
    assert list(equipment.free_at.items()) == [("main_hand", 5.0), ("head", 7.0)]


def test_a_slot_that_does_not_exist_is_never_dropped_silently() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        in_slot_order({"neck": CAP})


def test_equipment_does_not_follow_later_changes_of_what_it_was_made_from() -> None:
    slots = {"head": CAP}
    equipment = Equipment(slots)
    slots.clear()
    assert equipment.slots == {"head": CAP}


@pytest.mark.parametrize(
    ("now", "remaining"), [(5.0, 2.0), (6.5, 0.5), (6.999, 0.001), (7.0 - 1e-10, 0.0), (7.0, 0.0), (8.0, 0.0)]
)
def test_a_cooldown_runs_down_to_zero_and_stays_there(now: float, remaining: float) -> None:
    assert Equipment({}, {"head": 7.0}).cooldown_remaining("head", now) == pytest.approx(remaining, abs=1e-12)


def test_a_slot_never_used_is_free() -> None:
    assert Equipment().cooldown_remaining("feet", 3.0) == 0.0


def test_an_item_takes_the_place_of_the_one_before() -> None:
    other = ItemInstance("i3", "cap")
    equipment = Equipment({"head": CAP}, {"head": 1.0}).with_item("head", other, 4.0)
    assert equipment == Equipment({"head": other}, {"head": 4.0})


def test_emptying_a_slot_leaves_the_others_and_every_cooldown() -> None:
    equipment = Equipment({"head": CAP, "main_hand": CLUB}, {"head": 7.0})
    assert equipment.without("head") == Equipment({"main_hand": CLUB}, {"head": 7.0})
