import pytest

from mmod.shard.broadcast import MADE_AT_ONCE
from mmod.wire.delta.decoder import DeltaDecoder
from mmod.wire.dialects import Dialect
from mmod.world.settings import WorldSettings

from .bench import World


@pytest.fixture
def world():
    return World()


def ids(state):
    return [entity["id"] for entity in state["entities"]]


def test_a_snapshot_is_sent_at_its_rate_and_not_with_every_tick(world):
    ada = world.join("Ada")
    world.tick(20)
    assert len(ada.of("state")) == 10
    assert [state["tick"] for state in ada.of("state")] == list(range(2, 21, 2))


def test_clients_are_spread_over_the_ticks_between_snapshots_and_all_get_their_states(world):
    clients = [world.join(f"player-{number}").input(1) for number in range(6)]
    world.tick(20)
    ticks = [[state["tick"] for state in client.of("state")] for client in clients]
    assert ticks == [list(range(first, 21, 2)) for first in (2, 1, 2, 1, 2, 1)]


def test_a_state_between_two_snapshots_shows_its_own_tick(world):
    world.join("Ada")
    bob = world.join("Bob").input(1)
    world.tick(3)
    assert [state["player"]["pos"]["x"] for state in bob.of("state")] == pytest.approx([0.15, 0.45])


def test_everybody_sees_the_others_within_the_radius_and_never_itself():
    world = World(world=WorldSettings(aoi_radius=10.0))
    clients = {name: world.join(name) for name in ("Ada", "Bob", "Cid")}
    for name, x in (("ada", 0.0), ("bob", 10.0), ("cid", 20.5)):
        world.engine.add_or_update_player(name, name, (x, 0.0), (0.0, 0.0))
    world.tick(2)
    seen = {name: ids(client.of("state")[-1]) for name, client in clients.items()}
    assert seen == {"Ada": ["bob"], "Bob": ["ada"], "Cid": []}


def test_players_who_linger_are_seen(world):
    ada, bob = world.join("Ada"), world.join("Bob")
    bob.gone()
    world.tick(2)
    assert ids(ada.of("state")[-1]) == ["bob"]


def test_who_does_not_read_is_left_out_and_the_others_are_not(world):
    ada, bob = world.join("Ada"), world.join("Bob")
    ada.connection.filled()
    world.tick(6)
    assert (len(ada.of("state")), len(bob.of("state"))) == (0, 3)
    assert world.metric("mmod_snapshots_dropped_total") == 3
    assert world.metric("mmod_snapshots_sent_total") == 3


def test_who_reads_again_sees_the_world_as_it_is_now(world):
    ada = world.join("Ada").input(1)
    ada.connection.filled()
    world.tick(10)
    ada.connection.drained()
    world.tick(2)
    (state,) = ada.of("state")
    assert state["tick"] == 12
    assert state["player"]["pos"]["x"] == pytest.approx(1.8)


def test_a_private_part_that_changed_while_snapshots_were_skipped_comes_with_the_next_one(world):
    ada = world.join("Ada")
    ada.connection.filled()
    item = world.give("ada")
    world.tick(4)
    ada.connection.drained()
    world.tick(4)
    first, second = ada.of("state")
    assert first["inventory"]["items"][0]["instance"]["instance_id"] == item
    assert "inventory" not in second


@pytest.mark.parametrize("dialect", Dialect)
def test_a_crowd_larger_than_what_is_made_at_once_gets_all_its_states(world, dialect):
    names = [f"player-{number}" for number in range(2 * (2 * MADE_AT_ONCE + 1))]
    clients = {name: world.join(name, dialect) for name in names}
    world.tick(2)
    states = {
        name: client.of("state") if dialect is Dialect.JSON else decoded(client) for name, client in clients.items()
    }
    assert [[state["player"]["id"] for state in states[name]] for name in names] == [[name] for name in names]
    assert all(len(state["entities"]) == len(names) - 1 for told in states.values() for state in told)
    assert world.metric("mmod_snapshots_sent_total") == world.metric("mmod_snapshot_bytes_count") == len(names)


def test_when_nobody_reads_nothing_is_encoded(world):
    world.join("Ada").connection.filled()
    world.tick(2)
    assert world.metric("mmod_snapshot_bytes_count") == 0


def test_sizes_and_sights_are_measured(world):
    clients = [world.join("Ada"), world.join("Bob")]
    world.tick(2)
    sizes = [len(client.wire.frames[-1]) for client in clients]
    assert world.metric("mmod_snapshot_bytes_sum") == sum(sizes)
    assert world.metric("mmod_entities_in_sight_sum") == 2


def test_clients_that_have_not_joined_get_no_states(world):
    world.gate.shut = True
    clients = [world.connect(), world.join("Ada")]
    world.tick(4)
    assert all(client.messages == [] for client in clients)


# --- the binary dialect -----------------------------------------------------------------------------------------------


def decoded(client):
    """Return the binary states of a client as the data of messages."""
    decoder = DeltaDecoder(20)
    return [decoder.decode(payload)["data"] for payload in client.wire.binaries]


def test_each_client_gets_states_in_its_own_dialect(world):
    binary, text = world.join("Ada", Dialect.DELTA), world.join("Bob")
    binary.input(1)
    world.tick(6)
    assert (binary.of("state"), text.wire.binaries) == ([], [])
    shown = [(state, state["player"], ids(state)) for state in decoded(binary)]
    shown += [(state, state["entities"][0], ["bob"]) for state in text.of("state")]
    assert len(shown) == 6
    for state, ada, others in shown:
        assert ada["pos"]["x"] == pytest.approx(0.15 * state["tick"])
        assert (ada["id"], others) == ("ada", ["bob"])
    assert world.metric("mmod_snapshots_sent_total") == 6


def test_a_binary_client_that_does_not_read_gets_the_difference_to_what_it_was_last_sent(world):
    late, prompt = world.join("Ada", Dialect.DELTA).input(1), world.join("Bob", Dialect.DELTA)
    world.tick(2)
    late.connection.filled()
    world.tick(6)
    world.join("Cid")
    late.connection.drained()
    world.tick(2)
    assert [state["tick"] for state in decoded(late)] == [2, 10]
    assert decoded(late)[-1]["player"]["pos"]["x"] == pytest.approx(1.5)
    assert ids(decoded(late)[-1]) == ["bob", "cid"]
    assert [ids(state) for state in decoded(prompt)] == [["ada"]] * 4 + [["ada", "cid"]]


def test_a_private_part_goes_to_a_binary_client_once(world):
    ada = world.join("Ada", Dialect.DELTA)
    item = world.give("ada")
    world.tick(4)
    first, second = decoded(ada)
    assert first["inventory"]["items"][0]["instance"]["instance_id"] == item
    assert "inventory" not in second


def test_a_new_connection_of_a_player_begins_anew(world):
    first, other = world.join("Ada", Dialect.DELTA), world.join("Bob", Dialect.DELTA)
    world.tick(4)
    second = world.join("Ada", Dialect.DELTA)
    world.tick(2)
    assert [ids(state) for state in decoded(second)] == [["bob"]]
    assert (len(decoded(first)), len(decoded(other))) == (2, 3)
