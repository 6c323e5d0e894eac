"""Fifty clients in one thread, who play for as long as they are let.

with Crowd(daemon, seed=1) as crowd:     everybody has joined, and plays
    ...                                  break something
    record = crowd.pause()               nobody asks for more, and everything has its answer
    crowd.play(record.following(world))  on with an empty record
record = crowd.stop()                    gone, with what was told to the last
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from random import Random
from threading import Event, Thread
from types import TracebackType
from typing import Any

import httpx

from tests.functional.harness.daemon import Daemon

from .giver import Giver, knock_on
from .player import Player
from .record import Game, Record

#: Clients of a crowd.
CLIENTS = 50

#: Settings of a daemon with a crowd: everybody has things to put on, room for more, and some others in sight.
SETTINGS: dict[str, Any] = {
    "world.seed": 1,
    "world.spawn_radius": 200,
    "world.linger": 2,
    "items.starting_items": "{ club_oak = 1, torch_pine = 1, armor_leather = 1, boots_leather = 1, cap_wool = 1 }",
    "items.equip_cooldown": 0.2,
    "items.weight_limit": 10_000.0,
    "items.compartment_caps": "{ backpack = 10000.0, belt = 10000.0, craft_bag = 10000.0 }",
    "store.checkpoint_interval": 2,
}

#: Seconds in which everybody must have joined, or been answered, on a busy machine.
PATIENCE = 40.0

#: Seconds between two looks at whether everything has been answered.
LOOK = 0.02

#: Seconds that the admin API may take, longer than its own limit.
ANSWER_TIMEOUT = 15.0


class Crowd:
    """Players named player-0 and so on, and their benefactor; the same seed makes the same choices.

    A record of the same crowd can be gone on with (`Record.following`): sessions are resumed, and keys repeated.
    """

    def __init__(
        self,
        daemon: Daemon,
        *,
        seed: int,
        clients: int = CLIENTS,
        record: Record | None = None,
        newcomers: bool = True,
    ) -> None:
        self.players = [f"player-{number}" for number in range(clients)]
        self._game = Game(record or Record(), asyncio.Event())
        self._ws_url, self._admin_url = daemon.ws_url, daemon.admin_url
        self._seed = seed
        self._newcomers = newcomers
        self._joined = Event()
        self._ended = asyncio.Event()
        self._fault: BaseException | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name="crowd", daemon=True)

    def __enter__(self) -> Crowd:
        self._thread.start()
        assert self._joined.wait(PATIENCE), "the crowd could not join"
        self._raise_fault()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    @property
    def record(self) -> Record:
        """What is written at present."""
        return self._game.record

    def pause(self, within: float = PATIENCE) -> Record:
        """Ask for nothing more, and return the record when everything in it has its answer."""
        self._in_thread(self._game.playing.clear)
        deadline = time.monotonic() + within
        while unanswered := self.record.unanswered():
            self._raise_fault()
            assert time.monotonic() < deadline, f"{len(unanswered)} without an answer, the first is {unanswered[0]}"
            time.sleep(LOOK)
        return self.record

    def play(self, record: Record) -> None:
        """Go on, and write into another record."""
        self._game.record = record
        self._in_thread(self._game.playing.set)

    def stop(self) -> Record:
        """Go away, and return the record; what has no answer by then gets none."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join(PATIENCE)
            assert not self._thread.is_alive(), "the crowd does not go away"
        self._raise_fault()
        return self.record

    def _in_thread(self, work: Callable[[], None]) -> None:
        """Do something between two turns of the crowd's loop."""
        self._raise_fault()
        done = Event()
        self._loop.call_soon_threadsafe(lambda: (work(), done.set()))
        assert done.wait(PATIENCE), "the crowd does not hear"

    def _raise_fault(self) -> None:
        if self._fault is not None:
            raise self._fault

    # --- in the thread ---

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._live())
        except BaseException as fault:  # which the test's thread raises
            self._fault = fault
        finally:
            self._joined.set()

    async def _live(self) -> None:
        players = [Player(player_id, self._chance(player_id), self._game) for player_id in self.players]
        await asyncio.gather(*(player.join(self._ws_url) for player in players))
        http = httpx.AsyncClient(base_url=self._admin_url, timeout=ANSWER_TIMEOUT, trust_env=False)
        async with http, asyncio.TaskGroup() as group:
            listening = [group.create_task(player.listen()) for player in players]
            await _everything_saved(http)
            if not self.record.begin:
                self.record.begin = {player.player_id: player.person for player in players}
            giver = Giver(http, self.players, self._chance("giver"), self._game)
            asking = [group.create_task(work) for work in self._asking(players, giver)]
            self._game.playing.set()
            self._joined.set()
            await self._ended.wait()
            await asyncio.gather(*(player.leave() for player in players))
            for task in (*asking, *listening):
                task.cancel()

    def _asking(self, players: Sequence[Player], giver: Giver) -> list[Coroutine[Any, Any, None]]:
        newcomers = [knock_on(self._ws_url, self._game)] if self._newcomers else []
        return [*(player.play() for player in players), giver.give(), *newcomers]

    def _chance(self, name: str) -> Random:
        return Random(f"{self._seed}/{name}")


async def _everything_saved(http: httpx.AsyncClient) -> None:
    """Return when what the players joined with is durable."""
    while "mmod_dirty_players 0.0" not in (await http.get("/metrics")).text:
        await asyncio.sleep(LOOK)
