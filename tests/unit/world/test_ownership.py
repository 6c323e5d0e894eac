import math

import pytest

from mmod.errors import (
    DuplicateInstance,
    EquipLocked,
    ExceedsBulk,
    ExceedsWeight,
    IllegalSlot,
    ItemNotFound,
    SkillGate,
    SlotEmpty,
    Unavailable,
    UnknownCompartment,
    UnknownPlayer,
    UnknownTemplate,
)
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.items.movements import Movement
from mmod.world.commands import Equip, Evict, Grant, Join, SetSkill, Unequip
from mmod.world.events import (
    EquipmentChanged,
    Equipped,
    Granted,
    InventoryChanged,
    ItemsMoved,
    Refused,
    SkillsChanged,
    Unequipped,
)
from mmod.world.sequences import REMEMBERED
from mmod.world.state import Versions

CAP, SWORD, ANVIL = ItemInstance("cap-1", "cap"), ItemInstance("sword-1", "sword"), ItemInstance("anvil-1", "anvil")


@pytest.fixture
def ada(engine):
    """Ada has a cap and a sword, and is too unskilled for the sword."""
    engine.apply(Join("ada", "Ada", starting_items=(CAP, SWORD)))
    return engine


def test_an_equipped_item_is_shown_in_both_parts(ada):
    events = ada.apply(Equip("ada", "cap-1", "head", 0.0, seq=3))
    player = ada.player("ada")
    assert events == (
        ItemsMoved("ada", (Movement("cap-1", "cap", 1, "carried:backpack", "worn:head"),), "equip", 3),
        Equipped("ada", 3, "head", "cap-1"),
        InventoryChanged("ada", 1, player.inventory, player.encumbrance),
        EquipmentChanged("ada", 1, player.equipment),
    )
    assert player.inventory == Inventory((Stowed(SWORD, "backpack"),))
    assert player.equipment.slots == {"head": CAP}
    assert player.versions == Versions(1, 1, 0)


def test_an_unequipped_item_is_shown_in_both_parts(ada):
    ada.apply(Equip("ada", "cap-1", "head", 0.0, seq=3))
    events = ada.apply(Unequip("ada", "head", 0.0, "belt", seq=4))
    player = ada.player("ada")
    assert events == (
        ItemsMoved("ada", (Movement("cap-1", "cap", 1, "worn:head", "carried:belt"),), "unequip", 4),
        Unequipped("ada", 4, "head", "cap-1"),
        InventoryChanged("ada", 2, player.inventory, player.encumbrance),
        EquipmentChanged("ada", 2, player.equipment),
    )
    assert player.inventory.items[-1] == Stowed(CAP, "belt")


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (Equip("ada", "nothing", "head", 0.0, seq=7), ItemNotFound),
        (Equip("ada", "cap-1", "feet", 0.0, seq=7), IllegalSlot),
        (Equip("ada", "sword-1", "main_hand", 0.0, seq=7), SkillGate),
        (Equip("ada", "cap-1", "head", 0.0, seq=7, store_away=True), Unavailable),
        (Unequip("ada", "head", 0.0, seq=7), SlotEmpty),
        (Unequip("ada", "tail", 0.0, seq=7), IllegalSlot),
        (Unequip("ada", "head", 0.0, seq=7, store_away=True), Unavailable),
        (Equip("bob", "cap-1", "head", 0.0, seq=7), UnknownPlayer),
        (Unequip("bob", "head", 0.0, seq=7), UnknownPlayer),
    ],
)
def test_a_refusal_says_what_was_asked_and_changes_nothing_but_the_sequence(ada, command, error):
    before = ada.player("ada")
    (event,) = ada.apply(command)
    assert isinstance(event, Refused)
    assert type(event.error) is error
    assert event.operation == type(command).__name__.lower()
    assert (event.player_id, event.slot, event.seq) == (command.player_id, command.slot, 7)
    after = ada.player("ada")
    assert (after.inventory, after.equipment, after.versions) == (before.inventory, before.equipment, before.versions)


def test_a_slot_cools_down_in_world_time(ada):
    ada.apply(Equip("ada", "cap-1", "head", 10.0))
    ada.apply(Unequip("ada", "head", 10.0))
    (event,) = ada.apply(Equip("ada", "cap-1", "head", 11.999))
    assert isinstance(event.error, EquipLocked)
    assert len(ada.apply(Equip("ada", "cap-1", "head", 12.0))) == 4


@pytest.mark.parametrize("now", [math.nan, math.inf])
def test_a_time_that_is_not_finite_raises(ada, now):
    with pytest.raises(ValueError, match="not finite"):
        ada.apply(Equip("ada", "cap-1", "head", now, seq=1))
    assert len(ada.apply(Equip("ada", "cap-1", "head", 0.0, seq=1))) == 4


def test_a_number_seen_before_does_nothing_and_gets_no_answer(ada):
    ada.apply(Equip("ada", "cap-1", "head", 0.0, seq=3))
    before = ada.player("ada")
    assert ada.apply(Equip("ada", "cap-1", "head", 0.0, seq=3)) == ()
    assert ada.apply(Unequip("ada", "head", 0.0, seq=3)) == ()
    assert ada.player("ada") == before


@pytest.mark.parametrize("store_away", [False, True])
def test_a_refused_number_is_taken_too(ada, store_away):
    ada.apply(Equip("ada", "sword-1", "main_hand", 0.0, seq=3, store_away=store_away))
    ada.apply(SetSkill("ada", "melee", 10))
    assert ada.apply(Equip("ada", "sword-1", "main_hand", 0.0, seq=3)) == ()
    assert len(ada.apply(Equip("ada", "sword-1", "main_hand", 0.0, seq=4))) == 4


def test_without_a_number_everything_is_applied(ada):
    assert len(ada.apply(Equip("ada", "cap-1", "head", 0.0))) == 4
    assert len(ada.apply(Unequip("ada", "head", 0.0))) == 4
    assert ada.player("ada").sequences.floor == 0


def test_numbers_may_have_gaps_and_come_late(ada):
    assert len(ada.apply(Equip("ada", "cap-1", "head", 0.0, seq=2_000))) == 4
    assert len(ada.apply(Unequip("ada", "head", 0.0, seq=1))) == 4
    assert ada.player("ada").sequences.above == (2_000,)


def test_what_is_remembered_of_the_numbers_is_bounded(ada):
    for seq in range(2, 4 * REMEMBERED, 2):
        ada.apply(Unequip("ada", "head", 0.0, seq=seq))
    assert len(ada.player("ada").sequences.above) == REMEMBERED


# --- granting ---


def test_a_granted_item_lies_in_its_compartment_and_weighs(ada):
    events = ada.apply(Grant("ada", ANVIL, "craft_bag"))
    player = ada.player("ada")
    assert events == (
        ItemsMoved("ada", (Movement("anvil-1", "anvil", 1, None, "carried:craft_bag"),), "grant"),
        Granted("ada", "anvil-1"),
        InventoryChanged("ada", 1, player.inventory, player.encumbrance),
    )
    assert player.inventory.items[-1] == Stowed(ANVIL, "craft_bag")
    assert player.encumbrance.current_weight == pytest.approx(94.5)
    assert player.versions == Versions(1, 0, 0)


@pytest.mark.parametrize(
    ("grant", "error"),
    [
        (Grant("ada", ItemInstance("i", "nothing")), UnknownTemplate),
        (Grant("ada", ItemInstance("i", "cap"), "pocket"), UnknownCompartment),
        (Grant("ada", ItemInstance("i", "cap", 96)), ExceedsWeight),
        (Grant("ada", ItemInstance("i", "crate"), "belt"), ExceedsBulk),
        (Grant("ada", ItemInstance("cap-1", "cap")), DuplicateInstance),
        (Grant("bob", ItemInstance("i", "cap")), UnknownPlayer),
    ],
)
def test_a_refused_grant_changes_nothing(ada, grant, error):
    before = ada.player("ada")
    (event,) = ada.apply(grant)
    assert type(event.error) is error
    assert (event.operation, event.seq) == (None, 0)
    assert ada.player("ada") == before


def test_an_instance_id_is_unique_in_the_world_also_while_it_is_worn(ada):
    ada.apply(Join("bob", "Bob"))
    ada.apply(Equip("ada", "cap-1", "head", 0.0))
    (event,) = ada.apply(Grant("bob", CAP))
    assert isinstance(event.error, DuplicateInstance)
    ada.apply(Evict("ada"))
    assert len(ada.apply(Grant("bob", CAP))) == 3


# --- skills ---


def test_a_skill_is_set_and_shown_whole(ada):
    ada.apply(SetSkill("ada", "magic", 1))
    assert ada.apply(SetSkill("ada", "melee", 10)) == (SkillsChanged("ada", 2, {"magic": 1, "melee": 10}),)
    assert ada.player("ada").skills == {"magic": 1, "melee": 10}


def test_a_negative_level_raises(ada):
    with pytest.raises(ValueError, match="-1"):
        ada.apply(SetSkill("ada", "melee", -1))
    assert ada.player("ada").skills == {}


def test_who_is_not_there_has_no_skills(ada):
    (event,) = ada.apply(SetSkill("bob", "melee", 1))
    assert isinstance(event.error, UnknownPlayer)
