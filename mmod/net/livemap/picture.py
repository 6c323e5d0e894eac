"""What a picture of the live map holds; these types are also its published schema."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

Milliseconds = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=0)]
Total = Annotated[int, Meta(ge=0, description="Since the daemon began.")]

#: `cx`, `cz`, players, bots.
CellRow = Annotated[tuple[int, int, int, int], Meta(description="`cx`, `cz`, players, bots.")]
#: `number`, x and z in decimetres: a pixel of the map is never less than a few of them.
EntityRow = Annotated[tuple[int, int, int], Meta(description="`number`, x and z in decimetres.")]


class Vitals(Struct, frozen=True):
    """How the daemon fares; times are of the ticks since the picture before, whoever that was sent to."""

    tick_rate: Annotated[float, Meta(ge=0, description="Ticks a second, measured over the last second.")]
    tick_ms: Annotated[Milliseconds, Meta(description="What a tick took on average.")]
    late_ms: Annotated[Milliseconds, Meta(description="How long after it was due a tick began, on average.")]
    worst_late_ms: Annotated[
        float | None, Meta(description="No tick was later than this, one of a few steps; null: later than all steps.")
    ]
    ticks_dropped: Total
    players: Count
    bots: Count
    connections: Count
    handovers: Total
    to_save: Annotated[int, Meta(ge=0, description="Players whose state waits to be saved.")]
    saved: Total
    save_ms: Annotated[Milliseconds, Meta(description="What the store took for a batch, on average; 0 without one.")]
    store_away: bool


class World(Struct, frozen=True):
    """What stays as it is while the daemon runs; metres."""

    tick_hz: int
    cell_size: float
    aoi_radius: float
    bounds: Annotated[float, Meta(description="No player is farther from the origin, east, north, west or south.")]


class Named(Struct, frozen=True):
    """An entity that this stream has not shown before."""

    number: Annotated[int, Meta(description="No other entity has or had it; who is renamed gets a new one.")]
    id: str
    name: str
    kind: Literal["player", "bot"]


class MapPicture(Struct, frozen=True):
    """The world at one tick.  The first picture of a stream is whole; later ones tell of cells what has changed, and of
    entities always where all of them are.
    """

    tick: int
    vitals: Vitals
    cells: Annotated[list[CellRow], Meta(description="Active cells that are new or have other numbers.")]
    gone: Annotated[list[tuple[int, int]], Meta(description="`cx`, `cz` of cells that are not active any more.")]
    named: list[Named]
    entities: Annotated[
        list[EntityRow], Meta(description="All players, and the bots of the region if they are not too many.")
    ]
    hidden: Annotated[int, Meta(ge=0, description="Bots of the region that are left out: all of them, when too many.")]
    world: Annotated[World | UnsetType, Meta(description="In the first picture.")] = UNSET
