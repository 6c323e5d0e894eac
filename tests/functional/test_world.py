"""What players see of each other while they walk."""

import time
from math import hypot

import pytest

from mmod.wire.messages import Handover, State, Telemetry

from .conftest import unique
from .harness.database import EVERY_STORE

pytestmark = pytest.mark.any_store

#: Metres per second, and ticks per second.
SPEED, HZ = 3.0, 20

#: Metres by which rounding to 3 decimals can change a difference of two positions.
ROUNDING = 0.0011

CELL, HYSTERESIS = 256, 2


def moved(client, ticks):
    """Return velocity, and what a walking client covers in at least so many ticks and should cover by it (m)."""
    client.state(lambda state: hypot(state.player.vel.x, state.player.vel.z) > 0)
    began = client.state()
    ended = client.state(lambda state: state.tick >= began.tick + ticks)
    way = hypot(ended.player.pos.x - began.player.pos.x, ended.player.pos.z - began.player.pos.z)
    speed = hypot(ended.player.vel.x, ended.player.vel.z)
    assert way == pytest.approx(speed * (ended.tick - began.tick) / HZ, abs=4 * ROUNDING)
    return speed


@pytest.mark.stores(*EVERY_STORE)
def test_a_player_walks_three_metres_a_second(daemon, join):
    client = join(daemon, unique("ada"))
    client.walk(1, 0)
    assert moved(client, 20) == SPEED


def test_a_diagonal_is_not_faster(daemon, join):
    client = join(daemon, unique("ada"))
    client.walk(1, 1)
    assert moved(client, 20) == pytest.approx(SPEED, abs=ROUNDING)


def test_twenty_ticks_are_a_second_of_the_clock(daemon, join):
    client = join(daemon, unique("ada"))
    first, began = client.state().tick, time.monotonic()
    last = client.state(lambda state: state.tick >= first + 2 * HZ).tick
    assert time.monotonic() - began == pytest.approx((last - first) / HZ, rel=0.1)
    assert client.expect(Telemetry).tick_rate == pytest.approx(HZ, rel=0.1)


@pytest.mark.parametrize(("rocks", "penalty"), [(0, 0.875), (10, 0.75), (30, 0.5)])
def test_a_burden_slows(daemon, join, rocks, penalty):
    """An anvil weighs 85 and a rock 0.5; the penalty runs from 1 at 80 to 0.5 at 100."""
    name = unique("ada")
    client = join(daemon, name)
    daemon.operator.grant(name, "anvil_iron")
    if rocks:
        daemon.operator.grant(name, "rock_small", rocks, "craft_bag")
    client.walk(0, 1)
    assert moved(client, 10) == pytest.approx(SPEED * penalty, abs=ROUNDING)
    assert daemon.operator.player(name)["encumbrance"]["movement_penalty"] == penalty


def test_the_bounds_of_the_world_stop_a_player(launch, join):
    client = join(launch(settings={"world.bounds": 1, "bots.max": 0}), "ada")
    client.walk(1, 0.2)
    rest = client.state(lambda state: state.player.pos.x == 1)
    assert client.state().player.vel.x == 0
    assert rest.player.pos.z < 1


def test_others_are_seen_where_they_are(daemon, join):
    ada, ben = join(daemon, unique("ada")), join(daemon, unique("ben"))
    daemon.operator.teleport(ada.joined.playerID, -900, 900)
    daemon.operator.teleport(ben.joined.playerID, -890, 900)
    ben.walk(0, 1)
    own = [ben.state(lambda state: state.player.vel.z > 0) for _ in range(12)]
    ada.state(lambda state: state.tick >= own[-1].tick)
    seen = {
        state.tick: entity
        for state in ada.heard(State)
        for entity in state.entities
        if entity.id == ben.joined.playerID and own[0].tick <= state.tick <= own[-1].tick
    }
    assert len(seen) > 8
    begun, tick_hz = own[0], ben.joined.config.tick_hz
    for tick, entity in seen.items():  # two clients need not be shown the same ticks
        assert entity.vel == begun.player.vel
        assert entity.pos.x == begun.player.pos.x
        walked = entity.vel.z * (tick - begun.tick) / tick_hz
        assert entity.pos.z == pytest.approx(begun.player.pos.z + walked, abs=0.002)


def test_bots_walk_within_their_cell(launch, join):
    size = 128
    settings = {"world.cell_size": size, "bots.target_per_cell": 20}
    client = join(launch(settings=settings), "ada")
    client.state(lambda state: len(state.entities) >= 5)
    cells = {}
    for _ in range(20):
        for entity in client.state().entities:
            here = (entity.pos.x // size, entity.pos.z // size)
            assert cells.setdefault(entity.id, here) == here
            assert hypot(entity.vel.x, entity.vel.z) <= 1.5 + ROUNDING


def test_two_who_cross_a_border_side_by_side_never_lose_sight_of_each_other(daemon, join):
    clients = [join(daemon, unique("ada")), join(daemon, unique("ben"))]
    for client, z in zip(clients, (1100, 1103), strict=True):
        daemon.operator.teleport(client.joined.playerID, CELL - 0.3, z)
    for client in clients:
        client.state(lambda state: state.player.pos.x == CELL - 0.3 and len(players(state)) == 1)
        client.received.clear()
        client.walk(1, 0)
    for client in clients:
        client.state(lambda state: state.player.pos.x > CELL + HYSTERESIS + 2)
        assert_never_lost(client, {other.joined.playerID for other in clients if other is not client})
        assert_handed_over_in_time(client)


def players(state):
    return {entity.id for entity in state.entities if entity.kind == "player"}


def assert_never_lost(client, others):
    states = client.heard(State)
    assert all(players(state) == others for state in states)
    ticks = [state.tick for state in states]
    assert ticks == list(range(ticks[0], ticks[0] + 2 * len(ticks), 2))


def assert_handed_over_in_time(client):
    (told,) = [place for place, message in enumerate(client.received) if isinstance(message, Handover)]
    handover = client.received[told].data
    assert ((handover.origin.cx, handover.origin.cz), (handover.target.cx, handover.target.cz)) == ((0, 4), (1, 4))
    border = CELL + HYSTERESIS
    before = [message.data.player.pos.x for message in client.received[:told] if isinstance(message, State)]
    after = [message.data.player.pos.x for message in client.received[told:] if isinstance(message, State)]
    assert max(before) < border <= after[0] + ROUNDING
    assert after[0] < border + SPEED * 2 / HZ + ROUNDING


def test_a_step_to_and_fro_across_a_border_is_one_handover(daemon, join):
    client = join(daemon, unique("ada"))
    daemon.operator.teleport(client.joined.playerID, CELL - 0.2, 2000)
    client.state(lambda state: state.player.pos.x == CELL - 0.2)
    client.received.clear()
    client.walk(1, 0)
    client.state(lambda state: state.player.pos.x > CELL + 2.5)
    client.walk(-1, 0)
    client.state(lambda state: state.player.pos.x < CELL - 2.5)
    client.walk(1, 0)
    client.state(lambda state: state.player.pos.x > CELL)
    assert [(handover.target.cx, handover.target.cz) for handover in client.heard(Handover)] == [(1, 7)]
