"""Every frame a client receives, held to the published schemas and decoded strictly: exact types, every field."""

from __future__ import annotations

import msgspec

from mmod.wire.messages import EquipmentResult, Error, Handover, JoinAck, State, Telemetry

from .contract import validator

ServerFrame = JoinAck | State | Handover | EquipmentResult | Telemetry | Error

_validate = validator()
_decoder: msgspec.json.Decoder[ServerFrame] = msgspec.json.Decoder(ServerFrame)


def decoded(frame: str | bytes) -> ServerFrame:
    """Return the message in a text frame; fail when it is none of the protocol's."""
    assert isinstance(frame, str), f"a binary frame came: {frame!r:.200}"
    try:
        _validate(frame)
        return _decoder.decode(frame)
    except msgspec.MsgspecError as error:
        raise AssertionError(f"a frame does not fit the protocol: {error}: {frame:.500}") from error
