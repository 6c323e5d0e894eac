"""Every message of the protocol as a typed value; field names are the wire's, to the letter.

What a client sends is checked here and nowhere else: behind the codec every integer is in range, every number finite,
every text free of U+0000.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from mmod.items.encumbrance import Encumbrance
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.rules import DEFAULT_COMPARTMENT

#: The only subprotocol of version 1 that speaks JSON.
SUBPROTOCOL = "mmod.v1.json"

#: The largest integer that every JSON implementation holds exactly (IEEE 754 doubles).
MAX_SAFE_INTEGER = 2**53 - 1

#: Names of items and slots are far shorter; longer ones can match nothing.
MAX_NAME = 256

#: U+0000 cannot be stored in every database, so no text that may be stored or looked up holds it.
NO_NUL = r"^[^\x00]*$"

Sequence = Annotated[int, Meta(ge=1, le=MAX_SAFE_INTEGER)]
Name = Annotated[str, Meta(max_length=MAX_NAME, pattern=NO_NUL)]

# --- client to server -------------------------------------------------------------------------------------------------


class ClientMessage(Struct, frozen=True, tag_field="type"):
    """What a client may send."""


class Hello(ClientMessage, frozen=True, tag="hello"):
    """The first message: who I am, and which session I want back."""

    token: Annotated[str, Meta(min_length=1, pattern=NO_NUL)]
    resume: Annotated[str, Meta(pattern=NO_NUL)] | UnsetType = UNSET
    lastSeq: Annotated[int, Meta(ge=0, le=MAX_SAFE_INTEGER)] | UnsetType = UNSET  # noqa: N815 - the wire's name


class Intent(Struct, frozen=True):
    """A wished direction; any finite numbers, clamped by the world."""

    x: float
    z: float


class Input(ClientMessage, frozen=True, tag="input"):
    """Walk like this from now on; `dt` (s) is advisory."""

    seq: Sequence
    dt: Annotated[float, Meta(gt=0)]
    intent: Intent


class Equip(ClientMessage, frozen=True, tag="equip"):
    """Put an item of the inventory into a slot."""

    seq: Sequence
    instance_id: Name
    slot: Name


class Unequip(ClientMessage, frozen=True, tag="unequip"):
    """Put what is in a slot back into the inventory."""

    seq: Sequence
    slot: Name
    compartment: Name = DEFAULT_COMPARTMENT


ItemMessage = Equip | Unequip
AnyClientMessage = Hello | Input | Equip | Unequip

# --- server to client -------------------------------------------------------------------------------------------------


class Point(Struct, frozen=True):
    """A position (m) or a velocity (m/s), rounded to 3 decimals."""

    x: float
    z: float


class CellName(Struct, frozen=True):
    """A cell of the grid."""

    cx: int
    cz: int


class WorldConfig(Struct, frozen=True):
    """What a client needs to know to predict its own movement."""

    tick_hz: int
    snapshot_hz: int
    aoi_radius: float
    cell_size: float
    handover_hysteresis: float
    move_speed: float


class InventoryView(Struct, frozen=True):
    """The whole inventory."""

    items: tuple[Stowed, ...]
    compartment_caps: dict[str, float]
    weight_limit: float
    encumbrance: Encumbrance


class WornItem(Struct, frozen=True):
    """What is in a slot, and the seconds until the slot takes something else."""

    instance: ItemInstance
    cooldown_remaining: float


class EquipmentView(Struct, frozen=True):
    """The whole equipment by slot; empty slots are absent."""

    slots: dict[str, WornItem]


class JoinAckData(Struct, frozen=True):
    """Everything a client needs to begin."""

    playerID: str  # noqa: N815 - the wire's name
    cell: CellName
    resumeToken: str  # noqa: N815 - the wire's name
    resumed: bool
    ack: int
    tick: int
    pos: Point
    config: WorldConfig
    inventory: InventoryView
    equipment: EquipmentView
    skills: dict[str, int]
    encumbrance: Encumbrance


class HandoverData(Struct, frozen=True, rename={"origin": "from", "target": "to"}):
    """Another cell owns the player now; on the wire the fields are `from` and `to`."""

    origin: CellName
    target: CellName


class EquipmentResultData(Struct, frozen=True):
    """What became of an `equip` or `unequip`."""

    operation: Literal["equip", "unequip"]
    slot: str
    success: bool
    code: str
    message: str
    seq: int


class TelemetryData(Struct, frozen=True):
    """Ticks per second as measured, and the round trip of the last ping in milliseconds."""

    tick_rate: float
    rtt_ms: float


class ErrorData(Struct, frozen=True):
    """Why something was refused, for the eyes of a client."""

    code: str
    message: str


class PlayerView(Struct, frozen=True):
    """The player itself in a `state`."""

    id: str
    pos: Point
    vel: Point


class EntityView(Struct, frozen=True):
    """Somebody else in a `state`."""

    id: str
    pos: Point
    vel: Point
    kind: Literal["player", "bot"]
    name: str


class StateData(Struct, frozen=True):
    """One snapshot as one client sees it; the last three only when they changed.

    States are not encoded from this class (see `mmod.wire.snapshot`); it describes them, and tests decode with it.
    """

    ack: int
    tick: int
    player: PlayerView
    entities: list[EntityView]
    inventory: InventoryView | UnsetType = UNSET
    equipment: EquipmentView | UnsetType = UNSET
    skills: dict[str, int] | UnsetType = UNSET


class ServerMessage(Struct, frozen=True, tag_field="type"):
    """What the server may send."""


class JoinAck(ServerMessage, frozen=True, tag="join_ack"):
    """You are in the world."""

    data: JoinAckData


class State(ServerMessage, frozen=True, tag="state"):
    """What you see."""

    data: StateData


class Handover(ServerMessage, frozen=True, tag="handover"):
    """You crossed into another cell; sent before the state that shows it."""

    data: HandoverData


class EquipmentResult(ServerMessage, frozen=True, tag="equipment_result"):
    """What became of your command; a success is durable."""

    data: EquipmentResultData


class Telemetry(ServerMessage, frozen=True, tag="telemetry"):
    """How the connection does, about once a second."""

    data: TelemetryData


class Error(ServerMessage, frozen=True, tag="error"):
    """Something was refused; a close may follow."""

    data: ErrorData
