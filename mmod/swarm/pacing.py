"""Spreads the inputs of all players evenly over time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence

from attrs import define, field

from mmod.swarm.player import Player

#: Seconds between two rounds of sending: short against a tick of the server, long against a turn of the loop.
ROUND = 0.005


@define
class Rounds:
    """Says which of `groups` is to send when, so that each has its turn once in every `period` seconds from `origin`.

    What a late loop has missed comes at once, but never two turns of one group.
    """

    groups: int
    period: float
    origin: float
    _next: int = field(default=0, init=False)

    def due(self, now: float) -> Iterable[int]:
        """Return the groups whose turn has come since the last call."""
        last = int((now - self.origin) / self.period * self.groups)
        first = max(self._next, last - self.groups + 1)
        self._next = max(self._next, last + 1)
        return [number % self.groups for number in range(first, last + 1)]

    def pause(self, now: float) -> float:
        """Return the seconds until the next turn."""
        return max(0.0, self.origin + self._next * self.period / self.groups - now)


async def pace(players: Sequence[Player], rate: float) -> None:
    """Let each player send `rate` inputs a second, for ever."""
    rounds = Rounds(max(1, round(1.0 / (rate * ROUND))), 1.0 / rate, time.monotonic())
    groups = [players[first :: rounds.groups] for first in range(rounds.groups)]
    while True:
        for group in rounds.due(time.monotonic()):
            now = time.monotonic()
            for player in groups[group]:
                player.send_input(now)
        await asyncio.sleep(rounds.pause(time.monotonic()))
