import math

import pytest

from mmod.errors import BadRecord, ExceedsBulk, ExceedsWeight, UnknownTemplate
from mmod.items.belongings import Belongings
from mmod.items.equipment import WornState
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.items.rulebook import Rulebook
from mmod.items.rules import ItemRules
from mmod.world.character import (
    Character,
    newcomer,
    replaced,
    returned,
    with_belongings,
    with_inventory,
    with_skill,
)
from mmod.world.state import PlayerState, Sequences, Versions

CAP = ItemInstance("i1", "cap")


@pytest.fixture
def book(catalogue):
    return Rulebook(ItemRules(), catalogue)


def test_a_newcomer_has_its_starting_items_and_skills(book):
    character = newcomer([CAP], [("melee", 3)], book)
    assert character.belongings.inventory.items == (Stowed(CAP, "backpack"),)
    assert character.skills == {"melee": 3}
    assert (character.versions, character.sequences) == (Versions(), Sequences())


def test_a_starting_item_goes_to_the_first_compartment_with_room(book):
    items = [ItemInstance("i1", "crate"), ItemInstance("i2", "anvil")]
    stowed = newcomer(items, [], book).belongings.inventory.items
    assert [item.compartment for item in stowed] == ["backpack", "craft_bag"]


@pytest.mark.parametrize(
    ("items", "error"),
    [
        ([ItemInstance("i1", "nothing")], UnknownTemplate),
        ([ItemInstance("i1", "crate"), ItemInstance("i2", "crate")], ExceedsBulk),
        ([ItemInstance("i1", "anvil"), ItemInstance("i2", "anvil")], ExceedsWeight),
    ],
)
def test_a_starting_item_that_fits_nowhere_is_refused(book, items, error):
    with pytest.raises(error):
        newcomer(items, [], book)


def test_a_player_returns_as_it_was_saved_its_cooldowns_counting_from_now(book):
    state = PlayerState(
        name="Ada",
        inventory=Inventory((Stowed(CAP, "belt"),)),
        equipment=WornState({"main_hand": ItemInstance("i2", "sword")}, {"main_hand": 1.5}),
        skills={"melee": 10},
        versions=Versions(4, 5, 6),
        sequences=Sequences(7, 8, (10,)),
    )
    character = returned(state, 100.0, book)
    assert character.belongings.inventory == state.inventory
    assert character.belongings.equipment.slots == state.equipment.slots
    assert character.belongings.equipment.free_at == {"main_hand": 101.5}
    assert (character.skills, character.versions, character.sequences) == (
        {"melee": 10},
        Versions(4, 5, 6),
        state.sequences,
    )


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (PlayerState("Ada", x=math.nan), "position"),
        (PlayerState("Ada", z=-math.inf), "position"),
        (PlayerState("Ada", skills={"melee": -1}), "melee"),
        (PlayerState("Ada", inventory=Inventory((Stowed(ItemInstance("i1", "nothing"), "belt"),))), "i1"),
    ],
)
def test_a_record_this_world_cannot_use_is_refused(book, state, reason):
    with pytest.raises(BadRecord, match=reason):
        returned(state, 0.0, book)


def test_every_change_makes_its_version_grow_and_no_other():
    character = Character(versions=Versions(1, 2, 3))
    assert with_inventory(character, Belongings()).versions == Versions(2, 2, 3)
    assert with_belongings(character, Belongings()).versions == Versions(2, 3, 3)
    assert with_skill(character, "melee", 1).versions == Versions(1, 2, 4)


def test_a_skill_changes_without_the_others():
    character = Character(skills={"melee": 1, "magic": 2})
    assert with_skill(character, "melee", 5).skills == {"melee": 5, "magic": 2}
    assert character.skills == {"melee": 1, "magic": 2}


def test_a_replaced_player_keeps_its_sequences_and_no_version_shrinks():
    present = Character(versions=Versions(9, 1, 0), sequences=Sequences(floor=5))
    stored = Character(skills={"melee": 1}, versions=Versions(3, 4, 0), sequences=Sequences(floor=99))
    result = replaced(present, stored)
    assert result.skills == {"melee": 1}
    assert result.versions == Versions(10, 5, 1)
    assert result.sequences == Sequences(floor=5)
