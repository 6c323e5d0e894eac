import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.errors import BadRequest, MmodError, UnknownType
from mmod.wire.codec import decode, encode
from mmod.wire.messages import (
    CellName,
    Equip,
    EquipmentResult,
    EquipmentResultData,
    Error,
    ErrorData,
    Handover,
    HandoverData,
    Hello,
    Input,
    Intent,
    Telemetry,
    TelemetryData,
    Unequip,
)

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=256)
_SEQ = st.integers(1, 2**53 - 1)
_FINITE = st.floats(allow_nan=False, allow_infinity=False)
_MESSAGES = st.one_of(
    st.builds(Hello, _TEXT.filter(bool), _TEXT, st.integers(0, 2**53 - 1)),
    st.builds(Input, _SEQ, st.floats(1e-9, 1e9), st.builds(Intent, _FINITE, _FINITE)),
    st.builds(Equip, _SEQ, _TEXT, _TEXT),
    st.builds(Unequip, _SEQ, _TEXT, _TEXT),
)


def error_of(payload):
    with pytest.raises(BadRequest) as caught:
        decode(payload)
    return caught.value


# --- what is taken ----------------------------------------------------------------------------------------------------


@given(_MESSAGES)
def test_every_message_a_client_may_send_survives_the_round_trip(message):
    assert decode(encode(message)) == message


def test_unknown_fields_are_ignored():
    assert decode(b'{"type":"hello","token":"a","colour":[1,{"x":null}],"__proto__":{}}') == Hello("a")


def test_of_duplicate_keys_the_last_one_counts():
    assert decode(b'{"type":"hello","token":"first","token":"last"}') == Hello("last")


def test_two_different_types_in_one_message_are_refused():
    error_of(b'{"type":"hello","type":"unequip","token":"a","seq":1,"slot":"head"}')
    error_of(b'{"type":"levitate","type":"hello","token":"a"}')


def test_white_space_around_a_message_is_taken():
    assert decode(b' \r\n\t{"type" : "hello" , "token" : "a"}\n') == Hello("a")


def test_escapes_in_keys_and_values_mean_their_characters():
    assert decode(b'{"typ\\u0065":"h\\u0065llo","token":"\\ud83d\\ude00"}') == Hello("\N{GRINNING FACE}")


# --- what is no message at all ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b" ",
        b"{",
        b"hello",
        b'{"type":"hello","token":"a"} x',
        b'{"type":"hello","token":"a"}{"type":"hello","token":"a"}',
        b'{"type":"hello","token":"a"}\x00',
        b'{"type":"hello","token":"a",}',
        b"{'type':'hello','token':'a'}",
        b'{"type":"hello","token":"a\x01"}',
        b'\xef\xbb\xbf{"type":"hello","token":"a"}',
        '{"type":"hello","token":"a"}'.encode("utf-16"),
    ],
)
def test_what_is_not_one_json_text_is_refused(payload):
    assert str(error_of(payload)) == "the message is not valid JSON"


@pytest.mark.parametrize("payload", [b"[]", b'"hello"', b"1", b"null", b"true", b'[{"type":"hello","token":"a"}]'])
def test_what_is_not_an_object_is_refused(payload):
    assert type(error_of(payload)) is BadRequest


@pytest.mark.parametrize("opening", [b'{"a":', b"["])
def test_depth_bombs_are_refused(opening):
    payload = b'{"type":"hello","token":"a","bomb":' + opening * 6_000 + b"}"
    assert type(error_of(payload)) is BadRequest


@pytest.mark.parametrize(
    "text", [b"\\ud800", b"\\udc00\\ud800", b"\xed\xa0\x80", b"\xff", b"\xc0\x80", b"a\\u00", b"\\x41"]
)
@pytest.mark.parametrize("field", [b'"token":"%s"', b'"token":"a","resume":"%s"'])
def test_text_that_is_not_unicode_is_refused(text, field):
    error_of(b'{"type":"hello",' + field % text + b"}")


@given(st.binary(max_size=64))
def test_any_bytes_give_a_message_or_a_refusal_and_nothing_else(payload):
    try:
        message = decode(payload)
    except MmodError as error:
        assert isinstance(error, BadRequest)  # noqa: PT017 - bytes may be a message, too
    else:
        assert isinstance(message, Hello | Input | Equip | Unequip)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5), st.data())
def test_a_message_with_any_one_field_spoilt_is_taken_or_refused_but_never_fails(value, data):
    message = json.loads(encode(Input(1, 0.05, Intent(0.0, 1.0))))
    message[data.draw(st.sampled_from(sorted(message)))] = value
    try:
        decode(json.dumps(message).encode())
    except BadRequest as error:
        assert str(error)  # noqa: PT017 - a value may be right by chance


# --- unknown and malformed are told apart -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["join_ack", "state", "error", "telemetry", "Hello", "hello ", "", "__init__", "__proto__"]
)
def test_a_type_that_no_client_may_send_is_unknown(name):
    error = error_of(json.dumps({"type": name, "seq": "wrong as well"}).encode())
    assert (type(error), error.code, str(error)) == (UnknownType, "unknown_type", "unknown type")


@pytest.mark.parametrize("value", [["hello"], {"hello": 1}, 1, None, True])
def test_a_type_that_is_no_text_is_malformed(value):
    error = error_of(json.dumps({"type": value, "token": "a"}).encode())
    assert (type(error), error.code) == (BadRequest, "bad_request")


def test_a_message_without_a_type_is_malformed():
    assert type(error_of(b'{"token":"a"}')) is BadRequest


def test_a_refusal_names_the_field_but_not_its_value():
    error = error_of(b'{"type":"hello","token":"a","lastSeq":"hunter2"}')
    assert "$.lastSeq" in str(error)
    assert "hunter2" not in str(error)


# --- what the server sends --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "json_text"),
    [
        (
            Handover(HandoverData(CellName(0, 0), CellName(1, -2))),
            b'{"type":"handover","data":{"from":{"cx":0,"cz":0},"to":{"cx":1,"cz":-2}}}',
        ),
        (
            EquipmentResult(EquipmentResultData("equip", "main_hand", True, "success", "equipped", 4)),
            b'{"type":"equipment_result","data":{"operation":"equip","slot":"main_hand","success":true,'
            b'"code":"success","message":"equipped","seq":4}}',
        ),
        (Telemetry(TelemetryData(20.0, 12.5)), b'{"type":"telemetry","data":{"tick_rate":20.0,"rtt_ms":12.5}}'),
        (
            Error(ErrorData("bad_request", 'say "please"\n')),
            b'{"type":"error","data":{"code":"bad_request","message":"say \\"please\\"\\n"}}',
        ),
    ],
)
def test_server_messages_are_exactly_this_json(message, json_text):
    assert encode(message) == json_text
