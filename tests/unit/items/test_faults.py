import pytest

from mmod.errors import BadRecord
from mmod.items.belongings import Belongings, at_rest, restored
from mmod.items.equipment import Equipment, WornState
from mmod.items.faults import faults
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.items.rulebook import Rulebook

CLUB = ItemInstance("club-1", "club")
GHOST = ItemInstance("ghost-1", "ghost")


def carried(instance: ItemInstance, compartment: str = "belt") -> Inventory:
    return Inventory((Stowed(instance, compartment),))


def test_possible_belongings_have_no_fault(book: Rulebook) -> None:
    worn = WornState({"main_hand": ItemInstance("i", "club")}, {"feet": 0.0, "main_hand": 1.5})
    assert list(faults(carried(CLUB), worn, book)) == []


@pytest.mark.parametrize(
    ("inventory", "worn", "fault"),
    [
        (carried(GHOST), WornState(), "item 'ghost-1': no template 'ghost' in the catalogue"),
        (carried(CLUB, "pocket"), WornState(), "item 'club-1': no compartment 'pocket'"),
        (Inventory(), WornState({"head": GHOST}), "item 'ghost-1': no template 'ghost' in the catalogue"),
        (
            Inventory(),
            WornState({"head": CLUB}),
            "item 'club-1': worn in 'head', which its template 'club' does not allow",
        ),
        (
            Inventory(),
            WornState({"neck": ItemInstance("charm-1", "charm")}),
            "item 'charm-1': worn in 'neck', which its template 'charm' does not allow",
        ),
        (
            Inventory((Stowed(CLUB, "belt"), Stowed(CLUB, "backpack"))),
            WornState(),
            "item 'club-1': is there more than once",
        ),
        (carried(CLUB), WornState({"main_hand": CLUB}), "item 'club-1': is there more than once"),
        (Inventory(), WornState({}, {"neck": 1.0}), "cooldown: no slot 'neck'"),
        (
            Inventory(),
            WornState({}, {"head": -0.5}),
            "cooldown of slot 'head': must be a number of seconds from 0, not -0.5",
        ),
        (
            Inventory(),
            WornState({}, {"head": float("nan")}),
            "cooldown of slot 'head': must be a number of seconds from 0, not nan",
        ),
        (
            Inventory(),
            WornState({}, {"head": float("inf")}),
            "cooldown of slot 'head': must be a number of seconds from 0, not inf",
        ),
    ],
)
def test_each_fault_names_what_is_wrong_and_makes_the_record_bad(
    book: Rulebook, inventory: Inventory, worn: WornState, fault: str
) -> None:
    assert list(faults(inventory, worn, book)) == [fault]
    with pytest.raises(BadRecord) as refusal:
        restored(inventory, worn, 0.0, book)
    assert str(refusal.value) == fault


def test_a_bad_record_names_the_first_fault(book: Rulebook) -> None:
    with pytest.raises(BadRecord, match="ghost-1"):
        restored(carried(GHOST), WornState({}, {"neck": 1.0}), 0.0, book)


def test_what_was_put_to_rest_comes_back_with_its_cooldowns(book: Rulebook) -> None:
    before = Belongings(carried(CLUB), Equipment({"head": ItemInstance("i", "crown")}, {"head": 51.5, "feet": 3.0}))
    after = restored(before.inventory, at_rest(before.equipment, 50.0), 7.0, book)
    assert after == Belongings(before.inventory, Equipment(before.equipment.slots, {"head": 8.5}))


def test_a_cooldown_longer_than_the_rule_is_cut_to_it(book: Rulebook) -> None:
    after = restored(Inventory(), WornState({}, {"head": 3600.0}), 7.0, book)
    assert after.equipment.cooldown_remaining("head", 7.0) == 2.0


def test_more_than_the_present_limits_is_not_a_bad_record(book: Rulebook) -> None:
    heavy, bulky = ItemInstance("i1", "lead", 500), ItemInstance("i2", "cork", 500)
    inventory = Inventory((Stowed(heavy, "belt"), Stowed(bulky, "belt")))
    assert restored(inventory, WornState(), 0.0, book) == Belongings(inventory)


def test_slots_come_back_in_their_order_whatever_the_database_did(book: Rulebook) -> None:
    worn = WornState({"head": ItemInstance("i1", "crown"), "main_hand": CLUB})
    assert list(restored(Inventory(), worn, 0.0, book).equipment.slots) == ["main_hand", "head"]
