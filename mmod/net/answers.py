"""What the admin API answers; these types are also its published schemas."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from mmod.items.encumbrance import Encumbrance
from mmod.items.movements import Cause
from mmod.wire.messages import CellName, EntityView, EquipmentView, InventoryView, Position, Skills

Unreadable = Annotated[str, Meta(description="Why the stored record cannot be used; absent when it can.")]


class PlayerSummary(Struct, frozen=True):
    """One player in short; `name`, `pos` and `cell` are null when nothing readable is stored."""

    id: str
    name: str | None
    pos: Position | None
    cell: CellName | None
    connected: bool
    rtt_ms: Annotated[float | None, Meta(description="Milliseconds of the last round trip; null without one.")]
    epoch: Annotated[int, Meta(ge=0, description="Grows with every join.")]
    unreadable: Unreadable | UnsetType = UNSET


class PlayerDossier(PlayerSummary, frozen=True):
    """Everything about one player; the belongings are absent when nothing readable is stored."""

    inventory: InventoryView | UnsetType = UNSET
    equipment: EquipmentView | UnsetType = UNSET
    skills: Skills | UnsetType = UNSET
    encumbrance: Encumbrance | UnsetType = UNSET


class Players(Struct, frozen=True):
    """Players in the order of their ids, those at rest included."""

    players: list[PlayerSummary]


class Entities(Struct, frozen=True):
    """What stands in a cell, bots included."""

    entities: list[EntityView]


class CellCensus(Struct, frozen=True):
    """How many an active cell owns."""

    cx: int
    cz: int
    players: Annotated[int, Meta(ge=0)]
    bots: Annotated[int, Meta(ge=0)]


class Cells(Struct, frozen=True):
    """The active cells."""

    cells: list[CellCensus]


class SettingInEffect(Struct, frozen=True):
    """One setting; `value` is null when nothing was given and there is no default, and masked when it is secret."""

    key: Annotated[str, Meta(examples=["world.tick_hz"])]
    value: Any
    source: Annotated[str, Meta(description="The file or option it came from, or `default`.")]


class SettingsInEffect(Struct, frozen=True):
    """All settings in the order of etc/mmod.toml."""

    settings: list[SettingInEffect]


class RecordSetAside(Struct, frozen=True):
    """A stored record that could not be used."""

    id: Annotated[int, Meta(description="Its number in the quarantine.")]
    player_id: str
    reason: str
    set_aside_at: Annotated[float, Meta(description="Unix time in seconds.")]


class Quarantine(Struct, frozen=True):
    """What was set aside, oldest first."""

    quarantined: list[RecordSetAside]


class ItemMoved(Struct, frozen=True):
    """One row of the item ledger: an item came into being, went to another place, or ceased to be."""

    entry_id: Annotated[int, Meta(description="Ascending in the order in which what happened to one item was written.")]
    player_id: Annotated[str, Meta(description="Whose item it was.")]
    epoch: Annotated[int, Meta(description="Of the player, when it happened.")]
    at: Annotated[float, Meta(description="Unix time in seconds.")]
    cause: Cause
    seq: Annotated[int, Meta(description="Of the client's command; 0 where there was none.")]
    instance_id: str
    template_id: str
    quantity: int
    origin: Annotated[str | None, Meta(description="`carried:` and a compartment, `worn:` and a slot; null: nowhere.")]
    target: Annotated[str | None, Meta(description="Likewise, or `quarantine`; null: the item ceased to be.")]


class ItemsMoved(Struct, frozen=True):
    """Rows of the item ledger: a player's newest first, an item's oldest first."""

    movements: list[ItemMoved]


class Granted(Struct, frozen=True):
    """The item that was given; it is durable."""

    instance_id: str


class SkillSet(Struct, frozen=True):
    """The skill as it is now; it is durable."""

    skill: str
    level: int


class Placed(Struct, frozen=True):
    """Where the player is now."""

    pos: Position
    cell: CellName


class Restored(Struct, frozen=True):
    """Whose record was put back."""

    player_id: str


class Done(Struct, frozen=True):
    """It was done, and there is nothing more to say."""


class Fault(Struct, frozen=True):
    """What was wrong."""

    code: Annotated[str, Meta(description="For programs.", examples=["unknown_player"])]
    message: Annotated[str, Meta(description="For people.")]


class Refusal(Struct, frozen=True):
    """The request changed nothing."""

    error: Fault
