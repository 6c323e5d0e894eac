"""protocol.md, `hello` and `join_ack`."""

import json
from contextlib import suppress
from itertools import pairwise

import pytest
from websockets.exceptions import ConnectionClosed

from mmod.wire.messages import Error, Telemetry

from .conftest import unique
from .harness.raw import BINARY, TEXT, RawClient, frame

#: 256 bits in base64url without padding.
TOKEN_LENGTH = 43


def test_join_ack_holds_everything_a_client_begins_with(daemon, join):
    name = unique("ada")
    client = join(daemon, name)
    data = json.loads(client.frames[0])["data"]
    assert data["playerID"] == name
    assert data["cell"] == {"cx": 0, "cz": 0}
    assert data["pos"] == {"x": 0, "z": 0}
    assert data["resumed"] is False
    assert data["ack"] == 0
    assert data["config"] == {
        "tick_hz": 20,
        "snapshot_hz": 10,
        "aoi_radius": 128,
        "cell_size": 256,
        "handover_hysteresis": 2,
        "move_speed": 3,
    }
    nothing = {
        "current_weight": 0,
        "max_weight": 100,
        "current_bulk": 0,
        "max_bulk": 90,
        "weight_pct": 0,
        "bulk_pct": 0,
        "movement_penalty": 1,
    }
    assert data["inventory"] == {
        "items": [],
        "compartment_caps": {"backpack": 50, "belt": 10, "craft_bag": 30},
        "weight_limit": 100,
        "encumbrance": nothing,
    }
    assert data["equipment"] == {"slots": {}}
    assert data["skills"] == {}
    assert data["encumbrance"] == nothing
    assert len(data["resumeToken"]) >= TOKEN_LENGTH


def test_join_ack_is_the_first_message_and_states_follow_it(daemon, join):
    client = join(daemon, unique("ada"))
    state = client.state()
    assert json.loads(client.frames[0])["type"] == "join_ack"
    assert state.tick > client.joined.tick
    assert state.player.id == client.joined.playerID


def test_every_join_has_a_resume_token_of_its_own(daemon, join):
    name = unique("ada")
    tokens = {join(daemon, name).joined.resumeToken for _ in range(5)}
    assert len(tokens) == 5


@pytest.mark.parametrize("last_seq", [0, 2**53 - 1])
def test_last_seq_may_be_any_sequence_number_and_changes_nothing(daemon, join, last_seq):
    assert join(daemon, unique("ada"), lastSeq=last_seq).joined.ack == 0


def test_unknown_fields_are_ignored(daemon, join):
    assert not join(daemon, unique("ada"), dialect={"any": [1, None]}).joined.resumed


def test_of_duplicate_keys_the_last_one_counts(daemon, connect):
    client, name = connect(daemon), unique("ada")
    client.send(f'{{"type":"hello","token":"dev:somebody","token":"dev:{name}"}}')
    client.state()
    assert client.joined.playerID == name


def test_spellings_of_a_name_that_look_alike_are_one_player(daemon, join):
    name = unique("ada")
    assert join(daemon, name.upper()).joined.playerID == name


def test_the_subprotocol_is_confirmed_to_those_who_ask_for_it(daemon, connect):
    assert connect(daemon, subprotocols=["mmod.v1.json"]).socket.subprotocol == "mmod.v1.json"


def test_a_client_that_asks_for_no_subprotocol_gets_version_1(daemon, connect):
    client = connect(daemon)
    assert client.socket.subprotocol is None
    assert client.join(f"dev:{unique('ada')}").config.tick_hz == 20


def test_what_is_sent_before_the_join_ack_is_not_lost(daemon, connect):
    client = connect(daemon)
    client.hello(f"dev:{unique('ada')}")
    seq = client.walk(1, 0)
    assert client.state(lambda state: state.ack == seq).player.vel.x == 3


@pytest.mark.any_store
def test_telemetry_comes_about_once_a_second_from_the_first_pong_on(daemon, join):
    client = join(daemon, unique("ada"))
    ticks = []
    for _ in range(3):
        telemetry = client.expect(Telemetry)
        ticks.append(client.state().tick)
        assert telemetry.tick_rate == pytest.approx(20, abs=5)
        assert 0 <= telemetry.rtt_ms < 1000
    seconds = [(later - earlier) / 20 for earlier, later in pairwise(ticks)]
    assert seconds == pytest.approx([1.0, 1.0], abs=0.35)


# --- hellos that are none ---------------------------------------------------------------------------------------------

NO_HELLO = {
    "not JSON": "hello",
    "empty": "",
    "not an object": '["hello"]',
    "a number": "1",
    "no type": '{"token":"dev:ada"}',
    "another type": '{"type":"input","seq":1,"dt":0.1,"intent":{"x":0,"z":0}}',
    "an unknown type": '{"type":"login","token":"dev:ada"}',
    "a type that only a server sends": '{"type":"join_ack","data":{}}',
    "a list as type": '{"type":["hello"],"token":"dev:ada"}',
    "no token": '{"type":"hello"}',
    "an empty token": '{"type":"hello","token":""}',
    "a null token": '{"type":"hello","token":null}',
    "a number as token": '{"type":"hello","token":7}',
    "a null resume": '{"type":"hello","token":"dev:ada","resume":null}',
    "a number as resume": '{"type":"hello","token":"dev:ada","resume":7}',
    "a null lastSeq": '{"type":"hello","token":"dev:ada","lastSeq":null}',
    "a negative lastSeq": '{"type":"hello","token":"dev:ada","lastSeq":-1}',
    "a lastSeq of 2^53": '{"type":"hello","token":"dev:ada","lastSeq":9007199254740992}',
    "a lastSeq of 5000 digits": '{"type":"hello","token":"dev:ada","lastSeq":' + "9" * 5000 + "}",
    "a fraction as lastSeq": '{"type":"hello","token":"dev:ada","lastSeq":1.5}',
    "a text as lastSeq": '{"type":"hello","token":"dev:ada","lastSeq":"1"}',
    "true as lastSeq": '{"type":"hello","token":"dev:ada","lastSeq":true}',
    "NaN": '{"type":"hello","token":"dev:ada","lastSeq":NaN}',
    "U+0000 in the token": '{"type":"hello","token":"dev:a\\u0000da"}',
    "a lone surrogate in the token": '{"type":"hello","token":"dev:\\ud800"}',
    "a byte order mark": '\ufeff{"type":"hello","token":"dev:ada"}',
    "trailing bytes": '{"type":"hello","token":"dev:ada"}}',
    "nested too deeply": '{"type":"hello","token":"dev:ada","x":' + "[" * 10_000 + "]" * 10_000 + "}",
    "a binary frame": b'{"type":"hello","token":"dev:ada"}',
}


@pytest.mark.parametrize("message", NO_HELLO.values(), ids=NO_HELLO)
def test_a_first_message_that_is_no_hello_is_refused(daemon, connect, message):
    client = connect(daemon)
    client.send(message)
    assert client.expect(Error).code == "bad_request"
    assert client.closed() == 4000


def test_a_refused_hello_is_told_before_the_close_frame(daemon):
    with RawClient(daemon.port) as client:
        client.upgrade().send(frame(BINARY, b"\x00\x01"))
        assert next(client.frames()).opcode == TEXT


def test_a_connection_without_hello_is_closed_in_time(launch, connect):
    client = connect(launch(settings={"session.hello_timeout": 0.3}))
    assert client.expect(Error).code == "hello_timeout"
    assert client.closed() == 4000


def test_pings_do_not_stand_for_a_hello(launch, connect):
    client = connect(launch(settings={"session.hello_timeout": 0.5, "session.ping_interval": 0.1}))
    with suppress(ConnectionClosed):  # on a very slow machine the end comes first
        client.socket.ping()
    assert client.expect(Error).code == "hello_timeout"


# --- tokens that prove nothing ----------------------------------------------------------------------------------------

REFUSED = {
    "of another kind": "ada",
    "without a name": "dev:",
    "with a name that is too long": "dev:" + "a" * 65,
    "with a line break": "dev:a\nb",
    "with an escape sequence": "dev:\x1b[31mada",
    "of a bot": "dev:bot-1",
    "of a bot in disguise": "dev:BOT-1",
}


@pytest.mark.parametrize("token", REFUSED.values(), ids=REFUSED)
def test_a_token_that_proves_nothing_is_refused(daemon, connect, token):
    client = connect(daemon)
    client.hello(token)
    assert client.expect(Error).code == "auth"
    assert client.closed() == 4001


def test_a_name_of_64_characters_joins(daemon, join):
    name = unique("n").ljust(64, "x")
    assert join(daemon, name).joined.playerID == name


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "'; DROP TABLE player_state; --", "🦊ß", "a/b?c#d%20"])
def test_a_strange_name_is_kept_exactly(daemon, join, name):
    name = unique(name)
    other = join(daemon, name)
    watcher = join(daemon, unique("ada"))
    seen = watcher.state(lambda state: any(entity.id == other.joined.playerID for entity in state.entities))
    assert name in [entity.name for entity in seen.entities]
    assert daemon.operator.player(other.joined.playerID)["name"] == name
