"""Measures saves of whole batches through a store, and for how long they keep the reactor from anything else.

    python -m bench.store postgresql:///mmod_bench

The database must be an empty one: it is filled with players that nobody plays.  See bench/README.md.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall, react

from mmod.items.equipment import WornState
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.session.claims import ClaimRequest, Save
from mmod.session.resume import ResumeAttempt, token_hash
from mmod.store.url import open_store
from mmod.store.writer import BATCH
from mmod.world.state import PlayerState

#: Batches: enough for the median, and for the longest gap to mean something.
ROUNDS = 60

#: Items that each player carries; one more is worn.
ITEMS = 10


class Gaps:
    """Notes the times between two rounds of the reactor, in seconds."""

    def __init__(self) -> None:
        self.seen: list[float] = []
        self._last = time.perf_counter()
        LoopingCall(self._look).start(0.001)

    def _look(self) -> None:
        now = time.perf_counter()
        self.seen.append(now - self._last)
        self._last = now


def claim(player_id: str) -> ClaimRequest:
    """Return the claim of a new player."""
    return ClaimRequest(player_id, player_id, ResumeAttempt(None, 0.0, 0.0, 60.0), token_hash(player_id))


def state(player_id: str, x: float) -> PlayerState:
    """Return a player with some belongings."""
    items = tuple(
        Stowed(ItemInstance(f"{player_id}-{number}", "rock_small", 1, 100.0), "backpack") for number in range(ITEMS)
    )
    worn = WornState({"main_hand": ItemInstance(f"{player_id}-sword", "sword_iron", 1, 100.0)}, {"main_hand": 1.5})
    return PlayerState(player_id, x, -x, Inventory(items), worn, {"melee": 10, "defense": 5})


async def measure(reactor: Any, url: str) -> None:
    """Print the figures of one store."""
    store = open_store(url, reactor, time.time)
    await store.migrate()
    player_ids = [f"player-{number}" for number in range(BATCH)]
    claims = await store.claim([claim(player_id) for player_id in player_ids])
    states = [state(player_id, 1.0) for player_id in player_ids]
    gaps, took = Gaps(), []
    for version in range(1, ROUNDS + 1):
        saves = [
            Save(owned.player_id, owned.epoch, owned.version + version, stored)
            for owned, stored in zip(claims, states, strict=True)
        ]
        began = time.perf_counter()
        await store.save(saves)
        took.append(time.perf_counter() - began)
    await store.close()
    median, seen = sorted(took)[ROUNDS // 2], sorted(gaps.seen)
    print(  # noqa: T201
        f"{BATCH} players in {median * 1000:.1f} ms (median of {ROUNDS}), {BATCH / median:,.0f} players a second; "
        f"longest reactor gap {seen[-1] * 1000:.1f} ms, p99 {seen[len(seen) * 99 // 100] * 1000:.1f} ms"
    )


def main(reactor: Any, url: str) -> Deferred[None]:
    """Run under `twisted.internet.task.react`."""
    return Deferred.fromCoroutine(measure(reactor, url))


if __name__ == "__main__":
    react(main, sys.argv[1:])
