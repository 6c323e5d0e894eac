from hypothesis import given
from hypothesis import strategies as st

from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.items.movements import Movement, movements, placed, reinstated, set_aside

CAP, SWORD = ItemInstance("cap-1", "cap"), ItemInstance("sword-1", "sword", 2)

_places = st.sampled_from(["carried:backpack", "carried:belt", "worn:head"])
_items = st.builds(ItemInstance, st.sampled_from("abcde"), st.sampled_from(["cap", "sword"]), st.integers(1, 3))
holdings = st.lists(st.tuples(_items, _places), unique_by=lambda entry: entry[0].instance_id, max_size=5)


def test_carried_and_worn_items_are_in_different_places():
    inventory = Inventory((Stowed(CAP, "head"),))
    assert list(placed(inventory, {"head": SWORD})) == [(CAP, "carried:head"), (SWORD, "worn:head")]


def test_what_stays_where_it_is_does_not_move():
    assert movements([(CAP, "worn:head")], [(CAP, "worn:head")]) == ()


def test_an_item_comes_moves_and_goes():
    assert movements([(SWORD, "carried:belt")], [(CAP, "worn:head")]) == (
        Movement("cap-1", "cap", 1, None, "worn:head"),
        Movement("sword-1", "sword", 2, "carried:belt", None),
    )


def test_another_quantity_is_told_though_it_stays_in_place():
    fewer = ItemInstance("sword-1", "sword", 1)
    assert movements([(SWORD, "carried:belt")], [(fewer, "carried:belt")]) == (
        Movement("sword-1", "sword", 1, "carried:belt", "carried:belt"),
    )


def test_the_quarantine_is_a_place():
    assert set_aside([(CAP, "worn:head")]) == (Movement("cap-1", "cap", 1, "worn:head", "quarantine"),)
    assert reinstated([(CAP, "worn:head")]) == (Movement("cap-1", "cap", 1, "quarantine", "worn:head"),)


@given(holdings, holdings)
def test_movements_lead_from_the_one_to_the_other(before, after):
    known = {item.instance_id: (item.template_id, item.quantity, place) for item, place in before}
    for moved in movements(before, after):
        assert (known.pop(moved.instance_id, (None, None, None)))[2] == moved.origin
        if moved.target is not None:
            known[moved.instance_id] = (moved.template_id, moved.quantity, moved.target)
    assert known == {item.instance_id: (item.template_id, item.quantity, place) for item, place in after}
