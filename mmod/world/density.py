"""How many bots each cell should gain or lose (design.md, "The rules of the world": bots)."""

from __future__ import annotations

import math

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mmod.spatial.cells import COLUMN, packed, unpacked

Ints = NDArray[np.int64]

#: A cell is left alone while it is off the target by at most the target divided by this (20 %).
SLACK_DIVISOR = 5

#: A cell changes per second by at most the target divided by this, rounded up.
RATE_DIVISOR = 10

#: Keys of the 3 x 3 cells around a packed one, relative to it.
NEIGHBOURHOOD = np.array([dx * COLUMN + dz for dx in (-1, 0, 1) for dz in (-1, 0, 1)], np.int64)


@frozen(eq=False)
class Density:
    """Players and bots owned by each active cell: those that own a player, and their neighbours."""

    #: Packed cells, ascending.
    keys: Ints
    players: Ints
    bots: Ints

    @property
    def cells(self) -> Ints:
        """The active cells, shape (k, 2)."""
        return unpacked(self.keys)


def density(player_cells: Ints, bot_cells: Ints) -> Density:
    """Count, from the owned cells of all players and all bots, each of shape (n, 2)."""
    player_keys, bot_keys = packed(player_cells), packed(bot_cells)
    keys = np.unique(np.unique(player_keys)[:, np.newaxis] + NEIGHBOURHOOD)
    return Density(keys, _counted(keys, player_keys), _counted(keys, bot_keys))


def places(keys: Ints, wanted: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Return where each wanted key stands among the ascending `keys`, and whether it stands there at all."""
    place = np.searchsorted(keys, wanted)
    present = place < len(keys)
    present[present] = keys[place[present]] == wanted[present]
    return place, present


def changes(density: Density, target: int) -> Ints:
    """Return by how many bots each active cell should change this second.

    A cell within the slack stays as it is; any other moves towards the target, never beyond it, and a cell cannot lose
    more bots than it has.
    """
    total = density.players + density.bots
    step = math.ceil(target / RATE_DIVISOR)
    off = np.abs(total - target) * SLACK_DIVISOR > target
    gain = np.where(off, np.clip(target - total, 0, step), 0)
    loss = np.where(off, np.minimum(np.clip(total - target, 0, step), density.bots), 0)
    return gain - loss


def rationed(gains: Ints, room: int) -> Ints:
    """Return the gains that fit into `room` more bots when the lowest cells come first."""
    before = np.cumsum(gains) - gains
    granted: Ints = np.minimum(np.maximum(room - before, 0), gains)
    return granted


def _counted(keys: Ints, owners: Ints) -> Ints:
    """Return how many owners each of the ascending `keys` has; to sort owners is quicker than to look up each."""
    owned, counts = np.unique(owners, return_counts=True)
    place, present = places(keys, owned)
    counted = np.zeros(len(keys), np.int64)
    counted[place[present]] = counts[present]
    return counted
