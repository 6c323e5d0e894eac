"""Frames to messages, once, at this one place; both dialects give the same messages."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, Struct, UnsetType

from mmod.client.errors import BadMessage
from mmod.client.values import Entity, Equipment, Inventory, Point
from mmod.errors import BadDelta
from mmod.wire.delta.decoder import DeltaDecoder
from mmod.wire.messages import (
    CellName,
    EquipmentResult,
    Error,
    Handover,
    Telemetry,
    WorldConfig,
)


class Welcome(Struct, frozen=True):
    """The data of a `join_ack`."""

    playerID: str  # noqa: N815 - the wire's name
    cell: CellName
    resumeToken: str  # noqa: N815 - the wire's name
    resumed: bool
    ack: int
    tick: int
    pos: Point
    config: WorldConfig
    inventory: Inventory
    equipment: Equipment
    skills: dict[str, int]


class Self(Struct, frozen=True):
    """The player itself in a `state`."""

    id: str
    pos: Point
    vel: Point


class View(Struct, frozen=True):
    """The data of a `state`; the last three only when they changed."""

    ack: int
    tick: int
    player: Self
    entities: tuple[Entity, ...]
    inventory: Inventory | UnsetType = UNSET
    equipment: Equipment | UnsetType = UNSET
    skills: dict[str, int] | UnsetType = UNSET


class JoinAck(Struct, frozen=True, tag_field="type", tag="join_ack"):
    """The player is in the world."""

    data: Welcome


class StateMessage(Struct, frozen=True, tag_field="type", tag="state"):
    """What the player sees."""

    data: View


Message = JoinAck | StateMessage | Handover | EquipmentResult | Telemetry | Error


class _Type(Struct):
    type: str


_KNOWN = frozenset({"join_ack", "state", "handover", "equipment_result", "telemetry", "error"})

_decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)
_type_decoder = msgspec.json.Decoder(_Type)


class Reading:
    """The frames of one connection: differences are to what that connection was sent before."""

    def __init__(self) -> None:
        self._delta: DeltaDecoder | None = None

    def message(self, payload: bytes, binary: bool) -> Message | None:
        """Return the message in a frame, None for a type that this client does not know.

        Raises `BadMessage`; the connection is of no use then.
        """
        if binary:
            return self._state(payload)
        try:
            message = _decoder.decode(payload)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            if _is_unknown(payload):
                return None
            raise BadMessage(f"a message cannot be read: {error}") from error
        if isinstance(message, JoinAck):
            self._delta = DeltaDecoder(message.data.config.tick_hz)
        return message

    def _state(self, payload: bytes) -> StateMessage:
        if self._delta is None:
            raise BadMessage("a binary state came before the join_ack")
        try:
            return msgspec.convert(self._delta.decode(payload), StateMessage)
        except (BadDelta, msgspec.ValidationError) as error:
            raise BadMessage(f"a binary state cannot be read: {error}") from error


def _is_unknown(payload: bytes) -> bool:
    """Tell whether this is a message of a type that is not ours."""
    try:
        return _type_decoder.decode(payload).type not in _KNOWN
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
