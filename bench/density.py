"""How wide a world must be so that each of N players sees K others."""

from __future__ import annotations

import math

#: Metres a player sees in all benchmarks: the daemon's default.
SIGHT = 128.0

#: Halvings of the bracket: far more digits than a wandering crowd has.
HALVINGS = 60


def share_in_sight(radius: float, sight: float = SIGHT) -> float:
    """Return the probability that two points, uniform in a disc of `radius`, are at most `sight` apart.

    (The distribution of distances in a disc, which is a textbook integral.)
    """
    u = sight / radius
    if u >= 2.0:
        return 1.0
    chords = (2 / math.pi) * (u * u - 1) * math.acos(u / 2)
    return 1 + chords - (u / math.pi) * (1 + u * u / 2) * math.sqrt(1 - u * u / 4)


def radius_for(clients: int, sight_count: float) -> float:
    """Return the radius (m) of the disc in which each of `clients` players sees `sight_count` others on average."""
    low, high = SIGHT / 2, SIGHT * math.sqrt(clients) * 10
    if (clients - 1) * share_in_sight(low) <= sight_count:
        return low
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if (clients - 1) * share_in_sight(middle) > sight_count else (low, middle)
    return high
