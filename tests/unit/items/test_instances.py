import msgspec
import pytest

from mmod.items.instances import MOST_QUANTITY, ItemInstance


@pytest.mark.parametrize("quantity", [1, MOST_QUANTITY])
def test_a_quantity_within_its_bounds_is_taken(quantity: int) -> None:
    assert ItemInstance("i", "rock", quantity).quantity == quantity


@pytest.mark.parametrize("quantity", [0, -1, MOST_QUANTITY + 1])
def test_an_impossible_quantity_cannot_be_built(quantity: int) -> None:
    with pytest.raises(ValueError, match=f"quantity must be from 1 to 1000000, not {quantity}"):
        ItemInstance("i", "rock", quantity)


@pytest.mark.parametrize("durability", [-0.1, 100.1, float("nan")])
def test_an_impossible_durability_cannot_be_built(durability: float) -> None:
    with pytest.raises(ValueError, match=f"durability must be from 0 to 100, not {durability}"):
        ItemInstance("i", "rock", 1, durability)


@pytest.mark.parametrize(
    "text",
    [
        b'{"instance_id":"i","template_id":"rock","quantity":0}',
        b'{"instance_id":"i","template_id":"rock","durability":101}',
        b'{"instance_id":"","template_id":"rock"}',
        b'{"instance_id":"i","template_id":"rock","owner":"ada"}',
    ],
)
def test_an_impossible_item_cannot_be_decoded(text: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=ItemInstance)
