import pytest

from mmod.errors import UnknownTemplate
from mmod.items.instances import ItemInstance
from mmod.items.rulebook import Rulebook


def test_a_stack_weighs_and_takes_room_once_per_piece(book: Rulebook) -> None:
    stack = ItemInstance("i", "sword", 3)
    assert (book.weight_of(stack), book.bulk_of(stack)) == (10.5, 6.0)


def test_an_item_outside_the_catalogue_is_refused_by_name(book: Rulebook) -> None:
    with pytest.raises(UnknownTemplate, match="the catalogue has no item 'excalibur'"):
        book.template_of(ItemInstance("i", "excalibur"))
