"""What is below JSON: sizes of messages, and frames that are none."""

import json

import pytest

from mmod.wire.messages import State

from .conftest import unique
from .harness.raw import BINARY, CONTINUATION, PING, PONG, TEXT, RawClient, frame

#: The largest message (protocol.md).
LIMIT = 32 * 1024


def padded(size: int) -> bytes:
    """Return an input of exactly so many bytes."""
    message = {"type": "input", "seq": 1, "dt": 0.05, "intent": {"x": 1, "z": 0}, "padding": ""}
    message["padding"] = "x" * (size - len(json.dumps(message)))
    return json.dumps(message).encode()


@pytest.fixture
def raw(daemon):
    with RawClient(daemon.port) as client:
        client.join(f"dev:{unique('ada')}")
        yield client


def test_a_message_of_exactly_32_kib_is_taken(daemon, join):
    client = join(daemon, unique("ada"))
    client.send(padded(LIMIT).decode())
    assert client.state(lambda state: state.ack == 1)


def test_a_message_of_exactly_32_kib_in_fragments_is_taken(daemon, join):
    client = join(daemon, unique("ada"))
    message = padded(LIMIT).decode()
    client.socket.send([message[start : start + 1000] for start in range(0, LIMIT, 1000)])
    assert client.state(lambda state: state.ack == 1)


def test_one_byte_more_closes(daemon, join):
    client = join(daemon, unique("ada"))
    client.send(padded(LIMIT + 1).decode())
    assert client.closed() == 1009
    assert all(state.ack == 0 for state in client.heard(State))


def test_one_byte_more_in_fragments_closes(raw):
    message = padded(LIMIT + 1)
    raw.send(frame(TEXT, message[:20_000], fin=False) + frame(CONTINUATION, message[20_000:]))
    assert raw.close_code() == 1009


def test_one_byte_more_closes_when_it_is_only_declared(raw):
    raw.send(frame(TEXT, b"", declared=LIMIT + 1))
    assert raw.close_code() == 1009


def test_a_message_in_thousands_of_empty_fragments_closes(raw):
    raw.send(frame(TEXT, b"", fin=False) + frame(CONTINUATION, b"", fin=False) * 2000)
    assert raw.close_code() == 1009


def test_compression_is_declined(daemon, connect):
    client = connect(daemon, compression="deflate")
    assert client.socket.response.headers.get("Sec-WebSocket-Extensions") is None


BROKEN = {
    "a reserved bit": b"\xc1\x80\x00\x00\x00\x00",
    "an unknown opcode": b"\x83\x80\x00\x00\x00\x00",
    "an unknown control opcode": b"\x8b\x80\x00\x00\x00\x00",
    "no mask": b"\x81\x02{}",
    "a fragmented ping": frame(PING, b"", fin=False),
    "a ping that is too long": frame(PING, b"x" * 126),
    "a continuation of nothing": frame(CONTINUATION, b"{}"),
    "a new message within a message": frame(TEXT, b"{", fin=False) + frame(TEXT, b"}"),
    "a length that is not minimal": b"\x81\xfe\x00\x01\x00\x00\x00\x00x",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_frame_that_breaks_the_protocol_closes(raw, data):
    raw.send(data)
    assert raw.close_code() == 1002


INVALID_UTF8 = {
    "a stray byte": frame(TEXT, b"\xff"),
    "an overlong slash": frame(TEXT, b"\xc0\xaf"),
    "a surrogate": frame(TEXT, b"\xed\xa0\x80"),
    "a character cut off": frame(TEXT, b"\xe2\x82"),
    "a character cut by an end": frame(TEXT, b"\xe2", fin=False) + frame(CONTINUATION, b"\x82"),
}


@pytest.mark.parametrize("data", INVALID_UTF8.values(), ids=INVALID_UTF8)
def test_text_that_is_not_utf_8_closes(raw, data):
    raw.send(data)
    assert raw.close_code() == 1007


def test_a_binary_message_is_an_error_and_no_close(raw):
    raw.send(frame(BINARY, padded(200)))
    answer = next(sent for sent in raw.frames() if b"error" in sent.payload)
    assert json.loads(answer.payload)["data"]["code"] == "bad_request"


def test_a_ping_is_answered_with_its_payload(raw):
    raw.send(frame(PING, b"are you there?"))
    assert next(sent for sent in raw.frames() if sent.opcode == PONG).payload == b"are you there?"


def test_a_connection_reset_in_the_middle_of_a_frame_ends_the_session(daemon, join):
    name = unique("ada")
    with RawClient(daemon.port) as raw:
        raw.join(f"dev:{name}")
        next(raw.frames())
        raw.send(frame(TEXT, b"{", declared=100))
    client = join(daemon, name)
    assert client.state().player.id == name
