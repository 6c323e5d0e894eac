"""How players move in one tick."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def moved(position: Floats, desired: Floats, factor: Floats, dt: float, bounds: float) -> tuple[Floats, Floats]:
    """Return positions and velocities, each of shape (n, 2), after `dt` seconds.

    `desired` velocities (m/s) are slowed by `factor` (shape (n,)).  Positions stay within +-`bounds`, and the component
    of a velocity that runs into a bound becomes 0.
    """
    velocity = desired * factor[:, np.newaxis]
    free = position + velocity * dt
    clamped = np.clip(free, -bounds, bounds)
    return clamped, np.where(clamped == free, velocity, 0.0)
