import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.items.encumbrance import Encumbrance
from mmod.items.equipment import Equipment
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.items.rules import ItemRules
from mmod.spatial.cells import Cell
from mmod.spatial.vector import Vector
from mmod.wire.messages import CellName, Point, WornItem
from mmod.wire.views import (
    cell_name,
    encode_part,
    encumbrance_view,
    equipment_view,
    inventory_view,
    point,
    rounded,
    skills_view,
)


@pytest.mark.parametrize(
    ("number", "shown"),
    [(1.23456, 1.235), (-1.2344, -1.234), (1e-4, 0.0), (0.1 + 0.2, 0.3), (99999.9996, 100000.0), (5, 5.0)],
)
def test_numbers_have_three_decimals(number, shown):
    assert rounded(number) == shown


@pytest.mark.parametrize("number", [-0.0, -0.0001, -0.0004999])
def test_there_is_no_negative_zero(number):
    assert math.copysign(1.0, rounded(number)) == 1.0
    assert encode_part(point(Vector(number, number))) == b'{"x":0.0,"z":0.0}'


@given(st.floats(-1e6, 1e6))
def test_rounding_moves_a_number_by_half_a_millimetre_at_most(number):
    assert abs(rounded(number) - number) <= 0.0005 + 1e-9


def test_points_and_cells_keep_their_names():
    assert point(Vector(1.00049, -2.5)) == Point(1.0, -2.5)
    assert cell_name(Cell(3, -4)) == CellName(3, -4)


def test_every_number_of_an_encumbrance_is_rounded():
    thirds = [number / 3 for number in range(1, 8)]
    assert encumbrance_view(Encumbrance(*thirds)) == Encumbrance(*(round(third, 3) for third in thirds))


def test_an_inventory_is_shown_whole_in_its_order_with_the_limits():
    items = (Stowed(ItemInstance("b", "rock"), "belt"), Stowed(ItemInstance("a", "rock"), "backpack"))
    load = Encumbrance(1.0, 100.0, 2.0, 90.0, 0.01, 2 / 90, 1.0)
    view = inventory_view(Inventory(items), load, ItemRules())
    assert view.items == items
    assert view.compartment_caps == {"backpack": 50.0, "belt": 10.0, "craft_bag": 30.0}
    assert view.weight_limit == 100.0
    assert view.encumbrance.bulk_pct == 0.022


def test_a_cooldown_is_what_remains_of_it_and_never_negative():
    sword, cap, boots = (ItemInstance(name, name) for name in ("sword", "cap", "boots"))
    worn = Equipment({"main_hand": sword, "head": cap, "feet": boots}, {"main_hand": 12.0, "head": 9.0, "chest": 99.0})
    view = equipment_view(worn, 10.66666)
    assert view.slots == {"main_hand": WornItem(sword, 1.333), "feet": WornItem(boots, 0.0), "head": WornItem(cap, 0.0)}
    assert list(view.slots) == ["main_hand", "feet", "head"]


def test_skills_are_shown_as_they_are():
    skills = {"melee": 10, "axe": 2}
    assert skills_view(skills) == skills
    assert skills_view(skills) is not skills
