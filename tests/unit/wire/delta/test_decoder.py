import json
import subprocess
import sys
from pathlib import Path

import pytest

from mmod.errors import BadDelta
from mmod.wire.delta.decoder import DeltaDecoder, read_header
from tests.functional.harness.contract import validator

VECTORS = json.loads((Path(__file__).parents[4] / "docs" / "protocol" / "delta-vectors.json").read_text("utf-8"))
STREAMS = {stream["name"]: stream["states"] for stream in VECTORS["streams"]}
FAULTS = {fault["name"]: fault for fault in VECTORS["faults"]}


def after(states):
    """Return a decoder that was given some states."""
    decoder = DeltaDecoder(VECTORS["tick_hz"])
    for state in states:
        decoder.decode(bytes.fromhex(state["hex"]))
    return decoder


@pytest.mark.parametrize("name", STREAMS)
def test_a_published_stream_gives_its_states(name):
    decoder = after([])
    for state in STREAMS[name]:
        assert decoder.decode(bytes.fromhex(state["hex"])) == state["state"]


@pytest.mark.parametrize("name", STREAMS)
def test_the_beginning_tells_the_ack_the_ticks_and_how_many_there_are(name):
    tick = 0
    for state in STREAMS[name]:
        header, data = read_header(bytes.fromhex(state["hex"])), state["state"]["data"]
        tick += header.ticks
        assert (header.ack, tick, header.seen) == (data["ack"], data["tick"], 1 + len(data["entities"]))


@pytest.mark.parametrize("name", STREAMS)
def test_a_state_that_is_cut_off_anywhere_is_refused(name):
    for number, state in enumerate(STREAMS[name]):
        payload = bytes.fromhex(state["hex"])
        for size in range(len(payload)):
            with pytest.raises(BadDelta):
                after(STREAMS[name][:number]).decode(payload[:size])


@pytest.mark.parametrize("name", FAULTS)
def test_a_published_fault_is_refused(name):
    decoder = after([{"hex": FAULTS[name]["after"]}])
    with pytest.raises(BadDelta):
        decoder.decode(bytes.fromhex(FAULTS[name]["hex"]))


def test_published_states_are_as_the_schema_says():
    validate = validator()
    for name, states in STREAMS.items():
        for state in states if name != "inventory, equipment and skills" else states[1:]:
            validate(state["state"])


def test_it_needs_no_numpy():
    code = "import sys, mmod.wire.delta.decoder; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
