"""Two hundred players for a minute: every state in time, memory flat, nothing in the log."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Mapping
from random import Random

import pytest
from attrs import define
from websockets.asyncio.client import ClientConnection, connect

from .harness.database import SQLITE
from .harness.decoding import decoded

CLIENTS = 200

#: Seconds of the soak: a minute, unless the environment says otherwise.
SECONDS = float(os.environ.get("MMOD_SOAK_SECONDS", "60"))

#: Metres: a player sees some twenty others, as in a town of a real game.
SPAWN_RADIUS = 400

#: States per second a client is owed, and the part of them that must arrive.
RATE, SHARE = 10, 0.95

#: Seconds after which memory must be flat, for caches fill and the allocator takes its arenas at first.
WARM_UP = min(10.0, SECONDS / 3)

#: Bytes by which it may still grow: arenas come and go by the MiB.  One state kept for each that is sent would be 100.
MEMORY_TOLERANCE = 8 * 1024 * 1024

#: Seconds a tick may be late, and the part of ticks that may not be later.  On a machine of its own it is 99 in a
#: hundred (reliability.md); the clients here share both cores with the daemon, and others share the machine.
LATENESS, SHARE_ON_TIME = 0.025, 0.9

#: Every how many frames one is decoded in full: doing it to all would leave no processor to the daemon.
SAMPLE = 50

#: Seconds between two inputs of a player.
STEP = 1.0

STATE = '{"type":"state"'
LATENESS_BUCKET = re.compile(r'mmod_tick_lateness_seconds_bucket\{le="(.*)"\}')


@define
class Player:
    """One client that wanders about and counts its states."""

    socket: ClientConnection
    chance: Random
    states: int = 0
    frames: int = 0

    async def listen(self) -> None:
        """Count what comes until the connection is closed."""
        async for frame in self.socket:
            if frame.startswith(STATE):
                self.states += 1
            self.frames += 1
            if self.frames % SAMPLE == 1:
                decoded(frame)

    async def wander(self) -> None:
        """Walk somewhere else every now and then."""
        seq = 0
        while True:
            seq += 1
            x, z = self.chance.uniform(-1, 1), self.chance.uniform(-1, 1)
            await self.socket.send(f'{{"type":"input","seq":{seq},"dt":{STEP},"intent":{{"x":{x:.3f},"z":{z:.3f}}}}}')
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * STEP)


async def soak(daemon) -> tuple[list[float], list[int]]:
    """Let the players play; return the states per second of each, and the resident bytes of each second."""
    async with asyncio.TaskGroup() as tasks:
        players = [await enter(daemon.ws_url, number) for number in range(CLIENTS)]
        playing = [tasks.create_task(work()) for player in players for work in (player.listen, player.wander)]
        await asyncio.sleep(1)
        before, began = [player.states for player in players], time.monotonic()
        resident = []
        while time.monotonic() < began + SECONDS:
            resident.append(resident_bytes(daemon.pid))
            await asyncio.sleep(1)
        elapsed = time.monotonic() - began
        rates = [(player.states - count) / elapsed for player, count in zip(players, before, strict=True)]
        for task in playing:
            task.cancel()
    for player in players:
        await player.socket.close()
    return rates, resident


async def enter(url: str, number: int) -> Player:
    socket = await connect(url, compression=None, proxy=None, ping_interval=None, max_queue=None, max_size=None)
    await socket.send(f'{{"type":"hello","token":"dev:player-{number}"}}')
    decoded(await socket.recv())
    return Player(socket, Random(number))


def resident_bytes(pid: int) -> int:
    """Return how much memory a process has."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def share_on_time(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """Return the part of the ticks between two looks at the metrics that were no later than they may be."""
    ticks = {
        float(found[1]): after[name] - before[name] for name in after if (found := LATENESS_BUCKET.fullmatch(name))
    }
    return ticks[LATENESS] / ticks[float("inf")]


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 120)
@pytest.mark.stores(SQLITE)
def test_two_hundred_players_get_their_states_and_memory_stays_flat(launch):
    daemon = launch(settings={"world.spawn_radius": SPAWN_RADIUS, "world.seed": 1})
    before = daemon.operator.metrics()
    rates, resident = asyncio.run(soak(daemon))
    after = daemon.operator.metrics()
    assert min(rates) >= SHARE * RATE
    warm = resident[int(WARM_UP) :]
    assert max(warm) - warm[0] < MEMORY_TOLERANCE
    assert share_on_time(before, after) >= SHARE_ON_TIME
    assert after["mmod_ticks_dropped_total"] == before["mmod_ticks_dropped_total"]
    assert after["mmod_tick_errors_total"] == after["mmod_message_errors_total"] == 0
