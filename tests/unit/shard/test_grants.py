import pytest
from twisted.internet.defer import Deferred

from mmod.errors import ExceedsBulk, IdempotencyConflict, Unavailable
from mmod.shard.grants import keyed_instance_id
from mmod.world.commands import Evict
from mmod.world.state import PlayerState

from .bench import COMMIT_DELAY, World


@pytest.fixture
def world():
    return World()


@pytest.fixture
def ada(world):
    client = world.join("Ada")
    world.turn(0.1)
    return client


def grant(world, key, template_id="dagger_bronze", quantity=1, compartment="backpack", player_id="ada"):
    """Ask for a grant; return a list that holds its result once it is there."""
    results = []
    granted = world.operations.grant(player_id, template_id, quantity, compartment, key)
    Deferred.fromCoroutine(granted).addBoth(results.append)
    return results


def granted(world, key, **what):
    """Ask for a grant and wait for it; return its result."""
    results = grant(world, key, **what)
    world.turn(COMMIT_DELAY)
    (result,) = results
    return result


def carried(world, player_id="ada"):
    return [stowed.instance.instance_id for stowed in world.engine.player(player_id).inventory.items]


def test_the_same_key_gives_the_item_once_and_the_same_answer(world, ada):
    first = granted(world, "key")
    assert granted(world, "key") == first
    assert carried(world) == [first]


def test_other_keys_and_none_give_more(world, ada):
    ids = [granted(world, key) for key in ("key", "KEY", "key ", None, None)]
    assert len(set(ids)) == 5
    assert carried(world) == ids


def test_a_key_is_of_one_player(world, ada):
    world.join("Bob")
    world.turn(0.1)
    assert granted(world, "key") != granted(world, "key", player_id="bob")
    assert len(carried(world)) == len(carried(world, "bob")) == 1


def test_where_the_player_ends_and_the_key_begins_is_told():
    assert keyed_instance_id("ada", "bkey") != keyed_instance_id("adab", "key")


def test_the_instance_id_of_a_key_never_changes():
    assert keyed_instance_id("ada", "key") == "9924875e-8f12-59e5-9969-6c473e932e51"


def test_two_at_once_give_one_item_and_both_hear_when_it_is_durable(world, ada):
    first, second = grant(world, "key"), grant(world, "key")
    assert first == second == []
    world.turn(COMMIT_DELAY)
    assert first == second == carried(world)


def slow_ledger(world):
    """Let the test answer what is asked of the ledger; return the answers that are owed, each to be called."""
    owed, history = [], world.store.history

    def asked(instance_id):
        answer, found = Deferred(), history(instance_id)
        owed.append(lambda: found.chainDeferred(answer))
        return answer

    world.store.history = asked
    return owed


def test_two_that_ask_the_ledger_at_once_give_one_item_and_both_hear_when_it_is_durable(world, ada):
    owed = slow_ledger(world)
    first, second = grant(world, "key"), grant(world, "key")
    for answer in owed:
        answer()
    assert (len(owed), first, second) == (2, [], [])
    world.turn(COMMIT_DELAY)
    assert first == second == carried(world)


def test_of_two_that_ask_the_ledger_at_once_for_different_things_the_later_is_told(world, ada):
    owed = slow_ledger(world)
    first, second = grant(world, "key"), grant(world, "key", quantity=2)
    for answer in owed:
        answer()
    world.turn(COMMIT_DELAY)
    assert second[0].check(IdempotencyConflict)
    assert first == carried(world)


def test_a_repetition_is_not_answered_before_the_item_is_durable(world, ada):
    world.store.prompt = False
    first = grant(world, "key")
    world.turn(COMMIT_DELAY)
    again = grant(world, "key")
    world.turn(COMMIT_DELAY)
    assert first == again == []
    world.store.only("save").fail()
    assert first == again == []
    world.store.prompt = True
    world.turn(1.0)
    assert first == again == carried(world)


def test_a_worn_item_is_still_the_one_that_was_given(world, ada):
    first = granted(world, "key")
    ada.equip(1, first)
    assert carried(world) == []
    assert granted(world, "key") == first
    assert carried(world) == []


def test_an_item_moved_to_another_compartment_is_still_the_one_that_was_given(world, ada):
    first = granted(world, "key", compartment="belt")
    ada.equip(1, first).say(type="unequip", seq=2, slot="main_hand", compartment="backpack")
    assert granted(world, "key", compartment="belt") == first
    assert carried(world) == [first]


@pytest.mark.parametrize("other", [{"template_id": "rock_small"}, {"quantity": 2}])
def test_a_key_that_gave_something_else_is_refused_and_changes_nothing(world, ada, other):
    first = granted(world, "key")
    failure = granted(world, "key", **other)
    assert failure.check(IdempotencyConflict)
    assert carried(world) == [first]


def test_a_key_whose_grant_was_refused_can_be_used_again(world, ada):
    assert granted(world, "key", template_id="rock_small", quantity=100, compartment="belt").check(ExceedsBulk)
    assert [granted(world, "key", template_id="rock_small", quantity=5, compartment="belt")] == carried(world)


def test_after_a_restart_the_same_key_gives_nothing_more(world, ada):
    first = granted(world, "key")
    again = World(memory=world.memory, clock=world.clock, name="again-")
    again.join("Ada")
    again.turn(0.1)
    assert granted(again, "key") == first
    assert carried(again) == [first]


def test_a_key_gives_nothing_more_when_its_item_has_left_the_player(world, ada):
    first = granted(world, "key")
    ada.gone()
    world.engine.apply(Evict("ada"))
    world.persistence.left("ada")
    world.memory.replace("ada", PlayerState("Ada"))
    world.join("Ada")
    world.turn(0.1)
    assert carried(world) == []
    assert granted(world, "key") == first
    assert granted(world, "key", quantity=2).check(IdempotencyConflict)
    assert carried(world) == []


def test_a_key_is_unavailable_when_the_ledger_cannot_be_asked(world, ada):
    world.memory.close()
    assert grant(world, "key")[0].check(Unavailable)
    assert carried(world) == []


def test_a_grant_that_a_crash_has_undone_is_done_again(world, ada):
    world.store.prompt = False
    lost = grant(world, "key")
    world.turn(COMMIT_DELAY)
    again = World(memory=world.memory, clock=world.clock, name="again-")
    again.join("Ada")
    again.turn(0.1)
    assert carried(again) == []
    assert [granted(again, "key")] == carried(again)
    assert lost == []
