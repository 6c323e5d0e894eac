"""Every frame the daemon sends, held against the published JSON Schemas in docs/protocol.

The published schemas let a message have further fields, since clients ignore those they do not know; the daemon of this
version has no further ones to send, so here every object is closed.  `fastjsonschema` compiles a schema to Python: a
state with fifty entities takes it less than a millisecond, a tenth of what a validator that interprets needs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastjsonschema

#: The schemas of what the server sends, one file each, named by the `type`.
SERVER_SCHEMAS = Path(__file__).resolve().parents[3] / "docs" / "protocol" / "schemas" / "server"

Frame = bytes | str | dict[str, Any]


def validator(directory: Path = SERVER_SCHEMAS) -> Callable[[Frame], None]:
    """Return a function that raises `AssertionError`, saying what and where, for a frame that is not as published."""
    checks = {path.stem: fastjsonschema.compile(_closed(_loaded(path))) for path in sorted(directory.glob("*.json"))}
    assert checks, f"no schemas in {directory}"

    def validate(frame: Frame) -> None:
        message = frame if isinstance(frame, dict) else _decoded(frame)
        check = checks.get(str(message.get("type")))
        assert check is not None, f"no such message is published: {frame!r:.500}"
        try:
            check(message)
        except fastjsonschema.JsonSchemaValueException as error:
            raise AssertionError(f"a frame is not as published: {error.message}: {frame!r:.500}") from error

    return validate


def _loaded(path: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def _closed(schema: Any) -> Any:
    """Return a schema in which objects have no fields but those it names."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(part) for key, part in schema.items() if key != "examples"}
    return (
        {"additionalProperties": False, **closed}
        if schema.get("type") == "object" and "properties" in schema
        else closed
    )


def _decoded(frame: bytes | str) -> dict[str, Any]:
    """Return the one object in a frame; JSON has no NaN, and we send no key twice."""
    message = json.loads(frame, parse_constant=_no_number, object_pairs_hook=_object)
    assert isinstance(message, dict), f"not an object: {frame!r:.500}"
    return message


def _no_number(word: str) -> None:
    raise AssertionError(f"{word} is not JSON")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    assert len(content) == len(pairs), f"a key is there twice: {[key for key, _ in pairs]}"
    return content
