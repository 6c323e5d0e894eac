"""What one watcher of the live map is shown of a frame, and what it was shown before.

Counts of all cells cost little and change seldom, so a picture tells only the changes.  Positions change always and are
sent whole: of players, who are few, and of the bots in the region the watcher looks at.  What was not sent does not
count as shown, so a watcher may miss any number of frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import frozen
from msgspec import UNSET
from numpy.typing import NDArray

from mmod.net.livemap.picture import MapPicture, Named, Vitals, World
from mmod.spatial.cells import unpacked
from mmod.world.density import Density, density, places
from mmod.world.frame import Frame, Kind

Ints = NDArray[np.int64]

#: Bots of a region that are shown one by one: more would be a carpet on any screen, and 60 kB in every picture.
MOST_BOTS = 2000

#: Steps in a metre: decimetres.
PRECISION = 10

_NOTHING = np.zeros(0, np.int64)


@frozen
class Region:
    """A rectangle of cells, its edges included."""

    west: int
    south: int
    east: int
    north: int

    def holds(self, cells: Ints) -> NDArray[np.bool_]:
        """Tell of each cell, shape (n, 2), whether it lies within."""
        columns, rows = cells[:, 0], cells[:, 1]
        return (columns >= self.west) & (columns <= self.east) & (rows >= self.south) & (rows <= self.north)


def present_in(frame: Frame) -> Density:
    """Return how many players and bots each active cell owns."""
    owners = (frame.cell.take(np.flatnonzero(frame.kind == kind), axis=0) for kind in (Kind.PLAYER, Kind.BOT))
    return density(*owners)


class Lens:
    """One watcher's eye: what it was sent, and so what is new to it; without a region it sees no bots."""

    def __init__(self, region: Region | None, world: World) -> None:
        self._region = region
        self._world = world
        self._whole = True
        self._cells = Density(_NOTHING, _NOTHING, _NOTHING)
        self._numbers = _NOTHING

    def picture(self, frame: Frame, present: Density, vitals: Vitals) -> MapPicture:
        """Return what is to be sent now, and count it as sent; `present` is that of the frame."""
        rows, hidden = self._rows(frame)
        changed, gone = _difference(self._cells, present)
        fresh = rows[~np.isin(frame.serials[rows], self._numbers)]
        world = self._world if self._whole else UNSET
        self._whole, self._cells, self._numbers = False, present, frame.serials[rows]
        return MapPicture(
            tick=frame.tick,
            vitals=vitals,
            cells=changed,
            gone=gone,
            named=[_named(frame, row) for row in fresh.tolist()],
            entities=_positions(frame, rows),
            hidden=hidden,
            world=world,
        )

    def _rows(self, frame: Frame) -> tuple[Ints, int]:
        """Return the rows of who is shown, and how many bots are not although they are in the region."""
        players = np.flatnonzero(frame.kind == Kind.PLAYER)
        if self._region is None:
            return players, 0
        bots = np.flatnonzero((frame.kind == Kind.BOT) & self._region.holds(frame.cell))
        return (players, len(bots)) if len(bots) > MOST_BOTS else (np.concatenate((players, bots)), 0)


def _difference(before: Density, now: Density) -> tuple[list[Any], list[Any]]:
    """Return the rows of cells that are new or have other numbers, and the cells that are gone."""
    place, known = places(before.keys, now.keys)
    same = known.copy()
    at = place[known]
    same[known] = (before.players[at] == now.players[known]) & (before.bots[at] == now.bots[known])
    columns = (unpacked(now.keys[~same]), now.players[~same], now.bots[~same])
    _, still = places(now.keys, before.keys)
    return np.column_stack(columns).tolist(), unpacked(before.keys[~still]).tolist()


def _positions(frame: Frame, rows: Ints) -> list[Any]:
    decimetres = np.rint(frame.position[rows] * PRECISION).astype(np.int64)
    positions: Sequence[Any] = np.column_stack((frame.serials[rows], decimetres)).tolist()
    return list(positions)


def _named(frame: Frame, row: int) -> Named:
    kind = Kind(int(frame.kind[row]))
    return Named(int(frame.serials[row]), frame.ids[row], frame.names[row], "player" if kind is Kind.PLAYER else "bot")
