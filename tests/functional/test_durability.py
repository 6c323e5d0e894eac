"""What is kept when the daemon stops, and when it is stopped."""

import signal
from math import hypot

import pytest

from mmod.wire.messages import EquipmentResult

from .harness.database import DURABLE_STORES, POSTGRESQL, SQLITE
from .harness.raw import RawClient

#: For what the store has a part in; the other tests are about when the daemon saves, and what.
every_durable_store = pytest.mark.stores(*DURABLE_STORES)

CLIENTS = 20

#: Metres a walking player can cover between the last state it was sent and the save: two snapshots at 3 m/s.
LAST_STEPS = 0.61

#: Times the daemon is killed.  With SQLite whoever commits is killed; PostgreSQL lives on, where half as many will do.
KILLS = {SQLITE: 20, POSTGRESQL: 10}


@every_durable_store
def test_nothing_is_lost_by_a_restart_under_twenty_walking_clients(launch, join):
    daemon = launch()
    names = [f"player-{number}" for number in range(CLIENTS)]
    clients = {name: join(daemon, name) for name in names}
    for number, (name, client) in enumerate(clients.items()):
        prepare(daemon, name, client, number)
    before = {name: daemon.operator.player(name) for name in names}
    daemon.signal(signal.SIGTERM)
    assert [client.closed() for client in clients.values()] == [1012] * CLIENTS
    assert daemon.ended() == 0
    daemon.start()
    for number, (name, client) in enumerate(clients.items()):
        returned = join(daemon, name, resume=client.joined.resumeToken)
        assert (returned.joined.resumed, returned.joined.ack) == (True, 100 + number)
        assert_as_before(daemon.operator.player(name), before[name])
        last = client.last_state.player.pos
        assert hypot(returned.joined.pos.x - last.x, returned.joined.pos.z - last.z) < LAST_STEPS
        returned.unequip("feet", seq=number + 1)
        returned.unequip("feet", seq=number + 2)
        assert returned.expect(EquipmentResult).seq == number + 2


def prepare(daemon, name, client, number):
    """Give a player things, an item in a slot, a skill, a place and sequences of its own, and let it walk."""
    daemon.operator.grant(name, "potion_health", number + 1, "craft_bag" if number % 2 else "backpack")
    cap = daemon.operator.grant(name, "cap_wool")
    daemon.operator.train(name, "melee", number)
    daemon.operator.teleport(name, 10 * number, -10 * number)
    client.equip(cap, "head", seq=number + 1)
    assert client.expect(EquipmentResult).success
    client.walk(1, 0, seq=100 + number)
    client.state(lambda state: state.ack == 100 + number and state.player.vel.x == 3)


def assert_as_before(now, then):
    assert now["inventory"] == then["inventory"]
    assert instances(now) == instances(then)
    assert now["skills"] == then["skills"]
    assert now["epoch"] == then["epoch"] + 1


def instances(player):
    """What is in each slot; cooldowns go on in the meantime."""
    return {slot: worn["instance"] for slot, worn in player["equipment"]["slots"].items()}


@every_durable_store
def test_an_acknowledged_equip_outlives_every_kill(launch, join, store):
    daemon = launch(settings={"items.equip_cooldown": 0})
    join(daemon, "ada")
    resting, worn = (daemon.operator.grant("ada", "dagger_bronze") for _ in range(2))
    first = join(daemon, "ada")
    first.equip(worn, "main_hand")
    assert first.expect(EquipmentResult).success
    for _ in range(KILLS[store]):
        client = join(daemon, "ada")
        client.equip(resting, "main_hand")
        assert client.expect(EquipmentResult).success
        daemon.kill()
        daemon.start()
        kept = daemon.operator.player("ada")
        assert kept["equipment"]["slots"]["main_hand"]["instance"]["instance_id"] == resting
        assert items(kept) == [worn]
        resting, worn = worn, resting


def items(player):
    return [stowed["instance"]["instance_id"] for stowed in player["inventory"]["items"]]


@every_durable_store
def test_an_acknowledged_grant_outlives_a_kill(launch, join):
    daemon = launch()
    join(daemon, "ada")
    given = [daemon.operator.grant("ada", "potion_health") for _ in range(5)]
    daemon.kill()
    daemon.start()
    assert items(daemon.operator.player("ada")) == given
    assert [stowed.instance.instance_id for stowed in join(daemon, "ada").joined.inventory.items] == given


@every_durable_store
def test_a_position_outlives_a_kill_once_a_checkpoint_has_been_taken(launch, join):
    daemon = launch()
    join(daemon, "ada")
    daemon.operator.teleport("ada", 12, 34)
    daemon.operator.checkpoint("ada")
    daemon.kill()
    daemon.start()
    assert join(daemon, "ada").joined.pos.z == 34


@pytest.mark.stores(SQLITE)
def test_positions_are_saved_by_themselves_now_and_then(launch, join):
    daemon = launch(settings={"store.checkpoint_interval": 0.5})
    client = join(daemon, "ada")
    client.walk(1, 0)
    client.state(lambda state: state.player.pos.x > 6)
    daemon.kill()
    daemon.start()
    assert 0 < join(daemon, "ada").joined.pos.x < client.last_state.player.pos.x + LAST_STEPS


@pytest.mark.stores(SQLITE)
def test_a_cooldown_goes_on_after_a_restart(launch, join):
    daemon = launch(settings={"items.equip_cooldown": 30})
    client = join(daemon, "ada")
    club, dagger = (daemon.operator.grant("ada", template) for template in ("club_oak", "dagger_bronze"))
    client.equip(club, "main_hand")
    assert client.expect(EquipmentResult).success
    daemon.stop()
    daemon.start()
    returned = join(daemon, "ada")
    assert 20 < returned.joined.equipment.slots["main_hand"].cooldown_remaining < 30
    returned.equip(dagger, "main_hand")
    assert returned.expect(EquipmentResult).code == "equip_locked"


@pytest.mark.stores(SQLITE)
def test_a_second_sigterm_waits_for_no_client_and_loses_nothing(launch, join):
    daemon = launch()
    join(daemon, "ada")
    daemon.operator.teleport("ada", 5, 6)
    with RawClient(daemon.port) as silent:
        silent.join("dev:ben").join_ack()
        daemon.signal(signal.SIGTERM)
        silent.close_code()
        daemon.signal(signal.SIGTERM)
        assert daemon.ended(within=5) == 0
    daemon.start()
    assert join(daemon, "ada").joined.pos.z == 6
