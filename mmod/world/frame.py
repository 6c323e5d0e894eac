"""The immutable picture of the world at one tick; everything outside the engine reads frames, never live state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from hashlib import sha256
from itertools import compress

import numpy as np
from attrs import Factory, field, frozen
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Kind(IntEnum):
    """What an entity is."""

    PLAYER = 0
    BOT = 1

    @property
    def wire_name(self) -> str:
        """The protocol's word for it: "player" or "bot"."""
        return self.name.lower()


@frozen(eq=False)
class Frame:
    """All living entities in the order of their slots; row `i` of every array and tuple is the same entity.

    The arrays are read-only and shared with nobody who could change them.
    """

    tick: int
    #: Stable for as long as an entity lives, and then free for another.
    slots: Ints
    #: Which entity it is, under which name: no other has or had this number, and who is renamed gets a new one.
    serials: Ints
    #: Metres, shape (n, 2).
    position: Floats
    #: Metres per second, shape (n, 2).
    velocity: Floats
    #: A `Kind` per row.
    kind: NDArray[np.uint8]
    #: The cell that owns the entity, shape (n, 2).
    cell: Ints
    #: The highest input `seq` applied; 0 for bots.
    acks: Ints
    ids: tuple[str, ...]
    names: tuple[str, ...]
    #: The row of each player's id.
    rows: Mapping[str, int] = field(
        repr=False, default=Factory(lambda self: player_rows(self.kind, self.ids), takes_self=True)
    )

    def row(self, entity_id: str) -> int:
        """Return the row of an entity, or raise KeyError when it is not in the picture; a bot is searched for."""
        row = self.rows.get(entity_id)
        if row is None and entity_id not in self.ids:
            raise KeyError(entity_id)
        return self.ids.index(entity_id) if row is None else row

    def digest(self) -> bytes:
        """Return the SHA-256 of everything in the picture: equal pictures, equal bytes, on every machine.

        (Serials are left out: they only tell apart what ids and names tell apart too.)
        """
        content = sha256(f"{self.tick} {len(self.ids)} ".encode())
        for column in (self.slots, self.position, self.velocity, self.kind, self.cell, self.acks):
            content.update(column.astype(column.dtype.newbyteorder("<")).tobytes())
        for text in (*self.ids, *self.names):
            encoded = text.encode("utf-8", "surrogatepass")
            content.update(len(encoded).to_bytes(4, "little") + encoded)
        return content.digest()


def player_rows(kind: NDArray[np.uint8], ids: Sequence[str]) -> dict[str, int]:
    """Return the row of each player: bots, of whom there may be very many, are looked up by nobody."""
    players = kind == Kind.PLAYER
    return dict(zip(compress(ids, players.tolist()), np.flatnonzero(players).tolist(), strict=True))
