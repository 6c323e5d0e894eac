"""A player's state as the columns of a row: what stores keep, and what a save may carry beside the state itself."""

from __future__ import annotations

from typing import Any

from attrs import frozen
from msgspec import Struct

from mmod.world.state import PlayerState

#: Whatever a database may return for a column: text, bytes, a number or None.
Column = Any


class Columns(Struct, frozen=True, gc=False):
    """The columns that hold a state: a name, a position in metres, and five parts as JSON."""

    name: Column
    x: Column
    z: Column
    inventory: Column
    equipment: Column
    skills: Column
    versions: Column
    sequences: Column


class Basis(Struct, frozen=True, gc=False):
    """What the row of a player is known to hold: a save that builds on it leaves out the columns that are the same."""

    version: int
    columns: Columns


@frozen
class Encoded:
    """A state and what it looks like in a row."""

    state: PlayerState
    columns: Columns
