"""The published form of the messages: one JSON Schema (2020-12) for each, made from the types, their docstrings and
their examples.

What a client sends is described as the server reads it: a field with a default may be missing.  What the server sends
is described as it leaves: a field with a default is always there.  In both directions receivers ignore fields they do
not know, so no schema forbids them.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import Any, get_args

import msgspec

from mmod.wire.codec import encode
from mmod.wire.examples import CLIENT_EXAMPLES, SERVER_EXAMPLES
from mmod.wire.messages import AnyClientMessage, AnyServerMessage, ClientMessage, ErrorData, ServerMessage

#: The dialect of every schema here.
DIALECT = "https://json-schema.org/draft/2020-12/schema"

#: Where the parts of a schema stand in it.
IN_DEFS = "#/$defs/{name}"

Schema = dict[str, Any]
Message = type[ClientMessage] | type[ServerMessage]

CLIENT_MESSAGES: tuple[type[ClientMessage], ...] = get_args(AnyClientMessage)
SERVER_MESSAGES: tuple[type[ServerMessage], ...] = get_args(AnyServerMessage)


def client_schemas() -> dict[str, Schema]:
    """Return the schema of each message a client may send, by its `type`."""
    return {type_of(message): _message_schema(message, received_parts([message])) for message in CLIENT_MESSAGES}


def server_schemas(error_codes: Sequence[str]) -> dict[str, Schema]:
    """Return the schema of each message the server may send, by its `type`; `error_codes` are all that an `error` can
    carry, which are decided above this floor.
    """
    schemas = {type_of(message): _message_schema(message, sent_parts([message])) for message in SERVER_MESSAGES}
    schemas["error"]["$defs"][ErrorData.__name__]["properties"]["code"]["enum"] = list(error_codes)
    return schemas


def type_of(message: Message) -> str:
    """Return what stands in the `type` field of a message."""
    return str(message.__struct_config__.tag)


def examples_of(message: Message) -> list[Any]:
    """Return the examples of a message as JSON values."""
    examples = (*CLIENT_EXAMPLES, *SERVER_EXAMPLES)
    return [msgspec.json.decode(encode(example)) for example in examples if type(example) is message]


def received_parts(types: Iterable[Any], place: str = IN_DEFS) -> dict[str, Schema]:
    """Return the schemas of some types and of everything in them, by name, as they are read; `place` says how one
    refers to another.
    """
    _, parts = msgspec.json.schema_components(types, ref_template=place)
    return {name: _with_first_paragraph(part) for name, part in parts.items()}


def sent_parts(types: Iterable[Any], place: str = IN_DEFS) -> dict[str, Schema]:
    """Return the same as the encoder writes them."""
    return {name: _always_whole(part) for name, part in received_parts(types, place).items()}


def description_of(documented: object) -> str:
    """Return the first paragraph of a docstring in one line; further ones are for readers of the code."""
    return _first_paragraph(documented.__doc__ or "")


def _message_schema(message: Message, parts: dict[str, Schema]) -> Schema:
    schema = parts.pop(message.__name__)
    fields = {**schema["properties"], "type": {"const": type_of(message)}}
    defs = {"$defs": parts} if parts else {}
    return {"$schema": DIALECT, **schema, "properties": fields, "examples": examples_of(message), **defs}


def _with_first_paragraph(part: Schema) -> Schema:
    return {**part, "description": _first_paragraph(part["description"])} if "description" in part else part


def _first_paragraph(text: str) -> str:
    return " ".join(inspect.cleandoc(text).partition("\n\n")[0].split())


def _always_whole(part: Schema) -> Schema:
    """Return the schema of an object in which every field that has a default is required, and unknown ones may be."""
    if "properties" not in part:
        return part
    fields: dict[str, Schema] = part["properties"]
    required = [name for name, field in fields.items() if name in part.get("required", ()) or "default" in field]
    plain = {name: {key: value for key, value in field.items() if key != "default"} for name, field in fields.items()}
    whole = {**part, "properties": plain, "required": required}
    whole.pop("additionalProperties", None)
    return whole
