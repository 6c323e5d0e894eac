from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory

SWORD = ItemInstance("i1", "sword")
CORK = ItemInstance("i2", "cork")
BOTH = Inventory((Stowed(SWORD, "belt"), Stowed(CORK, "backpack")))


def test_an_item_is_found_with_its_compartment() -> None:
    assert BOTH.find("i2") == Stowed(CORK, "backpack")


def test_an_id_that_is_not_carried_is_not_found() -> None:
    assert BOTH.find("i3") is None


def test_items_stay_in_the_order_in_which_they_came() -> None:
    assert Inventory().with_item(SWORD, "belt").with_item(CORK, "backpack") == BOTH


def test_taking_an_item_out_leaves_the_others_and_the_original() -> None:
    assert BOTH.without("i1") == Inventory((Stowed(CORK, "backpack"),))
    assert len(BOTH.items) == 2
