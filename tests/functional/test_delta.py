"""The binary dialect `mmod.v1.delta`: the same world as in JSON, at every tick."""

import pytest

from mmod.speedups import COMPILED, SWITCH

from .conftest import unique

pytestmark = pytest.mark.any_store

DELTA = "mmod.v1.delta"

#: Metres: half a centimetre of rounding, and half a millimetre of the JSON dialect's.
ROUNDING = 0.0055 + 1e-9


@pytest.fixture
def join_delta(connect):
    def joined(daemon, name, **fields):
        client = connect(daemon, subprotocols=[DELTA, "mmod.v1.json"])
        client.join(f"dev:{name}", **fields)
        return client

    return joined


def everybody(state):
    """Return what a state says of each one in it, by id."""
    return {one.id: one for one in (state.player, *state.entities)}


def compare(delta, whole):
    """Hold two states of one tick against each other; return how many they both show."""
    assert delta.tick == whole.tick
    ours, theirs = everybody(delta), everybody(whole)
    for name in ours.keys() & theirs.keys():
        assert ours[name].vel == theirs[name].vel
        assert abs(ours[name].pos.x - theirs[name].pos.x) <= ROUNDING
        assert abs(ours[name].pos.z - theirs[name].pos.z) <= ROUNDING
        if delta.player.id != name != whole.player.id:
            assert (ours[name].kind, ours[name].name) == (theirs[name].kind, theirs[name].name)
    return len(ours.keys() & theirs.keys())


def same_world(delta, whole, states):
    """Take some states of both and compare those of the same tick; return how many entities were compared in all."""
    delta.state()
    first = whole.state(lambda state: state.tick >= delta.last_state.tick).tick
    if delta.last_state.tick < first:
        delta.state(lambda state: state.tick == first)
    compared = compare(delta.last_state, whole.last_state)
    for _ in range(states):
        compared += compare(delta.state(), whole.state())
    return compared


def in_step(daemon, join, delta):
    """Return a JSON client that is shown the same ticks (viewers may be spread over the ticks between snapshots)."""
    for name in ("ben", "bea", "bob", "bix"):
        whole = join(daemon, name)
        if (whole.state().tick - delta.last_state.tick) % 2 == 0:
            return whole
    raise AssertionError("nobody is in step")


@pytest.mark.parametrize(
    ("environment", "loops"),
    [({}, "compiled" if COMPILED else "Python alone"), ({SWITCH: "1"}, "Python alone")],
    ids=["as installed", "pure"],
)
def test_both_dialects_show_the_same_world_at_every_tick(launch, join, join_delta, environment, loops):
    daemon = launch(settings={"bots.target_per_cell": 60, "bots.max": 1000}, environment=environment)
    assert f"the loops over clients and entities are {loops}" in daemon.log
    delta = join_delta(daemon, "ada")
    delta.state()
    whole = in_step(daemon, join, delta)
    delta.walk(1.0, 0.3)
    whole.walk(-0.5, 1.0)
    delta.state(lambda state: len(state.entities) >= 5)
    assert same_world(delta, whole, 15) > 15 * 3
    delta.walk(-1.0, -1.0)
    guest = join(daemon, "cid")
    daemon.operator.teleport(whole.joined.playerID, 40, -30)
    same_world(delta, whole, 5)
    guest.close()
    daemon.operator.teleport("ada", -60, 0.125)
    daemon.operator.teleport(whole.joined.playerID, -50, 7)
    same_world(delta, whole, 10)
    assert delta.binary_states == len([frame for frame in delta.frames if frame.startswith('{"type": "state"')])


def test_everything_else_is_the_same_text(daemon, join_delta):
    client = join_delta(daemon, unique("ada"))
    assert client.socket.subprotocol == DELTA
    item = daemon.operator.grant(client.joined.playerID, "cap_wool")
    shown = client.state(lambda state: state.inventory)
    assert [stowed.instance.instance_id for stowed in shown.inventory.items] == [item]
    client.equip(item, "head")
    shown = client.state(lambda state: state.equipment)
    assert shown.equipment.slots["head"].instance.instance_id == item
    seq = client.walk(1, 0)
    assert client.state(lambda state: state.ack == seq).player.vel.x == 3


def test_a_client_that_resumes_is_shown_everything_anew(daemon, join, join_delta):
    name, other = unique("ada"), unique("ben")
    join(daemon, other)
    first = join_delta(daemon, name)
    first.state(lambda state: other in everybody(state))
    first.cut()
    second = join_delta(daemon, name, resume=first.joined.resumeToken)
    assert second.joined.resumed
    assert other in everybody(second.state())


def test_a_client_may_change_its_dialect_when_it_resumes(daemon, join, join_delta):
    name = unique("ada")
    first = join_delta(daemon, name)
    first.state()
    first.cut()
    second = join(daemon, name, resume=first.joined.resumeToken)
    second.state()
    assert (second.joined.resumed, second.binary_states) == (True, 0)
