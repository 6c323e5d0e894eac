import json

import pytest

from mmod.client.errors import BadMessage
from mmod.client.reading import JoinAck, Reading, StateMessage
from mmod.wire.codec import encode
from mmod.wire.delta.vectors import FAULTS, delta_vectors
from mmod.wire.examples import SERVER_EXAMPLES
from mmod.wire.messages import JoinAck as DaemonJoinAck

#: The states of one stream have inventories that are not whole, as no daemon sends them.
STREAMS = [stream for stream in delta_vectors()["streams"] if "inventory" not in stream["name"]]

#: The first message of every connection.
WELCOME = encode(next(example for example in SERVER_EXAMPLES if isinstance(example, DaemonJoinAck)))


@pytest.fixture
def reading():
    """The reading of a connection that has joined."""
    reading = Reading()
    assert isinstance(reading.message(WELCOME, False), JoinAck)
    return reading


@pytest.mark.parametrize("example", SERVER_EXAMPLES, ids=lambda example: type(example).__name__)
def test_every_message_that_the_daemon_sends_is_read(example):
    message = Reading().message(encode(example), False)
    assert type(message).__struct_config__.tag == type(example).__struct_config__.tag


def test_fields_and_words_that_are_new_are_let_through(reading):
    item = {"instance_id": "a", "template_id": "b", "quantity": 1, "durability": 1.0, "colour": "red"}
    entity = {"id": "c", "pos": {"x": 1, "z": 2}, "vel": {"x": 0, "z": 0}, "kind": "dragon", "name": "C", "size": 9}
    data = {
        "ack": 1,
        "tick": 2,
        "player": {"id": "ada", "pos": {"x": 1, "z": 2}, "vel": {"x": 0, "z": 0}},
        "entities": [entity],
        "equipment": {"slots": {"tail": {"instance": item, "cooldown_remaining": 0}}},
    }
    message = reading.message(json.dumps({"type": "state", "data": data}).encode(), False)
    assert message.data.entities[0].kind == "dragon"
    assert message.data.equipment.holds("a", "tail")


def test_a_message_of_a_type_that_is_new_is_none(reading):
    assert reading.message(b'{"type":"weather","data":{}}', False) is None


@pytest.mark.parametrize("payload", [b"", b"[]", b"{", b'{"type":"state","data":{}}', b"\xff", b"[" * 100_000])
def test_what_cannot_be_read_is_an_error(reading, payload):
    with pytest.raises(BadMessage):
        reading.message(payload, False)


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream["name"])
def test_binary_states_are_those_of_the_json_dialect(reading, stream):
    for state in stream["states"]:
        message = reading.message(bytes.fromhex(state["hex"]), True)
        assert message == Reading().message(json.dumps(state["state"]).encode(), False)
        assert isinstance(message, StateMessage)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_binary_state_that_makes_no_sense_is_an_error(reading, fault):
    with pytest.raises(BadMessage):
        reading.message(bytes.fromhex(fault), True)


def test_a_binary_state_before_the_join_is_an_error():
    with pytest.raises(BadMessage, match="before the join_ack"):
        Reading().message(bytes.fromhex(STREAMS[0]["states"][0]["hex"]), True)
