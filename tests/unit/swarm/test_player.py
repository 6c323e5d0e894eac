import json
from random import Random

import pytest
from attrs import define, field
from picows import WSMsgType

from mmod.spatial.vector import Vector
from mmod.swarm.dialects import Json
from mmod.swarm.player import SAMPLE_EVERY, Player
from mmod.swarm.tally import Tally
from mmod.swarm.walking import Course
from mmod.wire.codec import decode
from mmod.wire.messages import Hello, Input, Intent

CONFIG = {
    "tick_hz": 20,
    "snapshot_hz": 10,
    "aoi_radius": 128,
    "cell_size": 256,
    "handover_hysteresis": 2,
    "move_speed": 3,
}
LOAD = {"current_weight": 0, "max_weight": 1, "current_bulk": 0, "max_bulk": 1, "weight_pct": 0, "bulk_pct": 0}


@define
class Clock:
    now: float = 100.0

    def __call__(self):
        return self.now


@define
class Route:
    """A walker that notes where it was asked, and goes east for two seconds each time."""

    asked: list = field(factory=list)

    def next(self, position, world, chance):
        self.asked.append(position)
        return Course(Vector(1.0, 0.0), 2.0)


@define
class Frame:
    payload: bytes
    msg_type: WSMsgType = WSMsgType.TEXT

    def get_payload_as_bytes(self):
        return self.payload


@define
class Received:
    code: int


@define
class Handshake:
    recv: Received | None


@define(eq=False)
class Transport:
    """What a player does with picows' transport."""

    sent: list = field(factory=list)
    close_handshake: Handshake | None = None
    disconnected: str | None = None

    def send(self, kind, message):
        assert kind == WSMsgType.TEXT
        self.sent.append(decode(bytes(message)))

    def disconnect(self, graceful=True):
        self.disconnected = "gracefully" if graceful else "abruptly"


@define
class Scene:
    clock: Clock
    route: Route
    tally: Tally
    player: Player
    transport: Transport

    def hear(self, message):
        self.player.on_ws_frame(self.transport, Frame(json.dumps(message).encode()))

    def hear_state(self, ack, entities=0):
        self.hear(
            {"type": "state", "data": {"ack": ack, "tick": 1, "entities": [{"kind": n} for n in range(entities)]}}
        )

    def join(self, ack=0, x=10.0, resumed=False):
        encumbrance = {**LOAD, "movement_penalty": 1}
        data = {
            "playerID": "swarm-1",
            "cell": {"cx": 0, "cz": 0},
            "resumeToken": "again",
            "resumed": resumed,
            "ack": ack,
            "tick": 1,
            "pos": {"x": x, "z": 0.0},
            "config": CONFIG,
            "inventory": {"items": [], "compartment_caps": {}, "weight_limit": 1, "encumbrance": encumbrance},
            "equipment": {"slots": {}},
            "skills": {},
            "encumbrance": encumbrance,
        }
        self.hear({"type": "join_ack", "data": data})

    def wait(self, seconds):
        self.clock.now += seconds

    def input(self):
        self.player.send_input(self.clock.now)

    def reconnect(self):
        self.transport = Transport()
        self.player.begin()
        self.player.on_ws_connected(self.transport)


@pytest.fixture
def scene():
    clock, route, tally = Clock(), Route(), Tally(100.0)
    player = Player(0, "dev:swarm-1", route, Random(1), Json, tally, clock)
    scene = Scene(clock, route, tally, player, Transport())
    scene.reconnect()
    return scene


def test_it_says_hello_and_sends_nothing_before_it_has_joined(scene):
    scene.input()
    assert scene.transport.sent == [Hello("dev:swarm-1")]


def test_a_join_takes_from_the_first_try_to_the_ack(scene):
    scene.wait(0.25)
    scene.join()
    assert scene.player.joined
    assert scene.tally.joins.quantile(0.5) == pytest.approx(0.25, abs=2e-4)


def test_inputs_are_numbered_on_from_the_ack_and_say_where_it_goes(scene):
    scene.join(ack=7)
    scene.input()
    scene.input()
    assert scene.transport.sent[1:] == [Input(8, 0.1, Intent(1.0, 0.0)), Input(9, 0.1, Intent(1.0, 0.0))]
    assert scene.tally.inputs == 2


def test_it_reckons_where_it_is_when_a_course_is_over(scene):
    scene.join(x=10.0)
    scene.wait(1.9)
    scene.input()
    assert scene.route.asked == [Vector(10.0, 0.0)]
    scene.wait(0.2)
    scene.input()
    assert scene.route.asked[1:] == [pytest.approx((10.0 + 2.1 * 3.0, 0.0))]


def test_an_input_is_acknowledged_by_the_first_state_that_covers_it(scene):
    scene.join()
    scene.input()
    scene.wait(0.02)
    scene.input()
    scene.hear_state(ack=0)
    assert scene.tally.acks.count == 0
    scene.wait(0.05)
    scene.hear_state(ack=2)
    scene.hear_state(ack=2)
    assert scene.tally.acks.count == 2
    assert scene.tally.acks.quantile(0.5) == pytest.approx(0.05, abs=2e-4)
    assert scene.tally.acks.quantile(1.0) == pytest.approx(0.07, abs=2e-4)


def test_intervals_are_between_states_of_one_session(scene):
    scene.join()
    scene.wait(5.0)
    scene.hear_state(ack=0)
    assert scene.tally.intervals.count == 0
    scene.wait(0.1)
    scene.hear_state(ack=0)
    assert scene.tally.intervals.quantile(1.0) == pytest.approx(0.1, abs=2e-4)
    assert scene.tally.states == 2


def test_some_states_are_counted_through(scene):
    scene.join()
    for _ in range(2 * SAMPLE_EVERY):
        scene.hear_state(ack=0, entities=3)
    assert scene.tally.sampled == 2
    assert scene.tally.sampled_entities == 6
    assert scene.tally.sampled_bytes == scene.tally.bytes / SAMPLE_EVERY


def test_a_refusal_is_counted_by_its_code(scene):
    scene.hear({"type": "error", "data": {"code": "auth", "message": "no"}})
    assert scene.tally.refused == {"auth": 1}
    assert not scene.player.joined


def test_other_messages_are_of_no_interest(scene):
    scene.join()
    scene.hear({"type": "telemetry", "data": {"tick_rate": 20.0, "rtt_ms": 1.0}})
    assert (scene.tally.states, scene.tally.refused.total()) == (0, 0)


@pytest.mark.parametrize(
    ("handshake", "reason"), [(Handshake(Received(4003)), "close 4003"), (Handshake(None), "cut"), (None, "cut")]
)
def test_a_lost_connection_is_counted_by_its_reason(scene, handshake, reason):
    scene.join()
    scene.transport.close_handshake = handshake
    scene.player.on_ws_disconnected(scene.transport)
    assert scene.tally.lost == {reason: 1}
    assert scene.tally.joined == 0


def test_a_connection_that_ends_before_the_join_is_a_refusal(scene):
    scene.player.on_ws_disconnected(scene.transport)
    assert (scene.tally.refused, scene.tally.lost) == ({"cut": 1}, {})


def test_a_close_is_answered(scene):
    scene.player.on_ws_frame(scene.transport, Frame(b"\x0f\xa3", WSMsgType.CLOSE))
    assert scene.transport.disconnected == "gracefully"


def test_hanging_up_is_no_loss_and_the_next_hello_resumes(scene):
    scene.join()
    cut = scene.transport
    scene.player.hang_up()
    scene.player.on_ws_disconnected(cut)
    assert cut.disconnected == "abruptly"
    assert (scene.tally.lost.total(), scene.tally.joined) == (0, 0)
    scene.reconnect()
    assert scene.transport.sent == [Hello("dev:swarm-1", resume="again")]
    scene.join(ack=3, resumed=True)
    assert scene.tally.resumed == 1
    assert scene.tally.joined == 1


def test_a_late_end_of_the_old_connection_does_not_touch_the_new_one(scene):
    scene.join()
    old = scene.transport
    scene.player.hang_up()
    scene.reconnect()
    scene.join()
    scene.player.on_ws_disconnected(old)
    assert scene.player.joined
    assert scene.tally.lost.total() == 0
