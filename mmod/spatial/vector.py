"""Points and velocities on the ground plane: x east, z north, in metres or metres per second."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

#: Metres by which a distance may miss its limit through rounding: far above what float64 loses at 1,000 km, far below
#: what anyone sees.
TOLERANCE = 1e-9


class Vector(NamedTuple):
    """A point (m) or a velocity (m/s)."""

    x: float
    z: float

    @property
    def finite(self) -> bool:
        """Whether neither component is NaN or infinite."""
        return math.isfinite(self.x) and math.isfinite(self.z)


ORIGIN = Vector(0.0, 0.0)


def clamped_intents(intents: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what clients may wish for, shape (n, 2) and in walking speeds: each component clamped to [-1, 1], then the
    vector to length 1.

    The order is the protocol's: (1e6, 1e6) becomes (1, 1) and then a diagonal of length 1.
    """
    within = np.clip(intents, -1.0, 1.0)
    lengths = np.hypot(within[:, 0], within[:, 1])
    return within / np.maximum(lengths, 1.0)[:, np.newaxis]
