"""Every message of the protocol as a typed value; field names are the wire's, to the letter.

What a client sends is checked here and nowhere else: behind the codec every integer is in range, every number finite,
every text free of U+0000.

Docstrings, descriptions and constraints are also the published schemas (`mmod.wire.schema`): they are written for those
who write clients.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from mmod.errors import (
    EquipLocked,
    ExceedsBulk,
    ExceedsWeight,
    IllegalSlot,
    ItemNotFound,
    SkillGate,
    SlotEmpty,
    Unavailable,
    UnknownCompartment,
)
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

#: The code of an item command that was carried out.
SUCCESS = "success"

#: Why an item command can be refused.
ITEM_REFUSALS = (
    IllegalSlot,
    SkillGate,
    EquipLocked,
    ItemNotFound,
    SlotEmpty,
    ExceedsWeight,
    ExceedsBulk,
    UnknownCompartment,
    Unavailable,
)

Sequence = Annotated[int, Meta(ge=1, le=MAX_SAFE_INTEGER)]
InputSequence = Annotated[Sequence, Meta(description="Grows with every `input`; one not above the last is ignored.")]
ItemSequence = Annotated[
    Sequence,
    Meta(description="Shared by `equip` and `unequip`; one that was already seen in this session does nothing."),
]
Name = Annotated[str, Meta(max_length=MAX_NAME, pattern=NO_NUL)]
Slot = Annotated[Name, Meta(description="Where on the body, such as `main_hand`.")]

# --- client to server -------------------------------------------------------------------------------------------------


class ClientMessage(Struct, frozen=True, gc=False, tag_field="type"):
    """What a client may send."""


class Hello(ClientMessage, frozen=True, tag="hello"):
    """The first message: who I am, and which session I want back."""

    token: Annotated[str, Meta(min_length=1, pattern=NO_NUL, description="Proves who the player is.")]
    resume: (
        Annotated[str, Meta(pattern=NO_NUL, description="The `resumeToken` of the session to go on with.")] | UnsetType
    ) = UNSET
    lastSeq: (  # noqa: N815 - the wire's name
        Annotated[
            int,
            Meta(ge=0, le=MAX_SAFE_INTEGER, description="The last input `seq` of that session; only for the log."),
        ]
        | UnsetType
    ) = UNSET


class Intent(Struct, frozen=True, gc=False):
    """A wished direction: each number is clamped to [-1, 1], then the vector to length 1."""

    x: Annotated[float, Meta(description="East.")]
    z: Annotated[float, Meta(description="North.")]


class Input(ClientMessage, frozen=True, tag="input"):
    """Walk like this from now on."""

    seq: InputSequence
    dt: Annotated[float, Meta(gt=0, description="Seconds the client means this to last; advisory.")]
    intent: Intent


class Equip(ClientMessage, frozen=True, tag="equip"):
    """Put an item of the inventory into a slot."""

    seq: ItemSequence
    instance_id: Annotated[Name, Meta(description="An item of the inventory.")]
    slot: Slot


class Unequip(ClientMessage, frozen=True, tag="unequip"):
    """Put what is in a slot back into the inventory."""

    seq: ItemSequence
    slot: Slot
    compartment: Annotated[Name, Meta(description="Where in the inventory.")] = DEFAULT_COMPARTMENT


ItemMessage = Equip | Unequip
AnyClientMessage = Hello | Input | Equip | Unequip

# --- server to client -------------------------------------------------------------------------------------------------


class Point(Struct, frozen=True):
    """A position (m) or a velocity (m/s), rounded to 3 decimals."""

    x: Annotated[float, Meta(description="East.")]
    z: Annotated[float, Meta(description="North.")]


Position = Annotated[Point, Meta(description="Position in metres.")]
Velocity = Annotated[Point, Meta(description="Velocity in metres per second.")]
Ack = Annotated[int, Meta(ge=0, description="The highest input `seq` applied, 0 for none.")]
Tick = Annotated[int, Meta(ge=0, description="Ticks of the world since it began.")]
Level = Annotated[int, Meta(ge=0)]
Skills = Annotated[dict[str, Level], Meta(description="The level of every skill there is.")]


class CellName(Struct, frozen=True):
    """A cell of the grid: from `cx` to `cx` + 1 times the cell size east, `cz` likewise north."""

    cx: int
    cz: int


class WorldConfig(Struct, frozen=True):
    """What a client needs to know to predict its own movement."""

    tick_hz: Annotated[int, Meta(ge=1, description="Ticks a second.")]
    snapshot_hz: Annotated[int, Meta(ge=1, description="`state` messages a second.")]
    aoi_radius: Annotated[float, Meta(gt=0, description="Metres a player can see.")]
    cell_size: Annotated[float, Meta(gt=0, description="Metres along the side of a cell.")]
    handover_hysteresis: Annotated[
        float, Meta(ge=0, description="Metres a player must be outside its cell before another one owns it.")
    ]
    move_speed: Annotated[float, Meta(ge=0, description="Metres per second of a player with nothing to carry.")]


class InventoryView(Struct, frozen=True):
    """The whole inventory."""

    items: tuple[Stowed, ...]
    compartment_caps: Annotated[dict[str, float], Meta(description="The bulk each compartment holds.")]
    weight_limit: Annotated[float, Meta(description="What may be carried and worn together, in units of weight.")]
    encumbrance: Encumbrance


class WornItem(Struct, frozen=True):
    """What is in a slot."""

    instance: ItemInstance
    cooldown_remaining: Annotated[float, Meta(ge=0, description="Seconds until the slot takes something else.")]


class EquipmentView(Struct, frozen=True):
    """The whole equipment."""

    slots: Annotated[dict[str, WornItem], Meta(description="By slot; empty slots are absent.")]


class JoinAckData(Struct, frozen=True):
    """Everything a client needs to begin."""

    playerID: str  # noqa: N815 - the wire's name
    cell: Annotated[CellName, Meta(description="The cell that owns the player.")]
    resumeToken: Annotated[  # noqa: N815 - the wire's name
        str, Meta(description="For `resume` in the next `hello`; single use, good for a while after the end.")
    ]
    resumed: Annotated[bool, Meta(description="Whether this session goes on where the last one ended.")]
    ack: Ack
    tick: Tick
    pos: Position
    config: WorldConfig
    inventory: InventoryView
    equipment: EquipmentView
    skills: Skills
    encumbrance: Encumbrance


class HandoverData(Struct, frozen=True, rename={"origin": "from", "target": "to"}):
    """Which cell owned the player, and which one does now."""

    origin: CellName
    target: CellName


class EquipmentResultData(Struct, frozen=True):
    """What became of an `equip` or `unequip`."""

    operation: Literal["equip", "unequip"]
    slot: str
    success: Annotated[bool, Meta(description="Whether it was done; it is durable then. If not, nothing has changed.")]
    code: Annotated[
        str,
        Meta(
            description="Why not.",
            extra_json_schema={"enum": [SUCCESS, *(refusal.code for refusal in ITEM_REFUSALS)]},
        ),
    ]
    message: Annotated[str, Meta(description="The same in words, for people.")]
    seq: Annotated[int, Meta(ge=0, description="The `seq` of the command.")]


class TelemetryData(Struct, frozen=True):
    """How the world and the connection do."""

    tick_rate: Annotated[float, Meta(ge=0, description="Ticks per second as measured.")]
    rtt_ms: Annotated[float, Meta(ge=0, description="Milliseconds of the round trip of the last WebSocket ping.")]


class ErrorData(Struct, frozen=True):
    """Why something was refused, for the eyes of a client."""

    code: str
    message: Annotated[str, Meta(description="The same in words, for people.")]


class PlayerView(Struct, frozen=True):
    """The player itself in a `state`."""

    id: str
    pos: Position
    vel: Velocity


class EntityView(Struct, frozen=True):
    """Somebody else in a `state`."""

    id: str
    pos: Position
    vel: Velocity
    kind: Literal["player", "bot"]
    name: str


class StateData(Struct, frozen=True):
    """One snapshot as one client sees it; inventory, equipment and skills are there only when they changed, whole.

    States are not encoded from this class (see `mmod.wire.snapshot`); it describes them, and tests decode with it.
    """

    ack: Ack
    tick: Tick
    player: PlayerView
    entities: Annotated[list[EntityView], Meta(description="All within the radius but the player itself.")]
    inventory: InventoryView | UnsetType = UNSET
    equipment: EquipmentView | UnsetType = UNSET
    skills: Skills | UnsetType = UNSET


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


AnyServerMessage = JoinAck | State | Handover | EquipmentResult | Telemetry | Error
