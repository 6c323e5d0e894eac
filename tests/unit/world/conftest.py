"""A small catalogue, and worlds made to measure."""

import pytest

from mmod.items.templates import Catalogue, ItemTemplate
from mmod.world.engine import Engine
from mmod.world.settings import BotSettings, EngineSettings, WorldSettings

TEMPLATES = (
    ItemTemplate("sword", "Sword", frozenset({"main_hand"}), 3.5, 2.0, "slash", {"melee": 10}),
    ItemTemplate("cap", "Cap", frozenset({"head"}), 1.0, 1.0),
    ItemTemplate("anvil", "Anvil", frozenset(), 90.0, 25.0),
    ItemTemplate("crate", "Crate", frozenset(), 1.0, 45.0),
)


@pytest.fixture
def catalogue():
    return Catalogue({template.template_id: template for template in TEMPLATES})


@pytest.fixture
def make_engine(catalogue):
    """Build a world: without bots unless they are asked for; other arguments are `WorldSettings`."""

    def make(bots=None, seed=1, **world):
        bots = BotSettings(max=0) if bots is None else bots
        return Engine(EngineSettings(WorldSettings(**world), bots, catalogue=catalogue), seed=seed)

    return make


@pytest.fixture
def engine(make_engine):
    return make_engine()
