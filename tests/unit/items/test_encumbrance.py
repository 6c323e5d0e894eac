import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.items.belongings import Belongings
from mmod.items.encumbrance import Encumbrance, encumbrance, movement_penalty
from mmod.items.equipment import Equipment
from mmod.items.instances import ItemInstance
from mmod.items.inventory import Inventory
from mmod.items.rulebook import Rulebook
from mmod.items.rules import ItemRules


def carrying(template_id: str, quantity: int) -> Belongings:
    return Belongings(Inventory().with_item(ItemInstance("i", template_id, quantity), "backpack"))


def test_a_player_without_anything_is_unburdened(book: Rulebook) -> None:
    assert encumbrance(Belongings(), book) == Encumbrance(0.0, 100.0, 0.0, 90.0, 0.0, 0.0, 1.0)


def test_every_field_counts_what_it_says(book: Rulebook) -> None:
    inventory = Inventory().with_item(ItemInstance("i1", "pole", 9), "backpack")
    belongings = Belongings(inventory, Equipment({"head": ItemInstance("i2", "crown")}))
    assert encumbrance(belongings, book) == Encumbrance(
        current_weight=69.0,
        max_weight=100.0,
        current_bulk=36.0,
        max_bulk=90.0,
        weight_pct=0.69,
        bulk_pct=0.4,
        movement_penalty=1.0,
    )


@pytest.mark.parametrize(
    ("weight_pct", "penalty"),
    [(0.0, 1.0), (0.799, 1.0), (0.8, 1.0), (0.85, 0.875), (0.9, 0.75), (1.0, 0.5), (1.2, 0.5 / 1.2), (2.0, 0.25)],
)
def test_the_penalty_follows_the_table(weight_pct: float, penalty: float) -> None:
    assert movement_penalty(weight_pct, ItemRules()) == pytest.approx(penalty, abs=1e-12)


@pytest.mark.parametrize(
    ("pebbles", "penalty"), [(799, 1.0), (800, 1.0), (801, 0.9975), (900, 0.75), (1000, 0.5), (1200, 0.5 / 1.2)]
)
def test_the_penalty_comes_from_the_weight(book: Rulebook, pebbles: int, penalty: float) -> None:
    assert encumbrance(carrying("pebble", pebbles), book).movement_penalty == pytest.approx(penalty, abs=1e-9)


def test_the_parameters_of_the_penalty_are_rules() -> None:
    rules = ItemRules(penalty_from=0.5, penalty_at_limit=0.2)
    assert [movement_penalty(pct, rules) for pct in (0.5, 0.75, 1.0, 2.0)] == pytest.approx([1.0, 0.6, 0.2, 0.1])


def test_a_penalty_that_begins_at_the_limit_is_a_step() -> None:
    rules = ItemRules(penalty_from=1.0)
    assert [movement_penalty(pct, rules) for pct in (0.999, 1.0, 1.25)] == pytest.approx([1.0, 1.0, 0.4])


@given(st.tuples(st.floats(0, 5), st.floats(0, 5)).map(sorted))
def test_more_weight_never_makes_faster(pair: list[float]) -> None:
    lighter, heavier = pair
    assert movement_penalty(lighter, ItemRules()) >= movement_penalty(heavier, ItemRules()) > 0


@pytest.mark.parametrize("quantity", [1, 7])
def test_of_a_limit_of_zero_anything_is_the_whole(book: Rulebook, quantity: int) -> None:
    nothing_allowed = Rulebook(ItemRules(weight_limit=0.0, compartment_caps={"backpack": 0.0}), book.catalogue)
    load = encumbrance(carrying("pebble", quantity), nothing_allowed)
    assert (load.weight_pct, load.bulk_pct, load.movement_penalty) == (1.0, 1.0, 0.5)


def test_of_a_limit_of_zero_nothing_is_nothing(book: Rulebook) -> None:
    load = encumbrance(Belongings(), Rulebook(ItemRules(weight_limit=0.0, compartment_caps={}), book.catalogue))
    assert (load.weight_pct, load.bulk_pct, load.movement_penalty) == (0.0, 0.0, 1.0)
