import json
from pathlib import Path

import msgspec
import pytest

from mmod.swarm.dialects import DIALECTS, Delta, Json
from mmod.wire.codec import encode
from mmod.wire.messages import EntityView, PlayerView, Point, State, StateData, Telemetry, TelemetryData

VECTORS = Path(__file__).parents[3] / "docs" / "protocol" / "delta-vectors.json"

NOWHERE = Point(0.0, 0.0)


def state(ack, names):
    entities = [EntityView(name, NOWHERE, NOWHERE, "player", name) for name in names]
    return encode(State(StateData(ack, 12, PlayerView("ada", NOWHERE, NOWHERE), entities)))


@pytest.mark.parametrize("ack", [0, 17, 2**53 - 1])
def test_json_reads_the_ack_of_a_state(ack):
    assert Json().ack(state(ack, ["bob"]), binary=False) == ack


def test_json_reads_states_that_are_written_in_another_order():
    payload = b'{"data": {"tick": 3, "entities": [], "ack": 17}, "type": "state"}'
    assert Json().ack(payload, binary=False) == 17
    assert Json().ack(b'{"type":"state","data":{"ack":18}}', binary=False) == 18


@pytest.mark.parametrize("payload", [encode(Telemetry(TelemetryData(20.0, 1.5))), b"", b"{", b"[]", b"\xff"])
def test_json_takes_nothing_else_for_a_state(payload):
    assert Json().ack(payload, binary=False) is None


def test_json_counts_entities_whatever_they_are_called():
    names = ["bob", '"kind":', '\\"kind":', "kind"]
    payload = state(1, names)
    assert len(msgspec.json.decode(payload)["data"]["entities"]) == 4
    assert Json().entities(payload) == 4
    assert Json().entities(state(1, [])) == 0


def test_delta_reads_the_head_of_every_state_of_the_published_vectors():
    states = [state for stream in json.loads(VECTORS.read_text())["streams"] for state in stream["states"]]
    assert len(states) > 5
    for each in states:
        delta, payload, data = Delta(), bytes.fromhex(each["hex"]), each["state"]["data"]
        assert delta.ack(payload, binary=True) == data["ack"]
        assert delta.entities(payload) == len(data["entities"])


def test_delta_takes_no_text_for_a_state():
    assert Delta().ack(encode(Telemetry(TelemetryData(20.0, 1.5))), binary=False) is None


def test_the_dialects_are_asked_for_by_their_names():
    assert {name: speech.subprotocol for name, speech in DIALECTS.items()} == {
        "json": "mmod.v1.json",
        "delta": "mmod.v1.delta",
    }
