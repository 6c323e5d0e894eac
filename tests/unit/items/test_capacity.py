from mmod.items.capacity import bulk_in, total_bulk, total_weight
from mmod.items.equipment import Equipment
from mmod.items.instances import ItemInstance
from mmod.items.inventory import Inventory
from mmod.items.rulebook import Rulebook

CARRIED = (
    Inventory()
    .with_item(ItemInstance("i1", "sword", 2), "belt")
    .with_item(ItemInstance("i2", "cork", 5), "backpack")
    .with_item(ItemInstance("i3", "dagger"), "belt")
)
WORN = Equipment({"main_hand": ItemInstance("i4", "club")})


def test_weight_is_what_is_carried_and_what_is_worn(book: Rulebook) -> None:
    assert total_weight(CARRIED, WORN, book) == 2 * 3.5 + 1.0 + 2.5


def test_bulk_is_only_what_is_carried(book: Rulebook) -> None:
    assert total_bulk(CARRIED, book) == 2 * 2.0 + 5.0 + 1.0


def test_each_compartment_has_its_own_bulk(book: Rulebook) -> None:
    bulks = [bulk_in(CARRIED, compartment, book) for compartment in ("backpack", "belt", "craft_bag")]
    assert bulks == [5.0, 5.0, 0.0]


def test_sums_do_not_depend_on_the_order_in_which_items_came(book: Rulebook) -> None:
    items = [ItemInstance(f"i{n}", template) for n, template in enumerate(["pebble", "pebble", "pebble", "crown"])]
    forth, back = Inventory(), Inventory()
    for first, last in zip(items, reversed(items), strict=True):
        forth, back = forth.with_item(first, "belt"), back.with_item(last, "belt")
    assert total_weight(forth, Equipment(), book) == total_weight(back, Equipment(), book)
