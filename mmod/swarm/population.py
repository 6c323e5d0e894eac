"""All players of a swarm: how they come into the world, and what breaks their connections."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Iterable, Sequence
from random import Random

from picows import WSError, ws_connect

from mmod.swarm.player import Player

#: Seconds a handshake may take.  A server that is full of joins may be slow; a minute is no service.
HANDSHAKE_TIMEOUT = 20.0

#: Handshakes under way at once: as many as a listening socket lets wait.
HANDSHAKES = 100


class Population:
    """Connects players to `url`, offering a subprotocol."""

    def __init__(self, url: str, subprotocol: str) -> None:
        self._url = url
        self._headers = {"Sec-WebSocket-Protocol": subprotocol}
        self._room = asyncio.Semaphore(HANDSHAKES)
        self._tasks: set[asyncio.Task[None]] = set()

    def join(self, players: Sequence[Player], starts: Sequence[float]) -> None:
        """Let each player begin to join so many seconds from now."""
        origin = time.monotonic()
        for player, start in zip(players, starts, strict=True):
            self._spawn(self._join_at(player, origin + start))

    def shake(self, players: Iterable[Player], session: float, chance: Random) -> None:
        """Break each connection again and again, on average after `session` seconds, and let its player resume."""
        for player in players:
            self._spawn(self._shaken(player, session, Random(chance.random())))

    async def close(self, players: Iterable[Player]) -> None:
        """End everything."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for player in players:
            player.hang_up()
        await asyncio.sleep(0)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _join_at(self, player: Player, at: float) -> None:
        await asyncio.sleep(max(0.0, at - time.monotonic()))
        await self._join(player)

    async def _join(self, player: Player) -> None:
        player.begin()
        async with self._room:
            try:
                await ws_connect(
                    lambda: player,
                    self._url,
                    extra_headers=self._headers,
                    websocket_handshake_timeout=HANDSHAKE_TIMEOUT,
                    max_redirects=0,
                )
            except (OSError, WSError, TimeoutError) as error:
                player.refused(type(error).__name__)

    async def _shaken(self, player: Player, session: float, chance: Random) -> None:
        while True:
            await asyncio.sleep(chance.expovariate(1.0 / session))
            player.hang_up()
            await self._join(player)
