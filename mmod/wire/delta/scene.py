"""What all viewers of a snapshot have in sight together, as arrays, in the numbers that clients are sent.

A client that was sent a snapshot has exactly these numbers of each entity it sees.  So the difference between two
scenes is worked out once for each entity, and is the same bytes for every viewer that is sent both.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mmod.wire.delta.layout import PER_METRE, PER_METRE_PER_SECOND
from mmod.world.frame import Frame

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Behind the last slot there is: searching a scene always finds something.
NO_SLOT = np.iinfo(np.int64).max


@frozen(eq=False)
class Scene:
    """Entities in ascending order of their slots, and behind them one that is nobody."""

    slots: Ints
    #: See `Frame.serials`.
    serials: Ints
    #: Shape (4, n): position in cm, x and z, and velocity in mm/s, x and z.
    motion: Floats

    @property
    def size(self) -> int:
        """How many entities there are."""
        return len(self.slots) - 1

    def places_in(self, earlier: Scene) -> tuple[Ints, NDArray[np.bool_]]:
        """Return where each entity stands in an earlier scene, and whether it does: one that has taken the slot of
        another does not, nor does one that was renamed.
        """
        slots, serials = self.slots[:-1], self.serials[:-1]
        places = np.searchsorted(earlier.slots, slots)
        return places, (earlier.slots[places] == slots) & (earlier.serials[places] == serials)


def scene_of(frame: Frame, rows: Ints) -> Scene:
    """Return the scene of some rows of a frame, which ascend."""
    motion = quantised(frame.position[rows], frame.velocity[rows])
    return Scene(
        slots=np.append(frame.slots[rows], NO_SLOT),
        serials=np.append(frame.serials[rows], 0),
        motion=np.append(motion, np.zeros((4, 1)), axis=1),
    )


def quantised(position: Floats, velocity: Floats) -> Floats:
    """Return motions of shape (4, n) in whole cm and mm/s of positions and velocities of shape (n, 2) in m and m/s.

    Halves go to the even number; there is no negative zero.
    """
    return np.rint(np.concatenate((position.T * PER_METRE, velocity.T * PER_METRE_PER_SECOND))) + 0.0


#: Nobody at all.
EMPTY = Scene(np.array([NO_SLOT]), np.zeros(1, dtype=np.int64), np.zeros((4, 1)))
