"""When the clients of a swarm connect."""

from __future__ import annotations

#: Clients a second that join unless told otherwise: a server can save them without haste.
JOINS_PER_SECOND = 100.0


def default_ramp(clients: int) -> float:
    """Return the seconds in which so many clients join."""
    return clients / JOINS_PER_SECOND


def starts(clients: int, ramp: float) -> list[float]:
    """Return when each client begins, in seconds from the start: evenly over `ramp`, or all at once when it is 0."""
    return [ramp * number / clients for number in range(clients)]
