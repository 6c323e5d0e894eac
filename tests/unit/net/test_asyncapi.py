from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from mmod.errors import RemoteError, RuleViolation
from mmod.net.asyncapi import asyncapi, error_codes, message_schemas
from mmod.session import closing
from mmod.session.closing import CLOSES, CloseCode
from mmod.wire.messages import SUBPROTOCOL
from mmod.wire.schema import CLIENT_MESSAGES, SERVER_MESSAGES, type_of

DOCUMENT = asyncapi()
SCHEMAS = message_schemas()
CHANNEL = DOCUMENT["channels"]["world"]
README = Path(__file__).parents[3] / "docs" / "protocol" / "README.md"

every_message = pytest.mark.parametrize("message", [*CLIENT_MESSAGES, *SERVER_MESSAGES], ids=type_of)


def references(part):
    """Yield every $ref in a document."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


def resolved(reference):
    """Return what a reference of the document points to."""
    if not reference.startswith("#/"):
        return SCHEMAS[reference.removeprefix("./")]
    part = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        part = part[step]
    return resolved(part["$ref"]) if set(part) == {"$ref"} else part


def test_it_is_asyncapi_3():
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= set(DOCUMENT["info"])


def test_every_reference_resolves():
    found = list(references(DOCUMENT))
    assert found
    assert all(resolved(reference) for reference in found)


def test_there_is_one_channel_with_the_subprotocols():
    assert list(DOCUMENT["channels"]) == ["world"]
    assert CHANNEL["address"] == "/ws"
    headers = CHANNEL["bindings"]["ws"]["headers"]
    assert headers["properties"]["Sec-WebSocket-Protocol"]["enum"] == [SUBPROTOCOL, "mmod.v1.delta"]


@every_message
def test_every_message_is_published_with_its_own_schema_and_valid_examples(message):
    published = DOCUMENT["components"]["messages"][message.__name__]
    schema = resolved(published["payload"]["$ref"])
    assert published["name"] == type_of(message) == schema["properties"]["type"]["const"]
    assert published["examples"]
    for example in published["examples"]:
        Draft202012Validator(schema).validate(example["payload"])
    assert resolved(CHANNEL["messages"][message.__name__]["$ref"]) is published


@every_message
def test_every_message_has_one_operation_in_its_direction(message):
    here = f"#/channels/world/messages/{message.__name__}"
    (operation,) = [
        operation for operation in DOCUMENT["operations"].values() if operation["messages"] == [{"$ref": here}]
    ]
    assert operation["action"] == ("receive" if message in CLIENT_MESSAGES else "send")


def test_what_is_answered_names_its_answer():
    replies = {
        name: [resolved(answer["$ref"])["name"] for answer in operation["reply"]["messages"]]
        for name, operation in DOCUMENT["operations"].items()
        if "reply" in operation
    }
    assert replies == {
        "receiveHello": ["join_ack"],
        "receiveEquip": ["equipment_result"],
        "receiveUnequip": ["equipment_result"],
    }


def test_every_close_code_is_published_with_its_meaning():
    closes = {close["code"]: close["meaning"] for close in CHANNEL["x-close-codes"]}
    assert set(closes) == {1002, 1007, *CloseCode}
    assert all(closes.values())


def test_every_error_a_session_can_tell_is_published_with_its_close():
    errors = {error["code"]: error.get("close") for error in CHANNEL["x-error-codes"]}
    own = {kind for kind in vars(closing).values() if isinstance(kind, type) and issubclass(kind, RemoteError)}
    assert {kind.code for kind in own - {RemoteError}} == set(errors) == set(error_codes())
    assert {code for code, close in errors.items() if close is None} == {"unknown_type", "bad_record"}
    assert all(errors[kind.code] == close for kind, close in CLOSES.items())
    assert SCHEMAS["schemas/server/error.json"]["$defs"]["ErrorData"]["properties"]["code"]["enum"] == list(errors)


def test_item_results_have_every_code_of_the_rules_that_can_refuse_them():
    codes = SCHEMAS["schemas/server/equipment_result.json"]["$defs"]["EquipmentResultData"]["properties"]["code"][
        "enum"
    ]
    rules = {rule.code for rule in RuleViolation.__subclasses__()}
    assert set(codes) == rules - {"unknown_template", "duplicate_instance"} | {"success", "unavailable"}


def test_the_readme_names_every_code_and_every_close():
    text = README.read_text(encoding="utf-8")
    results = SCHEMAS["schemas/server/equipment_result.json"]["$defs"]["EquipmentResultData"]["properties"]["code"]
    assert [code for code in (*error_codes(), *results["enum"]) if f"`{code}`" not in text] == []
    assert [int(close) for close in CloseCode if str(int(close)) not in text] == []
