"""What the engine shows of itself: frozen values without a way back into it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from mmod.items.encumbrance import Encumbrance
from mmod.items.equipment import Equipment
from mmod.items.inventory import Inventory
from mmod.spatial.cells import Cell
from mmod.spatial.vector import Vector
from mmod.world.events import Event
from mmod.world.frame import Frame, Kind
from mmod.world.state import Sequences, Versions


@frozen
class Step:
    """One tick: its number, what happened in it, and the picture after it when a snapshot was due."""

    tick: int
    events: tuple[Event, ...]
    frame: Frame | None


@frozen
class Entity:
    """Anything that stands in the world; metres and metres per second."""

    id: str
    kind: Kind
    pos: Vector
    vel: Vector
    name: str


@frozen
class Player:
    """Everything about one player in the world; metres and metres per second."""

    id: str
    name: str
    pos: Vector
    vel: Vector
    owned_cell: Cell
    #: The cell it last left; its own until it leaves one.
    previous_cell: Cell
    #: False while it lingers after its connection ended.
    connected: bool
    inventory: Inventory
    equipment: Equipment
    skills: Mapping[str, int]
    versions: Versions
    sequences: Sequences
    encumbrance: Encumbrance
    #: The tick of the last handover, None before the first.
    handover_tick: int | None


@frozen
class CellCount:
    """How many players and bots an active cell owns."""

    cell: Cell
    players: int
    bots: int


@frozen
class Census:
    """How many there are in the world."""

    players: int
    bots: int


@frozen
class EngineMetrics:
    """Totals since the engine began, and how many are in the world now."""

    ticks: int
    players: int
    bots: int
    handovers: int
    aoi_queries: int
    #: Entities returned by all queries together, and per query.
    aoi_entities_total: int
    aoi_avg_entities: float
    joins: int
    leaves: int
    equips: int
    unequips: int
    grants: int
    refusals: int
    #: Records refused because another player in the world holds an item of theirs: 0 unless something doubled it.
    item_violations: int
