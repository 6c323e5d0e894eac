from random import Random

import pytest
from twisted.internet.defer import Deferred

from mmod.errors import UnknownPlayer
from mmod.shard.admission import StartingKit
from mmod.spatial.vector import Vector
from mmod.world.commands import Teleport

from .bench import EPOCH, World


@pytest.fixture
def world():
    world = World(interval=10.0)
    world.persistence.start_persistence()
    return world


def joined(world, *names):
    clients = [world.join(name) for name in names]
    world.turn(0.1)
    return clients


def saves(world):
    return world.metric("mmod_saves_total", result="saved") or 0


def move(world, player_id, x):
    world.shard.apply(Teleport(player_id, Vector(x, 0.0)))


def pass_seconds(world, seconds):
    for _ in range(seconds):
        world.turn(1.0)
        world.turn()


def test_a_player_that_changed_is_saved_within_the_interval_and_then_once_per_interval(world):
    joined(world, "Ada")
    before = saves(world)
    move(world, "ada", 5.0)
    pass_seconds(world, 11)
    assert world.stored("ada").columns.x == 5.0
    assert saves(world) == before + 1
    move(world, "ada", 6.0)
    pass_seconds(world, 11)
    assert world.stored("ada").columns.x == 6.0
    assert saves(world) == before + 2


def test_with_nobody_in_the_world_nothing_is_looked_for(world):
    assert not world.clock.getDelayedCalls()
    (client,) = joined(world, "Ada")
    client.gone()
    assert world.clock.getDelayedCalls()
    world.run(world.settings.linger + 1.0)
    assert not world.engine.players()
    assert not world.clock.getDelayedCalls()


def test_a_player_that_did_not_change_is_not_saved(world):
    joined(world, "Ada")
    before = saves(world)
    pass_seconds(world, 60)
    assert saves(world) == before


def test_a_change_and_its_undoing_between_two_checkpoints_is_no_change(world):
    joined(world, "Ada")
    before = saves(world)
    move(world, "ada", 5.0)
    move(world, "ada", 0.0)
    pass_seconds(world, 20)
    assert saves(world) == before


def test_checkpoints_are_spread_over_the_interval(world):
    names = [f"P{number}" for number in range(100)]
    joined(world, *names)
    for name in names:
        move(world, name.lower(), 5.0)
    counts = []
    for _ in range(11):
        before = saves(world)
        pass_seconds(world, 1)
        counts.append(saves(world) - before)
    assert sum(counts) == 100
    assert max(counts) <= 25


@pytest.mark.parametrize("interval", [0.5, 2.0, 10.0, 60.0])
def test_a_player_who_changes_all_the_time_is_never_saved_later_than_the_interval(interval):
    world = World(interval=interval)
    world.persistence.start_persistence()
    (ada,) = joined(world, "Ada")
    began, chance, step, ages = world.clock.seconds(), Random(1), interval / 40, []
    for seq in range(1, 800):
        ada.input(seq, x=0.0)  # or the connection would be idle
        move(world, "ada", world.clock.seconds() - began)
        world.turn(step * chance.uniform(0.5, 1.5))
        world.turn()
        ages.append(world.clock.seconds() - began - world.stored("ada").columns.x)
    assert 0.8 * interval < max(ages) < interval + 3 * step  # a state may be a step old when it is saved


def test_sequences_are_part_of_what_is_saved(world):
    (ada,) = joined(world, "Ada")
    ada.input(42, x=0.0)
    world.tick()
    pass_seconds(world, 11)
    assert '"ack":42' in world.stored("ada").columns.sequences


def test_a_disconnect_is_saved_with_its_time_and_later_saves_keep_that_time(world):
    (ada,) = joined(world, "Ada")
    pass_seconds(world, 3)
    ada.gone()
    ended = world.wall()
    world.turn(0.1)
    assert world.stored("ada").mark.ended_at == ended
    move(world, "ada", 7.0)
    pass_seconds(world, 11)
    assert (world.stored("ada").columns.x, world.stored("ada").mark.ended_at) == (7.0, ended)


def test_who_came_back_is_saved_as_connected(world):
    (ada,) = joined(world, "Ada")
    ada.gone()
    world.turn(0.1)
    joined(world, "Ada")
    move(world, "ada", 7.0)
    pass_seconds(world, 11)
    assert world.stored("ada").mark.ended_at is None


def test_a_checkpoint_on_request_fires_when_it_is_durable(world):
    joined(world, "Ada")
    move(world, "ada", 3.0)
    fired = []
    world.persistence.request_player_checkpoint("ada").addCallback(fired.append)
    world.turn(0.04)
    assert fired == []
    world.turn(0.011)
    assert fired == [None]
    assert world.stored("ada").columns.x == 3.0


def test_a_player_who_is_not_in_the_world_cannot_be_saved(world):
    with pytest.raises(UnknownPlayer):
        world.persistence.request_player_checkpoint("nobody")


def test_a_player_whom_nobody_owns_is_not_saved(world):
    world.engine.add_or_update_player("npc", "NPC", (0.0, 0.0), (0.0, 0.0))
    assert world.persistence.request_player_checkpoint("npc").called
    assert "npc" not in world.memory.rows


def test_a_player_who_left_has_no_more_checkpoints_and_is_released(world):
    (ada,) = joined(world, "Ada")
    ada.gone()
    world.run(11.0)
    assert world.writer.epoch("ada") == 0
    before = saves(world)
    pass_seconds(world, 30)
    assert saves(world) == before


def test_when_the_daemon_stops_everybody_is_saved_as_disconnected_now(world):
    ada, _ = joined(world, "Ada", "Bob")
    ada.gone()
    ended = world.wall()
    world.turn(2.0)
    move(world, "bob", 9.0)
    Deferred.fromCoroutine(world.persistence.save_everyone())
    world.turn(0.1)
    assert world.stored("ada").mark.ended_at == ended
    assert world.stored("bob").mark.ended_at == pytest.approx(world.wall() - 0.1)
    assert world.stored("bob").columns.x == 9.0


def test_stopped_persistence_takes_no_checkpoints(world):
    joined(world, "Ada")
    move(world, "ada", 5.0)
    world.persistence.stop_persistence()
    world.persistence.stop_persistence()
    pass_seconds(world, 30)
    assert world.stored("ada").columns.x == 0.0


def test_a_failed_save_is_repeated_by_the_writer_and_checkpoints_go_on(world):
    joined(world, "Ada", "Bob")
    world.store.prompt = False
    move(world, "ada", 5.0)
    pass_seconds(world, 11)
    world.store.only("save").fail()
    world.store.prompt = True
    move(world, "bob", 6.0)
    pass_seconds(world, 11)
    assert (world.stored("ada").columns.x, world.stored("bob").columns.x) == (5.0, 6.0)


class _Unaccountable:
    """An engine whose players cannot be looked at, once."""

    def __init__(self, engine):
        self._engine = engine
        self.failures = 1

    def player_state(self, player_id):
        if self.failures:
            self.failures -= 1
            raise RuntimeError("broken")
        return self._engine.player_state(player_id)


def test_a_checkpoint_that_fails_does_not_end_the_checkpoints():
    from random import Random

    from mmod.shard.persistence import Persistence

    world = World()
    joined(world, "Ada")
    broken = _Unaccountable(world.engine)
    persistence = Persistence(
        broken, world.writer, clock=world.clock, wall_clock=world.wall, interval=2.0, random=Random(1)
    )
    persistence.start_persistence()
    persistence.entered("ada")
    move(world, "ada", 5.0)
    pass_seconds(world, 10)
    assert broken.failures == 0
    assert world.stored("ada").columns.x == 5.0


# --- the item ledger ---


def ledger(world):
    """Return what the ledger has of everybody's items: why, with which number, and whither."""
    return [(row.event.cause, row.event.seq, row.event.movement.target) for row in world.memory.ledger]


def test_the_ledger_tells_of_every_item_from_the_first_join_on():
    world = World(kit=StartingKit((("rock_small", 3),)))
    (client,) = joined(world, "Ada")
    dagger, club = world.give("ada", "dagger_bronze"), world.give("ada", "club_oak")
    client.equip(5, dagger)
    world.run(3.0)
    client.equip(6, club)
    world.run(0.2)
    assert ledger(world) == [
        ("starting", 0, "carried:backpack"),
        ("grant", 0, "carried:backpack"),
        ("grant", 0, "carried:backpack"),
        ("equip", 5, "worn:main_hand"),
        ("equip", 6, "carried:backpack"),
        ("equip", 6, "worn:main_hand"),
    ]
    assert world.memory.ledger[-1].event.at == pytest.approx(EPOCH + world.clock.seconds() - 0.2)


def test_a_refused_command_leaves_no_trace_in_the_ledger():
    world = World()
    (client,) = joined(world, "Ada")
    client.equip(1, "nothing")
    world.run(0.2)
    assert ledger(world) == []
