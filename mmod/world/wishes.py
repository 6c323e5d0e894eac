"""The inputs that came since the last tick, which are brought before the world together.

An input shows in the world at the next tick and not earlier, and most of what one costs is the way to the arrays: those
that go together take about a quarter of the time.
"""

from __future__ import annotations

from mmod.world.commands import Moves, Wish


class Wishes:
    """The newest input of each player, by the law of `Move`: one whose `seq` is not above the last has no effect."""

    def __init__(self) -> None:
        self._wishes: dict[str, Wish] = {}

    def __len__(self) -> int:
        return len(self._wishes)

    def add(self, player_id: str, seq: int, x: float, z: float) -> None:
        """A player wants to walk this way; x and z are in walking speeds, finite, and clamped when they are applied."""
        last = self._wishes.get(player_id)
        if last is None or seq > last[0]:
            self._wishes[player_id] = (seq, x, z)

    def take(self) -> Moves:
        """Return the command they make, and begin anew."""
        wishes, self._wishes = self._wishes, {}
        return Moves(wishes)
