from collections.abc import Mapping

import pytest

from mmod.errors import (
    DuplicateInstance,
    EquipLocked,
    ExceedsBulk,
    ExceedsWeight,
    IllegalSlot,
    ItemNotFound,
    RuleViolation,
    SkillGate,
    SlotEmpty,
    UnknownCompartment,
    UnknownTemplate,
)
from mmod.items.belongings import Belongings, at_rest, equip, stow, unequip
from mmod.items.equipment import Equipment, WornState
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.items.rulebook import Rulebook
from mmod.items.rules import SLOTS, ItemRules
from mmod.items.templates import Catalogue

SWORD = ItemInstance("sword-1", "sword")
CLUB = ItemInstance("club-1", "club")
POLE = ItemInstance("pole-1", "pole")
DAGGER = ItemInstance("dagger-1", "dagger")
FENCER: Mapping[str, int] = {"melee": 10}


def carried(*items: tuple[ItemInstance, str]) -> Inventory:
    return Inventory(tuple(Stowed(instance, compartment) for instance, compartment in items))


def corks(quantity: int) -> ItemInstance:
    return ItemInstance("cork-1", "cork", quantity)


def lead(quantity: int) -> ItemInstance:
    return ItemInstance("lead-1", "lead", quantity)


# --- stow ---


def test_a_stowed_item_lies_in_its_compartment_after_the_others(book: Rulebook) -> None:
    belongings = stow(stow(Belongings(), SWORD, "belt", book), CLUB, "backpack", book)
    assert belongings == Belongings(carried((SWORD, "belt"), (CLUB, "backpack")))


def test_stow_leaves_the_belongings_it_was_given_as_they_were(book: Rulebook) -> None:
    before = Belongings(carried((SWORD, "belt")))
    stow(before, CLUB, "belt", book)
    assert before == Belongings(carried((SWORD, "belt")))


@pytest.mark.parametrize(
    "before",
    [Belongings(carried((CLUB, "belt"))), Belongings(equipment=Equipment({"main_hand": CLUB}))],
    ids=["carried", "worn"],
)
def test_an_instance_that_is_owned_already_is_refused(book: Rulebook, before: Belongings) -> None:
    with pytest.raises(DuplicateInstance, match="there is an item 'club-1' already"):
        stow(before, ItemInstance("club-1", "sword"), "belt", book)


def test_an_unknown_template_is_refused_before_the_compartment_is_looked_at(book: Rulebook) -> None:
    with pytest.raises(UnknownTemplate, match="excalibur"):
        stow(Belongings(), ItemInstance("i", "excalibur"), "pocket", book)


def test_an_unknown_compartment_is_refused_before_the_weight(book: Rulebook) -> None:
    with pytest.raises(UnknownCompartment, match="no compartment 'pocket'; there are backpack, belt, craft_bag"):
        stow(Belongings(), lead(101), "pocket", book)


def test_too_much_weight_is_refused_before_the_bulk(book: Rulebook) -> None:
    with pytest.raises(ExceedsWeight, match="the weight would be 350, the limit is 100"):
        stow(Belongings(), ItemInstance("i", "sword", 100), "belt", book)


def test_exactly_the_weight_limit_fits(book: Rulebook) -> None:
    belongings = stow(Belongings(), lead(100), "belt", book)
    with pytest.raises(ExceedsWeight):
        stow(belongings, ItemInstance("i", "pebble"), "belt", book)


def test_what_is_worn_counts_towards_the_weight_limit(book: Rulebook) -> None:
    crowned = Belongings(equipment=Equipment({"head": ItemInstance("crown-1", "crown")}))
    assert stow(crowned, lead(40), "belt", book).inventory == carried((lead(40), "belt"))
    with pytest.raises(ExceedsWeight, match="the weight would be 101, the limit is 100"):
        stow(crowned, lead(41), "belt", book)


@pytest.mark.parametrize(("compartment", "cap"), [("backpack", 50), ("belt", 10), ("craft_bag", 30)])
def test_exactly_the_bulk_of_a_compartment_fits(book: Rulebook, compartment: str, cap: int) -> None:
    full = stow(Belongings(), corks(cap), compartment, book)
    with pytest.raises(ExceedsBulk, match=f"the bulk in {compartment} would be {cap + 1}, the limit is {cap}"):
        stow(full, ItemInstance("i", "cork"), compartment, book)


def test_a_full_compartment_leaves_room_in_the_others(book: Rulebook) -> None:
    full = stow(Belongings(), corks(10), "belt", book)
    assert len(stow(full, SWORD, "backpack", book).inventory.items) == 2


def test_rounding_does_not_keep_three_tenths_out_of_three_tenths(catalogue: Catalogue) -> None:
    assert 3 * 0.1 > 0.3
    tight = Rulebook(ItemRules(weight_limit=0.3, compartment_caps={"belt": 0.3}), catalogue)
    full = stow(Belongings(), ItemInstance("i", "pebble", 3), "belt", tight)
    with pytest.raises(ExceedsWeight):
        stow(full, ItemInstance("j", "pebble"), "belt", tight)


def test_rounding_does_not_keep_a_stack_out_of_its_compartment(catalogue: Catalogue) -> None:
    tight = Rulebook(ItemRules(compartment_caps={"belt": 0.3}), catalogue)
    full = stow(Belongings(), ItemInstance("i", "pebble", 3), "belt", tight)
    with pytest.raises(ExceedsBulk):
        stow(full, ItemInstance("j", "pebble"), "belt", tight)


# --- equip ---


def test_an_equipped_item_leaves_the_inventory_and_locks_its_slot(book: Rulebook) -> None:
    before = Belongings(carried((CLUB, "belt"), (SWORD, "belt")))
    after = equip(before, "sword-1", "main_hand", FENCER, 10.0, book)
    assert after == Belongings(carried((CLUB, "belt")), Equipment({"main_hand": SWORD}, {"main_hand": 12.0}))
    assert before == Belongings(carried((CLUB, "belt"), (SWORD, "belt")))


@pytest.mark.parametrize("slot", ["main_hand", "off_hand"])
def test_an_item_of_several_slots_fits_each_of_them(book: Rulebook, slot: str) -> None:
    after = equip(Belongings(carried((DAGGER, "belt"))), "dagger-1", slot, {}, 0.0, book)
    assert after.equipment.slots == {slot: DAGGER}


def test_a_stack_is_worn_whole(book: Rulebook) -> None:
    stack = ItemInstance("dagger-9", "dagger", 9)
    after = equip(Belongings(carried((stack, "belt"))), "dagger-9", "off_hand", {}, 0.0, book)
    assert after.equipment.slots == {"off_hand": stack}


def test_an_item_that_is_not_there_is_refused_before_the_slot_is_looked_at(book: Rulebook) -> None:
    with pytest.raises(ItemNotFound, match="the inventory holds no item 'sword-1'"):
        equip(Belongings(), "sword-1", "nose", {}, 0.0, book)


def test_an_item_that_is_worn_is_not_in_the_inventory(book: Rulebook) -> None:
    worn = Belongings(equipment=Equipment({"main_hand": DAGGER}))
    with pytest.raises(ItemNotFound):
        equip(worn, "dagger-1", "off_hand", {}, 0.0, book)


@pytest.mark.parametrize("slot", ["off_hand", "nose", ""])
def test_an_illegal_slot_is_refused_before_the_skills_are_asked(book: Rulebook, slot: str) -> None:
    with pytest.raises(IllegalSlot, match=f"Sword cannot be worn in '{slot}'"):
        equip(Belongings(carried((SWORD, "belt"))), "sword-1", slot, {}, 0.0, book)


def test_a_slot_that_only_a_template_knows_is_illegal(book: Rulebook) -> None:
    with pytest.raises(IllegalSlot):
        equip(Belongings(carried((ItemInstance("i", "charm"), "belt"))), "i", "neck", {}, 0.0, book)


@pytest.mark.parametrize(("skills", "level"), [({}, 0), ({"melee": 9}, 9), ({"archery": 99}, 0)])
def test_too_little_skill_is_refused_before_the_cooldown(book: Rulebook, skills: Mapping[str, int], level: int) -> None:
    locked = Belongings(carried((SWORD, "belt")), Equipment({}, {"main_hand": 1.0}))
    with pytest.raises(SkillGate, match=f"Sword needs melee 10; it is {level}"):
        equip(locked, "sword-1", "main_hand", skills, 0.0, book)


@pytest.mark.parametrize(("skills", "missing"), [({"lore": 2}, "faith 3"), ({"faith": 3}, "lore 2")])
def test_every_skill_of_an_item_is_asked(book: Rulebook, skills: Mapping[str, int], missing: str) -> None:
    with pytest.raises(SkillGate, match=missing):
        equip(Belongings(carried((ItemInstance("i", "relic"), "belt"))), "i", "head", skills, 0.0, book)


def test_a_cooldown_is_refused_before_the_room_for_a_swap(book: Rulebook) -> None:
    with pytest.raises(EquipLocked, match=r"main_hand is free again in 0\.500 s"):
        equip(tight_swap(free_at=1.0), "club-1", "main_hand", {}, 0.5, book)


@pytest.mark.parametrize("now", [10.0, 11.0, 11.999])
def test_a_slot_is_locked_until_two_seconds_have_passed(book: Rulebook, now: float) -> None:
    once = equip(Belongings(carried((CLUB, "belt"), (DAGGER, "belt"))), "club-1", "main_hand", {}, 10.0, book)
    with pytest.raises(EquipLocked):
        equip(once, "dagger-1", "main_hand", {}, now, book)


@pytest.mark.parametrize("start", [10.0, 0.05 * 7, 123456.05])
def test_a_slot_is_free_at_exactly_two_seconds(book: Rulebook, start: float) -> None:
    once = equip(Belongings(carried((CLUB, "belt"), (DAGGER, "belt"))), "club-1", "main_hand", {}, start, book)
    assert equip(once, "dagger-1", "main_hand", {}, start + 2.0, book).equipment.slots == {"main_hand": DAGGER}


@pytest.mark.parametrize("start", range(0, 40_000_000, 1_234_567))
def test_a_slot_is_free_forty_ticks_later_whatever_the_tick(book: Rulebook, start: int) -> None:
    once = equip(Belongings(carried((CLUB, "belt"), (DAGGER, "belt"))), "club-1", "main_hand", {}, start / 20, book)
    assert equip(once, "dagger-1", "main_hand", {}, (start + 40) / 20, book).equipment.slots == {"main_hand": DAGGER}


def test_one_slots_cooldown_does_not_lock_another(book: Rulebook) -> None:
    once = equip(Belongings(carried((CLUB, "belt"), (DAGGER, "belt"))), "club-1", "main_hand", {}, 10.0, book)
    twice = equip(once, "dagger-1", "off_hand", {}, 10.5, book)
    assert twice.equipment.free_at == {"main_hand": 12.0, "off_hand": 12.5}


def test_a_swap_returns_the_old_item_to_the_new_ones_compartment(book: Rulebook) -> None:
    before = Belongings(carried((CLUB, "craft_bag"), (DAGGER, "belt")), Equipment({"main_hand": SWORD}))
    after = equip(before, "club-1", "main_hand", {}, 0.0, book)
    assert after.inventory == carried((DAGGER, "belt"), (SWORD, "craft_bag"))
    assert after.equipment.slots == {"main_hand": CLUB}


def test_a_swap_may_use_the_room_the_new_item_leaves(book: Rulebook) -> None:
    full = Belongings(carried((CLUB, "belt"), (corks(8), "belt")), Equipment({"main_hand": SWORD}))
    assert equip(full, "club-1", "main_hand", {}, 0.0, book).inventory == carried((corks(8), "belt"), (SWORD, "belt"))


def tight_swap(free_at: float = 0.0) -> Belongings:
    """A belt of 9 of 10 with a club of 2 in it, and a pole of 4 in the hand."""
    return Belongings(
        carried((CLUB, "belt"), (corks(7), "belt")), Equipment({"main_hand": POLE}, {"main_hand": free_at})
    )


def test_a_swap_without_room_for_the_old_item_changes_nothing(book: Rulebook) -> None:
    before = tight_swap()
    with pytest.raises(ExceedsBulk, match="the bulk in belt would be 11, the limit is 10"):
        equip(before, "club-1", "main_hand", {}, 0.0, book)
    assert before == tight_swap()


# --- unequip ---


def test_an_item_taken_off_lies_in_the_compartment(book: Rulebook) -> None:
    worn = Belongings(carried((CLUB, "belt")), Equipment({"main_hand": SWORD, "off_hand": DAGGER}))
    after = unequip(worn, "main_hand", "craft_bag", book)
    assert after == Belongings(carried((CLUB, "belt"), (SWORD, "craft_bag")), Equipment({"off_hand": DAGGER}))


def test_a_slot_that_does_not_exist_is_refused_before_the_compartment_is_looked_at(book: Rulebook) -> None:
    with pytest.raises(IllegalSlot, match=f"there is no slot 'nose'; there are {', '.join(SLOTS)}"):
        unequip(Belongings(), "nose", "pocket", book)


def test_an_empty_slot_is_refused_before_the_compartment_is_looked_at(book: Rulebook) -> None:
    with pytest.raises(SlotEmpty, match="nothing is worn in main_hand"):
        unequip(Belongings(), "main_hand", "pocket", book)


def test_taking_off_into_an_unknown_compartment_is_refused(book: Rulebook) -> None:
    with pytest.raises(UnknownCompartment, match="pocket"):
        unequip(Belongings(equipment=Equipment({"main_hand": SWORD})), "main_hand", "pocket", book)


def test_taking_off_fills_a_compartment_to_exactly_its_bulk(book: Rulebook) -> None:
    worn = Equipment({"main_hand": SWORD})
    assert unequip(Belongings(carried((corks(8), "belt")), worn), "main_hand", "belt", book).equipment == Equipment()
    with pytest.raises(ExceedsBulk, match="the bulk in belt would be 11, the limit is 10"):
        unequip(Belongings(carried((corks(9), "belt")), worn), "main_hand", "belt", book)


def test_an_overloaded_player_can_undress(book: Rulebook) -> None:
    overloaded = Belongings(carried((lead(500), "belt")), Equipment({"main_hand": SWORD}))
    assert unequip(overloaded, "main_hand", "belt", book).equipment.slots == {}


def test_taking_off_starts_no_cooldown_and_ends_none(book: Rulebook) -> None:
    worn = equip(Belongings(carried((CLUB, "belt"))), "club-1", "main_hand", {}, 10.0, book)
    after = unequip(worn, "main_hand", "belt", book)
    assert after.equipment == Equipment({}, {"main_hand": 12.0})
    with pytest.raises(EquipLocked):
        equip(after, "club-1", "main_hand", {}, 11.999, book)
    assert equip(after, "club-1", "main_hand", {}, 12.0, book).equipment.slots == {"main_hand": CLUB}


def test_every_refusal_of_the_protocol_carries_its_code() -> None:
    refusals: tuple[type[RuleViolation], ...] = (
        IllegalSlot,
        SkillGate,
        EquipLocked,
        ItemNotFound,
        SlotEmpty,
        ExceedsWeight,
        ExceedsBulk,
        UnknownCompartment,
    )
    assert [refusal.code for refusal in refusals] == [
        "illegal_slot",
        "skill_gate",
        "equip_locked",
        "item_not_found",
        "slot_empty",
        "exceeds_weight",
        "exceeds_bulk",
        "unknown_compartment",
    ]


# --- at rest ---


def test_all_items_are_the_carried_then_the_worn_ones() -> None:
    belongings = Belongings(carried((CLUB, "belt")), Equipment({"off_hand": DAGGER, "main_hand": SWORD}))
    assert belongings.instances == (CLUB, SWORD, DAGGER)


def test_only_cooldowns_still_running_are_saved() -> None:
    equipment = Equipment({"head": CLUB}, {"main_hand": 12.0, "off_hand": 10.5, "head": 10.5 + 1e-10, "feet": 1.0})
    assert at_rest(equipment, 10.5) == WornState({"head": CLUB}, {"main_hand": 1.5})
