import pytest

from mmod.errors import BadRecord, DuplicateInstance, UnknownPlayer
from mmod.items.belongings import Belongings
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.items.rulebook import Rulebook
from mmod.items.rules import ItemRules
from mmod.items.templates import Catalogue, ItemTemplate
from mmod.spatial.vector import ORIGIN
from mmod.world.character import Character
from mmod.world.entities import Entities
from mmod.world.frame import Kind
from mmod.world.players import Players
from mmod.world.state import Sequences


@pytest.fixture
def entities():
    return Entities(256.0)


@pytest.fixture
def players(entities, catalogue):
    return Players(entities, Rulebook(ItemRules(), catalogue))


def owner_of(*instances):
    return Character(Belongings(Inventory(tuple(Stowed(instance, "backpack") for instance in instances))))


CAP, ANVIL = ItemInstance("cap-1", "cap"), ItemInstance("anvil-1", "anvil")


def test_players_are_listed_in_the_order_of_joining(players):
    for name in ("c", "a", "b"):
        players.admit(name, name, ORIGIN, Character())
    players.remove("a")
    players.admit("a", "a", ORIGIN, Character())
    assert players.ids == ("c", "b", "a")


def test_what_a_player_owns_decides_its_speed(players, entities):
    slot = players.admit("a", "A", ORIGIN, Character())
    assert entities.factor[slot] == 1.0
    players.put("a", owner_of(ANVIL))
    assert entities.factor[slot] == pytest.approx(0.75)
    assert players.encumbrance("a").movement_penalty == pytest.approx(0.75)


def test_an_item_in_the_world_is_not_new(players):
    players.admit("a", "A", ORIGIN, owner_of(CAP))
    with pytest.raises(DuplicateInstance, match="cap-1"):
        players.require_new(CAP)
    players.require_new(ANVIL)


@pytest.mark.parametrize("end", ["remove", "put"])
def test_an_item_no_longer_in_the_world_is_new_again(players, end):
    players.admit("a", "A", ORIGIN, owner_of(CAP))
    if end == "remove":
        players.remove("a")
    else:
        players.put("a", owner_of(ANVIL))
    players.require_new(CAP)


def test_an_item_of_another_player_makes_a_record_bad_and_is_counted(players):
    players.admit("a", "A", ORIGIN, owner_of(CAP))
    players.require_own("a", owner_of(CAP, ANVIL).belongings)
    assert players.violations == 0
    with pytest.raises(BadRecord, match="cap-1"):
        players.require_own("b", owner_of(ANVIL, CAP).belongings)
    assert players.violations == 1


def test_a_bot_makes_way_for_a_player_of_the_same_id(players, entities):
    entities.add("bot-1", "bot-1", Kind.BOT, ORIGIN)
    slot = players.admit("bot-1", "Robby", ORIGIN, Character())
    assert entities.population.ids == ("bot-1",)
    assert entities.kind[slot] == Kind.PLAYER


def test_the_acknowledged_input_of_the_sequences_is_that_of_the_entity(players, entities):
    slot = players.admit("a", "A", ORIGIN, Character(sequences=Sequences(4, 2, (5,))))
    assert players.sequences("a") == Sequences(4, 2, (5,))
    entities.ack[slot] = 9
    assert players.sequences("a") == Sequences(9, 2, (5,))


def test_who_lingers_leaves_at_the_tick_first_named(players):
    for name in ("a", "b", "c"):
        players.admit(name, name, ORIGIN, Character())
    players.linger("b", 10)
    players.linger("a", 12)
    players.linger("b", 99)
    assert players.leaving(9) == []
    assert players.leaving(10) == ["b"]
    assert players.leaving(12) == ["b", "a"]


def test_who_stays_or_is_gone_lingers_no_longer(players):
    for name in ("a", "b"):
        players.admit(name, name, ORIGIN, Character())
        players.linger(name, 10)
    players.stay("a")
    players.remove("b")
    assert players.leaving(99) == []
    assert not players.lingers("a")


def test_learned_templates_are_added_and_known_ones_stay(players):
    players.learn(Catalogue({"cap": ItemTemplate("cap", "Other"), "hat": ItemTemplate("hat", "Hat")}))
    assert players.book.catalogue["cap"].display_name == "Cap"
    assert players.book.catalogue["hat"].display_name == "Hat"


def test_who_is_not_in_the_world_is_unknown(players, entities):
    entities.add("bot-1", "bot-1", Kind.BOT, ORIGIN)
    for name in ("a", "bot-1"):
        with pytest.raises(UnknownPlayer, match=name):
            players.character(name)
        with pytest.raises(UnknownPlayer, match=name):
            players.slot(name)
