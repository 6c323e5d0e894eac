"""A small catalogue with round numbers, so that every limit can be met exactly."""

import pytest

from mmod.items.rulebook import Rulebook
from mmod.items.rules import ItemRules
from mmod.items.templates import Catalogue, ItemTemplate

TEMPLATES = (
    ItemTemplate("sword", "Sword", frozenset({"main_hand"}), 3.5, 2.0, "slash", {"melee": 10}),
    ItemTemplate("club", "Club", frozenset({"main_hand"}), 2.5, 2.0, "blunt"),
    ItemTemplate("pole", "Pole", frozenset({"main_hand"}), 1.0, 4.0),
    ItemTemplate("dagger", "Dagger", frozenset({"main_hand", "off_hand"}), 1.0, 1.0, "pierce"),
    ItemTemplate("relic", "Relic", frozenset({"head"}), 1.0, 1.0, None, {"lore": 2, "faith": 3}),
    ItemTemplate("crown", "Crown", frozenset({"head"}), 60.0, 0.0),
    ItemTemplate("charm", "Charm", frozenset({"neck"}), 0.1, 0.1),
    ItemTemplate("lead", "Lead", weight=1.0),
    ItemTemplate("cork", "Cork", bulk=1.0),
    ItemTemplate("pebble", "Pebble", weight=0.1, bulk=0.1),
)


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue({template.template_id: template for template in TEMPLATES})


@pytest.fixture
def book(catalogue: Catalogue) -> Rulebook:
    return Rulebook(ItemRules(), catalogue)
