"""Bytes to messages and back, once, at this one place.

The decoder is strict: one JSON object a message, UTF-8, no trailing bytes, no NaN, no lone surrogates, exact types.  Of
duplicate keys the last one counts (two different types are refused); unknown fields are ignored (protocol.md).
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from mmod.errors import BadRequest, UnknownType
from mmod.wire.messages import AnyClientMessage, ClientMessage, Equip, Hello, Input, ServerMessage, Unequip


class _TypeOnly(Struct):
    type: str


_KNOWN_TYPES = frozenset({"hello", "input", "equip", "unequip"})

_client_decoder: msgspec.json.Decoder[AnyClientMessage] = msgspec.json.Decoder(Hello | Input | Equip | Unequip)
_type_decoder = msgspec.json.Decoder(_TypeOnly)
_encoder = msgspec.json.Encoder()


def decode(payload: bytes) -> AnyClientMessage:
    """Return the message in a text frame; raise `BadRequest`, or `UnknownType` when only its `type` is unknown."""
    try:
        return _client_decoder.decode(payload)
    except msgspec.ValidationError as error:
        raise _invalid(payload, error) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadRequest("the message is not valid JSON") from None
    except RecursionError:
        raise BadRequest("the message is nested too deeply") from None


def encode(message: ServerMessage | ClientMessage) -> bytes:
    """Return a message as the payload of a text frame."""
    return _encoder.encode(message)


def _invalid(payload: bytes, error: msgspec.ValidationError) -> BadRequest:
    """Tell a message of an unknown type from one whose fields are wrong.

    The validator's text names the expected type and the path, never the value, so it is fit for the client.
    """
    try:
        known = _type_decoder.decode(payload).type in _KNOWN_TYPES
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        known = True
    return BadRequest(f"the message does not fit the protocol: {error}") if known else UnknownType("unknown type")
