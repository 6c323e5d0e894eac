"""The AsyncAPI 3 document of the public endpoint: every message, error and close, from the types themselves."""

from __future__ import annotations

from typing import Any

from mmod.errors import RemoteError
from mmod.session.closing import CLOSES, HARMLESS, CloseCode
from mmod.wire.dialects import Dialect
from mmod.wire.messages import Equip, EquipmentResult, Hello, JoinAck, Unequip
from mmod.wire.schema import (
    CLIENT_MESSAGES,
    SERVER_MESSAGES,
    Message,
    Schema,
    client_schemas,
    description_of,
    examples_of,
    server_schemas,
    type_of,
)

ASYNCAPI = "3.0.0"

#: The version of the protocol, not that of the daemon.
VERSION = "1"

#: The version of the ws binding of AsyncAPI.
BINDING = "0.1.0"

#: Name of the one channel.
CHANNEL = "world"

#: Every error a client can be told, those that end the session first.
ERRORS: tuple[type[RemoteError], ...] = (*CLOSES, *HARMLESS)

#: Messages that have an answer of their own.
REPLIES: dict[Message, Message] = {Hello: JoinAck, Equip: EquipmentResult, Unequip: EquipmentResult}

#: Closes that the framing below the messages brings about (RFC 6455, 7.4.1).
FRAMING_CLOSES = {1002: "A frame breaks RFC 6455.", 1007: "A text frame is not UTF-8."}

DESCRIPTION = (
    "JSON over WebSocket, one object per text frame. Units: metres, metres per second, seconds; x east, z north. "
    "Numbers from the server are rounded to 3 decimals. Receivers ignore fields they do not know. A client says "
    "`hello` first; an `error` is sent before a close wherever a frame can still be sent. README.md beside this "
    "document is the whole contract."
)


def message_schemas() -> dict[str, Schema]:
    """Return the schema of every message by the path of its file, seen from the AsyncAPI document."""
    received = {_path("client", name): schema for name, schema in client_schemas().items()}
    sent = {_path("server", name): schema for name, schema in server_schemas(error_codes()).items()}
    return {**received, **sent}


def error_codes() -> list[str]:
    """Return every code an `error` can carry."""
    return [error.code for error in ERRORS]


def asyncapi() -> dict[str, Any]:
    """Return the document; its payloads are files beside it (`message_schemas`)."""
    messages: tuple[Message, ...] = (*CLIENT_MESSAGES, *SERVER_MESSAGES)
    return {
        "asyncapi": ASYNCAPI,
        "info": {
            "title": "mmod",
            "version": VERSION,
            "description": DESCRIPTION,
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "development": {
                "host": "127.0.0.1:8080",
                "protocol": "ws",
                "description": "Where `twistd mmod` listens when nothing is configured.",
            }
        },
        "channels": {CHANNEL: _channel(messages)},
        "operations": {
            **{f"receive{message.__name__}": _received(message) for message in CLIENT_MESSAGES},
            **{f"send{message.__name__}": _sent(message) for message in SERVER_MESSAGES},
        },
        "components": {"messages": {message.__name__: _message(message) for message in messages}},
    }


def _channel(messages: tuple[Message, ...]) -> dict[str, Any]:
    return {
        "address": "/ws",
        "title": "The world",
        "description": "One connection is one session of one player.",
        "servers": [{"$ref": "#/servers/development"}],
        "messages": {message.__name__: {"$ref": f"#/components/messages/{message.__name__}"} for message in messages},
        "bindings": {"ws": {"method": "GET", "headers": _upgrade_headers(), "bindingVersion": BINDING}},
        "x-close-codes": _closes(),
        "x-error-codes": [_error(error) for error in ERRORS],
    }


def _upgrade_headers() -> Schema:
    subprotocol = {
        "enum": [dialect.value for dialect in Dialect],
        "description": (
            f"The first one offered counts; {Dialect.JSON.value} when it is left out. Others alone are refused. With "
            f"{Dialect.DELTA.value} each `state` is a binary frame, see delta.md beside this document."
        ),
    }
    return {"type": "object", "properties": {"Sec-WebSocket-Protocol": subprotocol}}


def _closes() -> list[dict[str, Any]]:
    framing = [{"code": code, "meaning": meaning} for code, meaning in FRAMING_CLOSES.items()]
    return [*framing, *({"code": int(close), "meaning": close.meaning} for close in CloseCode)]


def _error(error: type[RemoteError]) -> dict[str, Any]:
    close = CLOSES.get(error)
    ending = {} if close is None else {"close": int(close)}
    return {"code": error.code, "meaning": description_of(error), **ending}


def _message(message: Message) -> dict[str, Any]:
    direction = "client" if message in CLIENT_MESSAGES else "server"
    return {
        "name": type_of(message),
        "title": message.__name__,
        "summary": description_of(message),
        "contentType": "application/json",
        "payload": {"$ref": f"./{_path(direction, type_of(message))}"},
        "examples": [{"payload": example} for example in examples_of(message)],
    }


def _received(message: Message) -> dict[str, Any]:
    reply = REPLIES.get(message)
    answer = {} if reply is None else {"reply": {"channel": _channel_ref(), "messages": [_in_channel(reply)]}}
    return {**_operation("receive", message), **answer}


def _sent(message: Message) -> dict[str, Any]:
    return _operation("send", message)


def _operation(action: str, message: Message) -> dict[str, Any]:
    """Return an operation of the server; a client does the opposite."""
    return {
        "action": action,
        "summary": description_of(message),
        "channel": _channel_ref(),
        "messages": [_in_channel(message)],
    }


def _channel_ref() -> dict[str, str]:
    return {"$ref": f"#/channels/{CHANNEL}"}


def _in_channel(message: Message) -> dict[str, str]:
    return {"$ref": f"#/channels/{CHANNEL}/messages/{message.__name__}"}


def _path(direction: str, name: str) -> str:
    return f"schemas/{direction}/{name}.json"
