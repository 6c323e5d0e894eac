"""protocol.md, `equip`, `unequip` and `equipment_result`."""

import pytest
from attrs import frozen

from mmod.wire.messages import EquipmentResult, EquipmentResultData, EquipmentView, Error, InventoryView, State

from .conftest import unique
from .harness.client import Client
from .harness.daemon import Daemon


@frozen
class Hero:
    """A joined player whom an operator can give things."""

    client: Client
    daemon: Daemon
    name: str

    def given(self, template: str, quantity: int = 1, compartment: str = "backpack") -> str:
        return self.daemon.operator.grant(self.name, template, quantity, compartment)

    def equip(self, instance_id: str, slot: str) -> EquipmentResultData:
        seq = self.client.equip(instance_id, slot)
        result: EquipmentResultData = self.client.expect(EquipmentResult)
        assert (result.operation, result.slot, result.seq) == ("equip", slot, seq)
        assert result.success == (result.code == "success")
        assert result.message
        return result

    def unequip(self, slot: str, compartment: str | None = None) -> EquipmentResultData:
        seq = self.client.unequip(slot, compartment)
        result: EquipmentResultData = self.client.expect(EquipmentResult)
        assert (result.operation, result.slot, result.seq) == ("unequip", slot, seq)
        assert result.success == (result.code == "success")
        return result

    def worn(self) -> dict[str, str]:
        """What the operator sees in each slot."""
        slots = self.daemon.operator.player(self.name)["equipment"]["slots"]
        return {slot: worn["instance"]["instance_id"] for slot, worn in slots.items()}

    def carried(self) -> dict[str, str]:
        """The compartment in which the operator sees each item."""
        items = self.daemon.operator.player(self.name)["inventory"]["items"]
        return {stowed["instance"]["instance_id"]: stowed["compartment"] for stowed in items}


@pytest.fixture
def hero(daemon, join):
    name = unique("hero")
    return Hero(join(daemon, name), daemon, name)


# --- results ----------------------------------------------------------------------------------------------------------


def test_an_item_goes_into_a_slot_and_back(hero):
    club = hero.given("club_oak")
    assert hero.equip(club, "main_hand").code == "success"
    assert (hero.worn(), hero.carried()) == ({"main_hand": club}, {})
    assert hero.unequip("main_hand").code == "success"
    assert (hero.worn(), hero.carried()) == ({}, {club: "backpack"})


def test_an_item_goes_back_into_the_compartment_that_is_named(hero):
    dagger = hero.given("dagger_bronze")
    hero.equip(dagger, "off_hand")
    assert hero.unequip("off_hand", "belt").code == "success"
    assert hero.carried() == {dagger: "belt"}


def test_what_was_in_the_slot_goes_where_the_new_item_was(launch, join):
    daemon = launch(settings={"items.equip_cooldown": 0})
    hero = Hero(join(daemon, "hero"), daemon, "hero")
    old, new = hero.given("club_oak"), hero.given("dagger_bronze", compartment="belt")
    hero.equip(old, "main_hand")
    assert hero.equip(new, "main_hand").code == "success"
    assert (hero.worn(), hero.carried()) == ({"main_hand": new}, {old: "belt"})


@pytest.mark.parametrize("slot", ["head", "nose", "", "main_hand "])
def test_a_slot_that_the_item_does_not_fit_is_illegal(hero, slot):
    club = hero.given("club_oak")
    assert hero.equip(club, slot).code == "illegal_slot"
    assert (hero.worn(), hero.carried()) == ({}, {club: "backpack"})


def test_a_slot_that_does_not_exist_is_illegal_to_unequip(hero):
    assert hero.unequip("nose").code == "illegal_slot"


def test_a_skill_that_is_too_low_forbids_and_the_required_one_allows(hero):
    sword = hero.given("sword_iron")
    hero.daemon.operator.train(hero.name, "melee", 9)
    assert hero.equip(sword, "main_hand").code == "skill_gate"
    assert hero.worn() == {}
    hero.daemon.operator.train(hero.name, "melee", 10)
    assert hero.equip(sword, "main_hand").code == "success"


@pytest.mark.any_store
def test_a_slot_is_locked_for_two_seconds_after_it_was_filled(hero):
    club, dagger = hero.given("club_oak"), hero.given("dagger_bronze")
    assert hero.equip(club, "main_hand").code == "success"
    began = hero.client.state().tick
    assert hero.equip(dagger, "main_hand").code == "equip_locked"
    assert hero.worn() == {"main_hand": club}
    hero.client.state(lambda state: state.tick >= began + 40)
    assert hero.equip(dagger, "main_hand").code == "success"


def test_a_cooldown_forbids_no_other_slot_and_no_unequip(hero):
    club, cap = hero.given("club_oak"), hero.given("cap_wool")
    hero.equip(club, "main_hand")
    assert hero.equip(cap, "head").code == "success"
    assert hero.unequip("main_hand").code == "success"
    assert hero.equip(club, "main_hand").code == "equip_locked"


def test_an_item_that_is_not_carried_is_not_found(hero, join):
    other = unique("other")
    join(hero.daemon, other)
    foreign = hero.daemon.operator.grant(other, "club_oak")
    club = hero.given("club_oak")
    hero.equip(club, "main_hand")
    for missing in (foreign, club, "nothing", ""):
        assert hero.equip(missing, "main_hand").code == "item_not_found"
    assert hero.worn() == {"main_hand": club}


def test_an_empty_slot_gives_nothing_back(hero):
    assert hero.unequip("head").code == "slot_empty"


def test_an_unknown_compartment_takes_nothing(hero):
    cap = hero.given("cap_wool")
    hero.equip(cap, "head")
    assert hero.unequip("head", "pocket").code == "unknown_compartment"
    assert hero.worn() == {"head": cap}


def test_a_full_compartment_takes_nothing(hero):
    cap = hero.given("cap_wool")
    hero.equip(cap, "head")
    hero.given("rock_small", 50)
    assert hero.unequip("head").code == "exceeds_bulk"
    assert hero.worn() == {"head": cap}
    assert hero.unequip("head", "belt").code == "success"


def test_the_weight_limit_forbids_no_undressing(hero):
    """What is worn has been counted already, so only a grant can exceed the weight (see test_admin)."""
    cap = hero.given("cap_wool")
    hero.equip(cap, "head")
    hero.given("anvil_iron")
    hero.given("rock_small", 25)
    assert hero.daemon.operator.player(hero.name)["encumbrance"]["weight_pct"] > 0.97
    assert hero.unequip("head", "belt").code == "success"


def test_the_first_fault_is_told_item_before_slot_before_skill_before_cooldown(hero):
    club, sword = hero.given("club_oak"), hero.given("sword_iron")
    hero.equip(club, "main_hand")
    assert hero.equip("nothing", "nose").code == "item_not_found"
    assert hero.equip(sword, "nose").code == "illegal_slot"
    assert hero.equip(sword, "main_hand").code == "skill_gate"
    hero.daemon.operator.train(hero.name, "melee", 10)
    assert hero.equip(sword, "main_hand").code == "equip_locked"


# --- sequences --------------------------------------------------------------------------------------------------------


def test_a_command_that_was_seen_does_nothing_and_gets_no_answer(hero):
    cap = hero.given("cap_wool")
    hero.equip(cap, "head")
    hero.client.unequip("head", seq=1)
    hero.client.equip(cap, "head", seq=1)
    assert hero.unequip("feet").code == "slot_empty"  # the next answer belongs to the next command
    assert hero.worn() == {"head": cap}


def test_a_refused_command_counts_as_seen_too(hero):
    hero.client.unequip("head", seq=7)
    assert hero.client.expect(EquipmentResult).seq == 7
    hero.client.unequip("head", seq=7)
    hero.client.unequip("head", seq=8)
    assert hero.client.expect(EquipmentResult).seq == 8


def test_commands_may_come_with_gaps_and_out_of_order(hero):
    for seq in (5, 3, 2**53 - 1, 4):
        hero.client.unequip("head", seq=seq)
        assert hero.client.expect(EquipmentResult).seq == seq


def test_the_last_1024_commands_are_remembered(launch, join):
    daemon = launch(settings={"session.message_burst": 5000})
    client = join(daemon, "hero")
    sequences = range(2, 2 * 1024 + 2, 2)
    for seq in sequences:
        client.unequip("head", seq=seq)
    for seq in sequences:
        client.unequip("head", seq=seq)
    client.unequip("feet", seq=2**53 - 1)
    client.expect(EquipmentResult, lambda result: result.slot == "feet")
    assert [result.seq for result in client.heard(EquipmentResult)] == [*sequences, 2**53 - 1]


def test_inputs_and_commands_have_sequences_of_their_own(hero):
    hero.client.walk(1, 0, seq=100)
    hero.client.unequip("head", seq=1)
    assert hero.client.expect(EquipmentResult).seq == 1
    hero.client.unequip("head", seq=500)
    hero.client.walk(0, 0, seq=101)
    assert hero.client.state(lambda state: state.ack == 101)


EQUIP = {"type": "equip", "seq": 1, "instance_id": "x", "slot": "head"}
UNEQUIP = {"type": "unequip", "seq": 1, "slot": "head"}
MALFORMED = {
    "equip without seq": {**EQUIP, "seq": None},
    "equip with seq 0": {**EQUIP, "seq": 0},
    "equip with seq 2^53": {**EQUIP, "seq": 2**53},
    "equip without instance": {"type": "equip", "seq": 1, "slot": "head"},
    "equip with a number as instance": {**EQUIP, "instance_id": 1},
    "equip without slot": {"type": "equip", "seq": 1, "instance_id": "x"},
    "equip with U+0000 in the slot": {**EQUIP, "slot": "he\0ad"},
    "equip with a lone surrogate": {**EQUIP, "instance_id": "\ud800"},
    "unequip without slot": {"type": "unequip", "seq": 1},
    "unequip with a null compartment": {**UNEQUIP, "compartment": None},
    "unequip with a list as compartment": {**UNEQUIP, "compartment": ["belt"]},
}


@pytest.mark.parametrize("message", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_command_is_refused_and_its_sequence_not_taken(hero, message):
    hero.client.send(message)
    assert hero.client.expect(Error).code == "bad_request"
    hero.client.unequip("head", seq=1)
    assert hero.client.expect(EquipmentResult).code == "slot_empty"


# --- what is shown ----------------------------------------------------------------------------------------------------


def parts(state) -> list[object]:
    return [part for part in (state.inventory, state.equipment, state.skills) if part]


def test_parts_come_whole_once_and_only_when_they_have_changed(hero):
    hero.client.state()
    assert not any(parts(state) for state in hero.client.heard(State))
    club = hero.given("club_oak")
    rocks = hero.given("rock_small", 3)
    hero.client.state(lambda state: state.inventory and len(state.inventory.items) == 2)
    shown = hero.client.heard(State)[-1]
    assert isinstance(shown.inventory, InventoryView)
    assert [stowed.instance.instance_id for stowed in shown.inventory.items] == [club, rocks]
    assert [stowed.instance.quantity for stowed in shown.inventory.items] == [1, 3]
    assert shown.inventory.encumbrance.current_weight == 4.0
    assert parts(shown) == [shown.inventory]
    assert not any(parts(hero.client.state()) for _ in range(5))


def test_skills_are_shown_when_they_have_changed(hero):
    hero.daemon.operator.train(hero.name, "melee", 7)
    shown = hero.client.state(lambda state: bool(parts(state)))
    assert shown.skills == {"melee": 7}
    assert parts(shown) == [shown.skills]


@pytest.mark.any_store
def test_an_equip_shows_inventory_and_equipment_and_a_cooldown_that_runs_down_shows_nothing(hero):
    club = hero.given("club_oak")
    hero.client.state(lambda state: bool(parts(state)))
    hero.equip(club, "main_hand")
    shown = next((state for state in hero.client.heard(State) if state.equipment), None) or hero.client.state(
        lambda state: bool(state.equipment)
    )
    assert isinstance(shown.equipment, EquipmentView)
    assert shown.equipment.slots["main_hand"].instance.instance_id == club
    assert 1.5 < shown.equipment.slots["main_hand"].cooldown_remaining <= 2
    assert shown.inventory.items == ()
    assert not any(parts(hero.client.state()) for _ in range(25))


def test_a_refused_command_shows_nothing(hero):
    hero.client.state()
    hero.unequip("head")
    assert not any(parts(hero.client.state()) for _ in range(3))


def test_a_success_comes_within_a_moment(hero):
    cap = hero.given("cap_wool")
    before = hero.client.state().tick
    hero.equip(cap, "head")
    assert hero.client.state().tick - before <= 10


def test_the_same_thing_given_twice_is_two_items(hero):
    assert len({hero.given("potion_health") for _ in range(3)}) == 3
