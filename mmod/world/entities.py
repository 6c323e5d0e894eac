"""Everything that stands in the world, as a structure of arrays.

Each entity has a slot, a row of every column, for as long as it lives.  A new one takes the lowest slot that is free,
so the same history gives the same slots.  Columns are replaced when they grow: nobody may keep one across an `add`.
"""

from __future__ import annotations

from functools import cached_property
from heapq import heappop, heappush
from typing import TypeVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mmod.spatial.cells import Cell, cell_of
from mmod.spatial.vector import ORIGIN, Vector
from mmod.world.frame import Frame, Kind, player_rows

Ints = NDArray[np.int64]
Scalar = TypeVar("Scalar", np.float64, np.int64)

#: Slots at the start; they double when they run out.
FIRST_CAPACITY = 64

#: In the `handover_tick` column: never handed over.
NEVER = -1

COLUMNS = (
    "alive",
    "kind",
    "position",
    "velocity",
    "desired",
    "factor",
    "owned",
    "previous",
    "handover_tick",
    "ack",
    "retarget_tick",
    "serial",
)


@frozen(eq=False)
class Population:
    """Who lives, in the order of slots; it stays the same value until someone comes, goes or is renamed."""

    slots: Ints
    serials: Ints
    players: Ints
    bots: Ints
    kind: NDArray[np.uint8]
    ids: tuple[str, ...]
    names: tuple[str, ...]

    @cached_property
    def rows(self) -> dict[str, int]:
        """The place in `slots` of each player's id."""
        return player_rows(self.kind, self.ids)


class Entities:
    """The columns, and who lives in which slot.  Metres, metres per second, tick numbers."""

    def __init__(self, cell_size: float) -> None:
        self._cell_size = cell_size
        self.alive = np.zeros(FIRST_CAPACITY, np.bool_)
        self.kind = np.zeros(FIRST_CAPACITY, np.uint8)
        self.position = np.zeros((FIRST_CAPACITY, 2))
        #: How fast it moved in the last tick.
        self.velocity = np.zeros((FIRST_CAPACITY, 2))
        #: How fast it would move unburdened.
        self.desired = np.zeros((FIRST_CAPACITY, 2))
        #: What encumbrance makes of it.
        self.factor = np.ones(FIRST_CAPACITY)
        #: The cell that owns it, and the one it last left (its own until it leaves one).
        self.owned = np.zeros((FIRST_CAPACITY, 2), np.int64)
        self.previous = np.zeros((FIRST_CAPACITY, 2), np.int64)
        self.handover_tick = np.zeros(FIRST_CAPACITY, np.int64)
        #: The highest input `seq` applied; 0 for bots.
        self.ack = np.zeros(FIRST_CAPACITY, np.int64)
        #: When a bot chooses its next direction.
        self.retarget_tick = np.zeros(FIRST_CAPACITY, np.int64)
        #: Which entity it is, under which name; see `Frame.serials`.
        self.serial = np.zeros(FIRST_CAPACITY, np.int64)
        self._last_serial = 0
        self._ids, self._names = _texts(FIRST_CAPACITY), _texts(FIRST_CAPACITY)
        self._free = list(range(FIRST_CAPACITY))
        self._slots: dict[str, int] = {}
        self._population: Population | None = None

    def __len__(self) -> int:
        return len(self._slots)

    def __contains__(self, entity_id: object) -> bool:
        return entity_id in self._slots

    def add(self, entity_id: str, name: str, kind: Kind, position: Vector) -> int:
        """Let a new entity stand still at a point of the cell that owns it, and return its slot."""
        if entity_id in self._slots:
            raise ValueError(f"{entity_id!r} is in the world already")
        if not self._free:
            self._grow()
        slot = heappop(self._free)
        self._slots[entity_id] = slot
        self._ids[slot], self._names[slot] = entity_id, name
        self.alive[slot], self.kind[slot], self.factor[slot] = True, kind, 1.0
        self.position[slot], self.velocity[slot], self.desired[slot] = position, ORIGIN, ORIGIN
        self.owned[slot] = self.previous[slot] = cell_of(position, self._cell_size)
        self.handover_tick[slot], self.ack[slot], self.retarget_tick[slot] = NEVER, 0, 0
        self._number(slot)
        return slot

    def remove(self, entity_id: str) -> None:
        """Free the slot of an entity."""
        slot = self._slots.pop(entity_id)
        self.alive[slot] = False
        heappush(self._free, slot)
        self._population = None

    def rename(self, entity_id: str, name: str) -> None:
        """Show another name from now on."""
        slot = self._slots[entity_id]
        if self._names[slot] != name:
            self._names[slot] = name
            self._number(slot)

    def _number(self, slot: int) -> None:
        """Give an entity that is new, or newly named, a serial of its own."""
        self._last_serial += 1
        self.serial[slot] = self._last_serial
        self._population = None

    def slot(self, entity_id: str) -> int:
        """Return the slot of an entity, or raise KeyError."""
        return self._slots[entity_id]

    def id(self, slot: int) -> str:
        """Return who lives in a slot."""
        return str(self._ids[slot])

    def name(self, slot: int) -> str:
        """Return the name of who lives in a slot."""
        return str(self._names[slot])

    def position_of(self, slot: int) -> Vector:
        """Return where an entity is."""
        return Vector(*self.position[slot].tolist())

    def velocity_of(self, slot: int) -> Vector:
        """Return how fast an entity moved in the last tick."""
        return Vector(*self.velocity[slot].tolist())

    def owned_cell(self, slot: int) -> Cell:
        """Return the cell that owns an entity."""
        return Cell(*self.owned[slot].tolist())

    def previous_cell(self, slot: int) -> Cell:
        """Return the cell an entity last left."""
        return Cell(*self.previous[slot].tolist())

    @property
    def population(self) -> Population:
        """Who lives now."""
        if self._population is None:
            self._population = self._counted()
        return self._population

    def frame(self, tick: int) -> Frame:
        """Return the picture of everything as it is now."""
        population = self.population
        slots = population.slots
        return Frame(
            tick=tick,
            slots=slots,
            serials=population.serials,
            position=_copied(self.position, slots),
            velocity=_copied(self.velocity, slots),
            kind=population.kind,
            cell=_copied(self.owned, slots),
            acks=_copied(self.ack, slots),
            ids=population.ids,
            names=population.names,
            rows=population.rows,
        )

    def _counted(self) -> Population:
        slots = np.flatnonzero(self.alive)
        kind = self.kind[slots]
        slots.flags.writeable = kind.flags.writeable = False
        return Population(
            slots=slots,
            serials=_copied(self.serial, slots),
            players=slots[kind == Kind.PLAYER],
            bots=slots[kind == Kind.BOT],
            kind=kind,
            ids=tuple(self._ids.take(slots).tolist()),
            names=tuple(self._names.take(slots).tolist()),
        )

    def _grow(self) -> None:
        """Double every column; called when no slot is free."""
        capacity = len(self._ids)
        for name in COLUMNS:
            column = getattr(self, name)
            setattr(self, name, np.concatenate((column, np.zeros_like(column))))
        self._ids, self._names = (np.append(texts, _texts(capacity)) for texts in (self._ids, self._names))
        self._free = list(range(capacity, 2 * capacity))


def put(column: NDArray[np.float64], slots: Ints, pairs: NDArray[np.float64]) -> None:
    """Write pairs, shape (k, 2), into these slots of a column of pairs.

    It is `column[slots] = pairs` in a tenth of the time: NumPy copies two numbers at once if it takes them for one.
    """
    column.view(np.complex128)[:, 0][slots] = np.ascontiguousarray(pairs).view(np.complex128)[:, 0]


def _texts(count: int) -> NDArray[np.object_]:
    """Return room for ids or names: an array, from which a hundred thousand are taken in a few milliseconds."""
    return np.full(count, "", object)


def _copied(column: NDArray[Scalar], slots: Ints) -> NDArray[Scalar]:
    copy = column.take(slots, axis=0)
    copy.flags.writeable = False
    return copy
