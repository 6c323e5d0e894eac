"""Spreads the inputs of all players evenly over time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from mmod.swarm.player import Player

#: Seconds between two rounds of sending: short against a tick of the server, long against a turn of the loop.
ROUND = 0.005


class Pacer:
    """Lets each player send `rate` inputs a second, each a different part of the period."""

    def __init__(self, players: Sequence[Player], rate: float) -> None:
        self._rounds = max(1, round(1.0 / (rate * ROUND)))
        self._period = 1.0 / rate
        self._groups = [players[first :: self._rounds] for first in range(self._rounds)]

    async def run(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Send for ever; what a late loop has missed is sent at once, but never two inputs of one player."""
        number, origin = 0, clock()
        while True:
            due = int((clock() - origin) / self._period * self._rounds)
            number = max(number, due - self._rounds + 1)
            for each in range(number, due + 1):
                self._send(each, clock())
            number = max(number, due + 1)
            await asyncio.sleep(max(0.0, origin + number * self._period / self._rounds - clock()))

    def _send(self, number: int, now: float) -> None:
        for player in self._groups[number % self._rounds]:
            player.send_input(now)
