"""protocol.md, `input`."""

import json
from math import hypot

import pytest

from mmod.wire.messages import EquipmentResult, Error, State

from .conftest import unique

pytestmark = pytest.mark.any_store

SPEED = 3.0


def test_ack_is_the_highest_sequence_applied(daemon, join):
    client = join(daemon, unique("ada"))
    for seq in (1, 2, 10):
        client.walk(0, 0, seq=seq)
    assert client.state(lambda state: state.ack > 2).ack == 10


def test_the_largest_sequence_is_taken(daemon, join):
    client = join(daemon, unique("ada"))
    seq = client.walk(0, 0, seq=2**53 - 1)
    assert client.state(lambda state: state.ack > 0).ack == seq


@pytest.mark.parametrize("seq", [5, 4, 1])
def test_a_sequence_that_is_not_above_the_last_one_is_ignored(daemon, join, seq):
    client = join(daemon, unique("ada"))
    client.walk(1, 0, seq=5)
    client.walk(-1, 0, seq=seq)
    client.equip("nothing", "head")
    client.expect(EquipmentResult)  # messages are taken in order, so the inputs before it were too
    client.state()
    shown = client.state()
    assert (shown.ack, shown.player.vel.x) == (5, SPEED)


@pytest.mark.parametrize(
    ("intent", "velocity"),
    [
        ((1, 0), (SPEED, 0)),
        ((0, -1), (0, -SPEED)),
        ((0.5, 0), (SPEED / 2, 0)),
        ((1e6, 0), (SPEED, 0)),
        ((-1e300, 0), (-SPEED, 0)),
        ((0.6, 0.8), (1.8, 2.4)),
        ((1, 1), (2.121, 2.121)),
        ((7, -7), (2.121, -2.121)),
        ((2, 0.5), (2.683, 1.342)),
        ((1e-9, 0), (0, 0)),
    ],
)
def test_each_component_is_clamped_and_then_the_vector(daemon, join, intent, velocity):
    client = join(daemon, unique("ada"))
    seq = client.walk(*intent)
    client.state(lambda state: state.ack == seq)
    shown = client.state().player.vel  # one later, so that a tick has passed since the input was taken
    assert (shown.x, shown.z) == velocity
    assert hypot(shown.x, shown.z) <= SPEED + 0.001


def test_the_dt_of_a_client_does_not_make_it_faster(daemon, join):
    client = join(daemon, unique("ada"))
    client.send({"type": "input", "seq": 1, "dt": 3600, "intent": {"x": 1, "z": 0}})
    assert client.state(lambda state: state.ack == 1).player.pos.x < 10


def test_more_inputs_do_not_make_a_client_faster(daemon, join):
    client = join(daemon, unique("ada"))
    client.walk(1, 0)
    began = client.state(lambda state: state.player.vel.x == SPEED)
    for _ in range(50):
        client.walk(1, 0)
    ended = client.state(lambda state: state.ack == 51 and state.tick >= began.tick + 10)
    allowed = SPEED * (ended.tick - began.tick) / 20
    assert ended.player.pos.x - began.player.pos.x == pytest.approx(allowed, abs=0.002)


def test_a_player_walks_until_it_is_told_otherwise(daemon, join):
    client = join(daemon, unique("ada"))
    client.walk(0, 1)
    client.state(lambda state: state.player.pos.z > 1)
    stopped = client.walk(0, 0)
    rest = client.state(lambda state: state.ack == stopped and state.player.vel.z == 0)
    assert client.state().player.pos == rest.player.pos


GOOD = {"type": "input", "seq": 1, "dt": 0.05, "intent": {"x": 0, "z": 0}}

MALFORMED = {
    "seq 0": {**GOOD, "seq": 0},
    "seq -1": {**GOOD, "seq": -1},
    "seq 2^53": {**GOOD, "seq": 2**53},
    "seq 2^64": {**GOOD, "seq": 2**64},
    "a fraction as seq": {**GOOD, "seq": 1.5},
    "true as seq": {**GOOD, "seq": True},
    "a text as seq": {**GOOD, "seq": "1"},
    "null as seq": {**GOOD, "seq": None},
    "no seq": {key: value for key, value in GOOD.items() if key != "seq"},
    "dt 0": {**GOOD, "dt": 0},
    "a negative dt": {**GOOD, "dt": -0.1},
    "a text as dt": {**GOOD, "dt": "0.1"},
    "no dt": {key: value for key, value in GOOD.items() if key != "dt"},
    "a list as intent": {**GOOD, "intent": [0, 0]},
    "half an intent": {**GOOD, "intent": {"x": 0}},
    "a text in intent": {**GOOD, "intent": {"x": "0", "z": 0}},
    "NaN in intent": json.dumps({**GOOD, "intent": {"x": float("nan"), "z": 0}}),
    "infinity in intent": json.dumps({**GOOD, "intent": {"x": float("inf"), "z": 0}}),
    "1e999 in intent": '{"type":"input","seq":1,"dt":0.05,"intent":{"x":1e999,"z":0}}',
    "1e999 as dt": '{"type":"input","seq":1,"dt":1e999,"intent":{"x":0,"z":0}}',
    "5000 digits": '{"type":"input","seq":1,"dt":0.05,"intent":{"x":' + "9" * 5000 + ',"z":0}}',
    "not JSON": "{",
    "not an object": "null",
    "no type": {"seq": 1},
    "prototype pollution": {"__proto__": {"type": "input"}},
    "a binary frame": json.dumps(GOOD).encode(),
    "a second hello": {"type": "hello", "token": "dev:ada"},
}


@pytest.mark.parametrize("message", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_message_is_refused_and_changes_nothing(daemon, join, message):
    client = join(daemon, unique("ada"))
    client.send(message)
    assert client.expect(Error).code == "bad_request"
    assert client.state().ack == 0


@pytest.mark.parametrize("kind", ["jump", "state", "join_ack", "error", "__init__", ""])
def test_an_unknown_type_is_refused_and_the_connection_stays_open(daemon, join, kind):
    client = join(daemon, unique("ada"))
    client.send({"type": kind})
    assert client.expect(Error).code == "unknown_type"
    seq = client.walk(1, 0)
    assert client.state(lambda state: state.ack == seq)


def test_nine_malformed_messages_are_borne_and_the_tenth_closes(daemon, join):
    client = join(daemon, unique("ada"))
    for number in range(9):
        client.send("{" if number % 2 else {"type": "jump"})
        client.expect(Error)
    seq = client.walk(1, 0)
    client.expect(State, lambda state: state.ack == seq)
    client.send("{")
    assert client.expect(Error).code == "bad_request"
    assert client.closed() == 4000


def test_unknown_types_count_as_malformed(daemon, join):
    client = join(daemon, unique("ada"))
    for _ in range(10):
        client.send({"type": "jump"})
    assert client.closed() == 4000
    assert len(client.heard(Error)) == 10


def test_errors_say_nothing_of_the_inside(daemon, join):
    client = join(daemon, unique("ada"))
    client.send({**GOOD, "seq": "canary-value"})
    message = client.expect(Error).message
    assert "canary-value" not in message
    assert not any(word in message for word in ("msgspec", "Traceback", "mmod."))
