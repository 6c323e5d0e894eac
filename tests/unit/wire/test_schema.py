import json
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mmod.errors import BadRequest
from mmod.wire.codec import decode, encode
from mmod.wire.examples import CLIENT_EXAMPLES, SERVER_EXAMPLES
from mmod.wire.messages import ClientMessage, ServerMessage
from mmod.wire.schema import CLIENT_MESSAGES, SERVER_MESSAGES, client_schemas, examples_of, server_schemas, type_of

CODES = ("bad_request", "rate_limited")
CLIENT = client_schemas()
SERVER = server_schemas(CODES)
ALL = {**CLIENT, **SERVER}

as_published = pytest.mark.parametrize("schema", ALL.values(), ids=ALL)


def accepts(schema, message):
    return Draft202012Validator(schema).is_valid(message)


def taken_by_the_codec(message):
    try:
        decode(json.dumps(message).encode())
    except BadRequest:
        return False
    return True


def parts_of(schema):
    """Yield every dictionary in a schema, its examples left out."""
    if isinstance(schema, dict):
        yield schema
        for key, part in schema.items():
            if key != "examples":
                yield from parts_of(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from parts_of(part)


def objects_of(schema):
    return [part for part in parts_of(schema) if part.get("type") == "object" and "properties" in part]


# --- what is published ------------------------------------------------------------------------------------------------


def test_every_message_there_is_has_a_schema():
    assert set(CLIENT_MESSAGES) == set(ClientMessage.__subclasses__())
    assert set(SERVER_MESSAGES) == set(ServerMessage.__subclasses__())
    assert set(ALL) == {type_of(message) for message in (*CLIENT_MESSAGES, *SERVER_MESSAGES)}


@as_published
def test_it_is_a_schema_of_2020_12(schema):
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


@as_published
def test_it_needs_no_other_file(schema):
    references = [part["$ref"] for part in parts_of(schema) if "$ref" in part]
    assert {reference.removeprefix("#/$defs/") for reference in references} <= set(schema.get("$defs", {}))


@as_published
def test_every_object_says_what_it_is_and_every_number_in_which_unit(schema):
    for part in objects_of(schema):
        assert part["title"]
        assert part["description"].endswith(".")
        numbers = [field for field in part["properties"].values() if field.get("type") == "number"]
        assert all("description" in field for field in numbers)


@as_published
def test_it_says_nothing_of_how_the_server_is_made(schema):
    words = [part["description"] for part in parts_of(schema) if isinstance(part.get("description"), str)]
    assert not any("mmod." in text or "\n" in text for text in words)


@pytest.mark.parametrize(("name", "schema"), ALL.items(), ids=ALL)
def test_its_type_is_a_constant(name, schema):
    assert schema["properties"]["type"] == {"const": name}
    assert "type" in schema["required"]


def test_an_error_has_one_of_the_codes_given():
    assert accepts(SERVER["error"], {"type": "error", "data": {"code": "rate_limited", "message": "x"}})
    assert not accepts(SERVER["error"], {"type": "error", "data": {"code": "surprise", "message": "x"}})


# --- examples ---------------------------------------------------------------------------------------------------------


@as_published
def test_it_has_examples_and_they_are_valid(schema):
    assert schema["examples"]
    for example in schema["examples"]:
        Draft202012Validator(schema).validate(example)


def test_every_example_is_published():
    published = [example for message in (*CLIENT_MESSAGES, *SERVER_MESSAGES) for example in examples_of(message)]
    assert len(published) == len(CLIENT_EXAMPLES) + len(SERVER_EXAMPLES)


@pytest.mark.parametrize("example", CLIENT_EXAMPLES, ids=lambda example: type_of(type(example)))
def test_the_codec_reads_an_example_as_what_it_was(example):
    assert decode(encode(example)) == example


@pytest.mark.parametrize("example", SERVER_EXAMPLES, ids=lambda example: type_of(type(example)))
def test_the_codec_writes_what_is_published(example):
    message = json.loads(encode(example))
    Draft202012Validator(SERVER[message["type"]]).validate(message)


# --- what does not fit ------------------------------------------------------------------------------------------------

BAD_CLIENT_MESSAGES = [
    {"type": "hello"},
    {"type": "hello", "token": ""},
    {"type": "hello", "token": "a\u0000b"},
    {"type": "hello", "token": 7},
    {"type": "hello", "token": "dev:ada", "resume": None},
    {"type": "hello", "token": "dev:ada", "lastSeq": -1},
    {"type": "hello", "token": "dev:ada", "lastSeq": 2**53},
    {"type": "input", "seq": 0, "dt": 0.05, "intent": {"x": 0, "z": 0}},
    {"type": "input", "seq": 2**53, "dt": 0.05, "intent": {"x": 0, "z": 0}},
    {"type": "input", "seq": True, "dt": 0.05, "intent": {"x": 0, "z": 0}},
    {"type": "input", "seq": 1, "dt": 0, "intent": {"x": 0, "z": 0}},
    {"type": "input", "seq": 1, "dt": 0.05, "intent": {"x": 0}},
    {"type": "input", "seq": 1, "dt": 0.05, "intent": [0, 0]},
    {"type": "input", "seq": 1, "dt": 0.05, "intent": {"x": "1", "z": 0}},
    {"type": "equip", "seq": 1, "slot": "head"},
    {"type": "equip", "seq": 1, "instance_id": "x" * 257, "slot": "head"},
    {"type": "unequip", "seq": 1},
    {"type": "unequip", "seq": 1, "slot": "head", "compartment": None},
]


@pytest.mark.parametrize("message", BAD_CLIENT_MESSAGES, ids=lambda message: json.dumps(message)[:60])
def test_what_the_codec_refuses_is_not_valid(message):
    assert not taken_by_the_codec(message)
    assert not accepts(CLIENT[message["type"]], message)


@as_published
def test_receivers_ignore_fields_they_do_not_know(schema):
    assert not any("additionalProperties" in part for part in objects_of(schema))
    later = {**schema["examples"][0], "of_a_later_version": 1}
    assert accepts(schema, later)


def test_what_the_server_sends_is_whole_even_where_a_field_has_a_default():
    for name in ("join_ack", "state"):
        instance = SERVER[name]["$defs"]["ItemInstance"]
        assert instance["required"] == ["instance_id", "template_id", "quantity", "durability"]
        assert not any("default" in field for field in instance["properties"].values())


def test_what_a_client_may_leave_out_has_its_default():
    assert CLIENT["unequip"]["required"] == ["type", "seq", "slot"]
    assert CLIENT["unequip"]["properties"]["compartment"]["default"] == "backpack"


@pytest.mark.parametrize("field", ["ack", "tick", "player", "entities"])
def test_a_state_has_all_of_its_required_fields(field):
    state = deepcopy(SERVER["state"]["examples"][0])
    del state["data"][field]
    assert not accepts(SERVER["state"], state)


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([2**53 - 1, 2**53, -(2**53)]),
    st.sampled_from([0.05, -0.5, 1e300]),
    st.text(max_size=3),
    st.just("x" * 257),
    st.just([]),
    st.just({}),
    st.fixed_dictionaries({"x": st.integers(-1, 1), "z": st.sampled_from([0.5, "0.5", None])}),
)


@given(
    example=st.sampled_from([example for schema in CLIENT.values() for example in schema["examples"]]),
    field=st.sampled_from(["token", "resume", "lastSeq", "seq", "dt", "intent", "instance_id", "slot", "compartment"]),
    value=st.one_of(st.just("absent"), values),
)
def test_schema_and_codec_agree_about_any_field(example, field, value):
    message = {key: old for key, old in example.items() if key != field}
    if value != "absent":
        message[field] = value
    assert accepts(CLIENT[message["type"]], message) == taken_by_the_codec(message)
