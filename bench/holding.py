"""How many clients a server holds: found by trying."""

from __future__ import annotations

from collections.abc import Callable

#: Clients: two tries closer than this say the same.
CLOSE = 100


def most_held(must: int, goal: int, holds: Callable[[int], bool]) -> int:
    """Return about the most clients for which `holds` is true, and no more than `goal`; 0 for none.

    It is asked for `goal` and `must` first, since they decide the verdict; then the bracket is halved.
    """
    if holds(goal):
        return goal
    low, high = (must, goal) if holds(must) else (0, must)
    while high - low > CLOSE:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
