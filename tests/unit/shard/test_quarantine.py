import pytest
from attrs import evolve
from msgspec.structs import replace
from twisted.internet.defer import Deferred

from mmod.errors import ItemElsewhere, PlayerPresent, UnknownRecord
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.shard.quarantine import Quarantine
from mmod.store.records import encoded
from mmod.world.state import PlayerState

from .bench import World


@pytest.fixture
def world():
    """A world in which the record of Ada, who is at rest, was set aside."""
    world = World()
    rest(world, world.join("Ada"))
    row = world.memory.rows["ada"]
    world.memory.rows["ada"] = evolve(row, columns=replace(row.columns, inventory="{damaged"))
    rest(world, world.join("Ada"))
    return world


@pytest.fixture
def quarantine(world):
    return Quarantine(world.shard, world.store)


def rest(world, client):
    """Let a client go and its player leave the world."""
    client.gone()
    world.run(11.0)


def outcome(coroutine):
    """Return what has come of an operation that need not wait."""
    results = []
    Deferred.fromCoroutine(coroutine).addBoth(results.append)
    (result,) = results
    return result


def inventory_of(world):
    return world.stored("ada").columns.inventory


def test_what_was_set_aside_is_told(quarantine):
    (record,) = outcome(quarantine.records())
    assert (record.player_id, record.quarantine_id) == ("ada", 1)


def test_a_record_is_put_back_as_it_was(world, quarantine):
    assert inventory_of(world) != "{damaged"
    assert outcome(quarantine.restore(1)) == "ada"
    assert inventory_of(world) == "{damaged"


def test_a_record_that_is_not_there_is_told(quarantine):
    assert outcome(quarantine.restore(2)).check(UnknownRecord)
    assert outcome(quarantine.restore(1)) == "ada"
    assert outcome(quarantine.restore(1)).check(UnknownRecord)


def test_a_record_with_items_of_somebody_elses_is_not_put_back(world, quarantine):
    had = ItemInstance("cap-1", "cap_wool")
    state = PlayerState("Cy", inventory=Inventory((Stowed(had, "backpack"),)))
    world.memory.replace("cy", state)
    world.memory.quarantine("cy", 1, "unknown item")
    world.memory.rows["ben"] = evolve(world.memory.rows["ada"], player_id="ben", columns=encoded(state))
    refused = outcome(quarantine.restore(2))
    assert refused.check(ItemElsewhere)
    assert "'cap-1' is player 'ben''s" in refused.getErrorMessage()


def test_a_player_in_the_world_keeps_what_it_has(world, quarantine):
    client = world.join("Ada")
    assert outcome(quarantine.restore(1)).check(PlayerPresent)
    client.gone()
    assert outcome(quarantine.restore(1)).check(PlayerPresent), "it lingers"
    world.run(11.0)
    assert outcome(quarantine.restore(1)) == "ada"


def test_a_player_whose_last_state_is_not_durable_yet_keeps_it(world, quarantine):
    client = world.join("Ada")
    world.turn(0.1)
    world.store.prompt = False
    rest(world, client)
    assert world.engine.player("ada") is None
    assert outcome(quarantine.restore(1)).check(PlayerPresent)
    world.store.only("save").answer()
    assert outcome(quarantine.restore(1)) == "ada"


def test_a_player_that_joins_meanwhile_cannot_save_over_what_was_put_back(world, quarantine):
    world.store.prompt = False
    client = world.join("Ada")
    world.store.only("claim").commit()
    assert outcome(quarantine.restore(1)) == "ada"
    world.store.only("claim").answer()
    world.store.prompt = True
    assert client.joined
    world.persistence.save_soon("ada")
    world.turn(0.1)
    assert client.error == "replaced"
    assert inventory_of(world) == "{damaged"
