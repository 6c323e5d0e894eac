"""Under any sequence of moves, no item is lost, doubled or in two places, and the limits hold."""

from collections import Counter

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from mmod.errors import DuplicateInstance, ItemNotFound, RuleViolation
from mmod.items.belongings import Belongings, at_rest, equip, restored, stow, unequip
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.items.rulebook import Rulebook
from mmod.items.rules import SLOTS, TOLERANCE, ItemRules
from mmod.items.templates import shipped_catalogue

CATALOGUE = shipped_catalogue()
#: Few kinds of items, which want the same two slots, so that swaps are frequent.
TEMPLATES = ["sword_iron", "club_oak", "dagger_bronze", "shield_wood", "rock_small"]
#: Limits that a few of these items meet.
BOOK = Rulebook(ItemRules(weight_limit=12.0, compartment_caps={"backpack": 7.0, "belt": 4.0}), CATALOGUE)
SKILLS = {"melee": 10, "defense": 5}

COMPARTMENTS = st.sampled_from(["backpack", "backpack", "belt", "belt", "pocket"])
#: How long a player waits before it equips: around the cooldown of 40 ticks.
TICKS = st.sampled_from([40, 40, 39, 1, 0])
HANDS = st.sampled_from(["main_hand", "off_hand"])


class OnePlayer(RuleBasedStateMachine):
    """The model is where each item must be: its compartment, or its slot behind an "@"."""

    @initialize()
    def join(self) -> None:
        first = [ItemInstance("club", "club_oak"), ItemInstance("dagger", "dagger_bronze")]
        self.places = dict.fromkeys(first, "backpack")
        self.belongings = Belongings(Inventory(tuple(Stowed(item, "backpack") for item in first)))
        self.now = 0.0
        self.free_at: dict[str, float] = {}

    @rule(template=st.sampled_from(TEMPLATES), pieces=st.sampled_from([1, 1, 2]), compartment=COMPARTMENTS)
    def stow_new(self, template: str, pieces: int, compartment: str) -> None:
        item = ItemInstance(f"i{len(self.places)}", template, pieces)
        try:
            self.belongings = stow(self.belongings, item, compartment, BOOK)
        except RuleViolation:
            return
        self.places[item] = compartment

    @rule(data=st.data())
    def stow_again(self, data: st.DataObject) -> None:
        with pytest.raises(DuplicateInstance):
            stow(self.belongings, data.draw(st.sampled_from(list(self.places))), "backpack", BOOK)

    @rule(data=st.data(), slot=HANDS, skills=st.sampled_from([SKILLS, SKILLS, {}]), ticks=TICKS)
    def equip(self, data: st.DataObject, slot: str, skills: dict[str, int], ticks: int) -> None:
        item = data.draw(st.sampled_from(list(self.places)))
        self.now += ticks / 20
        try:
            self.belongings = equip(self.belongings, item.instance_id, slot, skills, self.now, BOOK)
        except ItemNotFound:
            assert self.places[item].startswith("@")
        except RuleViolation:
            assert not self.places[item].startswith("@")
        else:
            self.swap(item, slot)

    def swap(self, item: ItemInstance, slot: str) -> None:
        """Follow an `equip` that was allowed."""
        assert self.now >= self.free_at.get(slot, 0.0) - TOLERANCE
        before = [other for other, place in self.places.items() if place == f"@{slot}"]
        self.places |= dict.fromkeys(before, self.places[item])
        self.places[item] = f"@{slot}"
        self.free_at[slot] = self.now + 2.0

    @rule(slot=HANDS, compartment=COMPARTMENTS)
    def unequip(self, slot: str, compartment: str) -> None:
        try:
            self.belongings = unequip(self.belongings, slot, compartment, BOOK)
        except RuleViolation:
            return
        (item,) = [item for item, place in self.places.items() if place == f"@{slot}"]
        self.places[item] = compartment

    @rule()
    def restart(self) -> None:
        worn = at_rest(self.belongings.equipment, self.now)
        self.belongings = restored(self.belongings.inventory, worn, self.now, BOOK)

    @invariant()
    def every_item_is_where_it_must_be_and_nowhere_else(self) -> None:
        carried = [(stowed.instance, stowed.compartment) for stowed in self.belongings.inventory.items]
        worn = [(instance, f"@{slot}") for slot, instance in self.belongings.equipment.slots.items()]
        assert Counter([*carried, *worn]) == Counter(self.places.items())

    @invariant()
    def the_limits_hold(self) -> None:
        assert sum(CATALOGUE[item.template_id].weight * item.quantity for item in self.places) <= 12.0 + TOLERANCE
        for compartment, cap in BOOK.rules.compartment_caps.items():
            inside = [item for item, place in self.places.items() if place == compartment]
            assert sum(CATALOGUE[item.template_id].bulk * item.quantity for item in inside) <= cap + TOLERANCE

    @invariant()
    def worn_items_are_in_legal_slots(self) -> None:
        worn = [(item, place[1:]) for item, place in self.places.items() if place.startswith("@")]
        assert all(slot in SLOTS and slot in CATALOGUE[item.template_id].slots for item, slot in worn)


def test_no_item_is_lost_doubled_or_in_two_places():
    run_state_machine_as_test(OnePlayer, settings=settings(stateful_step_count=30))
