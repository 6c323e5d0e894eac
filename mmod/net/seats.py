"""How many connections there may be, in all and from one address."""

from __future__ import annotations

from collections import Counter

from twisted.internet.interfaces import IAddress

#: Descriptors kept for everything that is not a player: the admin endpoint's connections, the store, logs, timers.
RESERVE = 300


def affordable(wanted: int, descriptors: int) -> int:
    """Return how many of the wanted seats a process may offer that may open so many descriptors."""
    return min(wanted, descriptors - min(RESERVE, descriptors // 2))


class Seats:
    """A seat is taken when a socket is accepted and given up when it is gone, whatever protocol it speaks by then."""

    def __init__(self, total: int, per_address: int) -> None:
        """Allow `total` seats, and `per_address` for one address (0: no such limit)."""
        self._total = total
        self._per_address = per_address
        self._taken: Counter[str] = Counter()
        self._count = 0

    def take(self, address: IAddress | None) -> bool:
        """Take a seat; False when there is none."""
        host = _host(address)
        if 0 < self._total <= self._count or 0 < self._per_address <= self._taken[host]:
            return False
        self._taken[host] += 1
        self._count += 1
        return True

    def give_up(self, address: IAddress | None) -> None:
        """Give a taken seat back."""
        host = _host(address)
        self._count -= 1
        self._taken[host] -= 1
        if not self._taken[host]:
            del self._taken[host]


def _host(address: IAddress | None) -> str:
    return str(getattr(address, "host", ""))
