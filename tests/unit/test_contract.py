"""What is committed in docs/ is what the types say now, and the functional tests hold frames against exactly that."""

import json
from copy import deepcopy
from pathlib import Path

import pytest

from mmod.contract import documents, main
from tests.functional.harness.contract import SERVER_SCHEMAS, validator

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = {path.stem: json.loads(path.read_text())["examples"] for path in SERVER_SCHEMAS.glob("*.json")}


@pytest.fixture(scope="module")
def validate():
    return validator()


def changed(kind, *path, **fields):
    """Return an example with fields changed in the object at `path`, or removed where they are None."""
    message = deepcopy(EXAMPLES[kind][-1])
    part = message
    for step in path:
        part = part[step]
    for name, value in fields.items():
        if value is None:
            del part[name]
        else:
            part[name] = value
    return message


@pytest.mark.parametrize("path", documents())
def test_the_committed_file_is_what_the_generator_writes(path):
    assert (DOCS / path).read_text(encoding="utf-8") == documents()[path], "run: make schemas"


def test_no_schema_is_committed_whose_message_is_no_more():
    committed = {path.relative_to(DOCS).as_posix() for path in (DOCS / "protocol" / "schemas").glob("**/*.json")}
    assert committed == {path for path in documents() if path.startswith("protocol/schemas/")}


def test_the_generator_writes_every_file_and_removes_what_is_stale(tmp_path):
    stale = tmp_path / "protocol" / "schemas" / "server" / "farewell.json"
    kept = tmp_path / "protocol" / "vectors.json"
    stale.parent.mkdir(parents=True)
    stale.write_text("{}")
    kept.write_text("{}")
    main([str(tmp_path)])
    written = {
        path.relative_to(tmp_path).as_posix(): path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.json")
    }
    assert written == {**documents(), "protocol/vectors.json": "{}"}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_the_harness_takes_every_published_example_in_every_form(validate, kind):
    for example in EXAMPLES[kind]:
        text = json.dumps(example)
        for frame in (example, text, text.encode()):
            validate(frame)


BAD_FRAMES = {
    "unknown type": {"type": "farewell", "data": {}},
    "type of a client": {"type": "hello", "token": "dev:ada"},
    "no type": {"data": {}},
    "type that is no text": {"type": ["state"], "data": {}},
    "field missing": changed("state", "data", ack=None),
    "field missing in a list": changed("join_ack", "data", "inventory", "items", 0, "instance", quantity=None),
    "field unknown": changed("state", "data", inventroy={}),
    "field unknown at the top": changed("telemetry", time=1),
    "field unknown in a list": changed("join_ack", "data", "inventory", "items", 0, colour="red"),
    "number as text": changed("state", "data", "player", "pos", x="1"),
    "truth as number": changed("state", "data", ack=True),
    "negative acknowledgement": changed("state", "data", ack=-1),
    "unknown error": changed("error", "data", code="surprise"),
    "unknown result": changed("equipment_result", "data", code="surprise"),
    "list": [],
    "not JSON": "{",
    "no number": '{"type":"telemetry","data":{"tick_rate":NaN,"rtt_ms":1}}',
    "key twice": '{"type":"telemetry","data":{"tick_rate":20,"tick_rate":20,"rtt_ms":1}}',
}


@pytest.mark.parametrize("frame", BAD_FRAMES.values(), ids=BAD_FRAMES)
def test_the_harness_refuses_what_is_not_published(validate, frame):
    text = frame if isinstance(frame, str) else json.dumps(frame)
    with pytest.raises((AssertionError, json.JSONDecodeError)):
        validate(text)


def test_a_harness_without_schemas_is_a_fault(tmp_path):
    with pytest.raises(AssertionError):
        validator(tmp_path)
