"""Whose each item is, for an audit that meets all items there are while the world goes on.

A dictionary that is full is copied to a larger one in one go: 50 ms where it has 700,000 entries, in which no tick is
run.  In many small ones no copy takes long.
"""

from __future__ import annotations

#: Dictionaries: with ten million items each of them has ten thousand, which are copied in less than a millisecond.
PARTS = 1024


class Owners:
    """Remembers the first player with whom an item was met."""

    def __init__(self) -> None:
        self._parts: list[dict[str, str]] = [{} for _ in range(PARTS)]

    def first(self, instance_id: str, player_id: str) -> str:
        """Return who had an item first; it is this player where nobody had it before."""
        return self._parts[hash(instance_id) % PARTS].setdefault(instance_id, player_id)

    def largest_part(self) -> int:
        """Return how many items are in one dictionary at most."""
        return max(map(len, self._parts))
