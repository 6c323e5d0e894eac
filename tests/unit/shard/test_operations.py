import pytest
from twisted.internet.defer import Deferred

from mmod.errors import DuplicateInstance, ExceedsBulk, Unavailable, UnknownCompartment, UnknownPlayer, UnknownTemplate
from mmod.spatial.cells import Cell
from mmod.spatial.vector import Vector

from .bench import COMMIT_DELAY, World


@pytest.fixture
def world():
    return World()


@pytest.fixture
def ada(world):
    client = world.join("Ada")
    world.turn(0.1)
    return client


def outcome(coroutine):
    """Run an operation; return a list that holds its result once it is there."""
    results = []
    Deferred.fromCoroutine(coroutine).addBoth(results.append)
    return results


def grant(world, template_id="rock_small", quantity=1, compartment="backpack", player_id="ada"):
    return outcome(world.operations.grant(player_id, template_id, quantity, compartment))


def away(world):
    world.store.prompt = False
    world.writer.start()
    world.turn(2.0)
    assert world.writer.away


def test_a_grant_is_shown_at_once_and_answered_when_it_is_durable(world, ada):
    granted = grant(world, quantity=3, compartment="belt")
    world.tick(2)
    (entry,) = ada.of("state")[-1]["inventory"]["items"]
    assert (entry["instance"]["quantity"], entry["compartment"]) == (3, "belt")
    assert granted == []
    world.turn(COMMIT_DELAY)
    assert granted == [entry["instance"]["instance_id"]]
    assert granted[0] in world.stored("ada").columns.inventory


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"template_id": "unobtainium"}, UnknownTemplate),
        ({"compartment": "sleeve"}, UnknownCompartment),
        ({"quantity": 100, "compartment": "belt"}, ExceedsBulk),
        ({"player_id": "nobody"}, UnknownPlayer),
    ],
)
def test_a_grant_that_a_rule_forbids_changes_nothing(world, ada, arguments, error):
    (failure,) = grant(world, **arguments)
    assert failure.check(error)
    assert world.engine.player("ada").inventory.items == ()


def test_an_instance_exists_only_once(world, ada):
    world.operations = type(world.operations)(world.shard, world.store, lambda: "the same")
    assert grant(world) == []
    (failure,) = grant(world)
    assert failure.check(DuplicateInstance)


def test_a_skill_is_shown_and_answered_when_it_is_durable(world, ada):
    set_skill = outcome(world.operations.set_skill("ada", "melee", 10))
    world.tick(2)
    assert ada.of("state")[-1]["skills"] == {"melee": 10}
    assert set_skill == []
    world.turn(COMMIT_DELAY)
    assert set_skill == [None]


def test_a_player_who_lingers_can_be_given_things(world, ada):
    ada.gone()
    granted = grant(world)
    world.turn(COMMIT_DELAY)
    assert isinstance(granted[0], str)


def test_while_the_store_is_away_nothing_is_granted(world, ada):
    away(world)
    for refused in (grant(world), outcome(world.operations.set_skill("ada", "melee", 1))):
        assert refused[0].check(Unavailable)
    player = world.engine.player("ada")
    assert (player.inventory.items, player.skills) == ((), {})


def test_a_teleport_is_clamped_and_moves_the_cell_at_once(world, ada):
    player = world.operations.teleport("ada", Vector(1e9, -300.0))
    assert player.pos == Vector(100_000.0, -300.0)
    assert player.owned_cell == Cell(390, -2)
    assert len(ada.of("handover")) == 1


def test_a_teleport_of_a_player_who_leaves_before_the_next_checkpoint_is_kept(world, ada):
    ada.gone()
    world.run(9.5)
    world.operations.teleport("ada", Vector(50.0, 0.0))
    world.run(1.0)
    assert world.engine.player("ada") is None
    assert world.stored("ada").columns.x == 50.0


def test_a_kick_ends_the_session_with_the_operators_words_and_the_player_lingers(world, ada):
    world.operations.kick("ada", "be <b>nice</b>")
    assert ada.of("error") == [{"code": "kicked", "message": "be <b>nice</b>"}]
    assert ada.wire.closed == (4006, "kicked")
    ada.gone()
    assert world.engine.player("ada").connected is False


def test_a_kick_of_a_player_who_lingers_removes_it_at_once(world, ada):
    ada.gone()
    world.turn(0.1)
    world.operations.kick("ada", "x")
    assert world.engine.player("ada") is None
    assert world.writer.epoch("ada") == 0
    assert world.stored("ada").columns is not None


def test_a_checkpoint_is_answered_when_it_is_stored(world, ada):
    ada.input(1)
    world.tick(20)
    checkpoint = outcome(world.operations.checkpoint("ada"))
    assert checkpoint == []
    world.turn(COMMIT_DELAY)
    assert checkpoint == [None]
    assert world.stored("ada").columns.x == pytest.approx(3.0)


@pytest.mark.parametrize(
    "operation",
    [
        lambda operations: operations.teleport("nobody", Vector(0.0, 0.0)),
        lambda operations: operations.kick("nobody", "x"),
    ],
)
def test_nothing_can_be_done_to_a_player_who_is_not_in_the_world(world, operation):
    with pytest.raises(UnknownPlayer):
        operation(world.operations)


@pytest.mark.parametrize(
    "operation",
    [
        lambda operations: operations.set_skill("nobody", "melee", 1),
        lambda operations: operations.checkpoint("nobody"),
    ],
)
def test_nothing_that_takes_time_can_be_done_to_a_player_who_is_not_in_the_world(world, operation):
    (failure,) = outcome(operation(world.operations))
    assert failure.check(UnknownPlayer)
