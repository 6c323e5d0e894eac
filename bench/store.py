"""Measures the players' writer over a store: saves a second, what each costs here, and what keeps the reactor.

    python -m bench.store postgresql:///mmod_bench

The database must be an empty one: it is filled with players that nobody plays.  See bench/README.md.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

from attrs import frozen
from msgspec.structs import replace
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.task import deferLater, react
from twisted.python.failure import Failure
from zope.interface import implementer

from bench.holds import Holds
from bench.players import KINDS, player_state
from mmod import garbage
from mmod.session.claims import ClaimRequest
from mmod.session.resume import ResumeAttempt, token_hash
from mmod.store.report import IWriterReport
from mmod.store.url import open_store
from mmod.store.writer import PlayerWriter
from mmod.world.state import PlayerState

#: Players that are dirty when the daemon stops.
PLAYERS = 10_000

#: Flushes of each kind of player that count, after one that fills the database.
ROUNDS = 7

#: Players that are given to the writer in one turn of the reactor.
SLICE = 50

#: Seconds after which a flush has failed; the target is 10.
PATIENCE = 60.0


@frozen
class Flush:
    """What saving every player once took: seconds in all, and of this process's processor."""

    seconds: float
    processor: float


@implementer(IWriterReport)
class Stern:
    """Ends the measurement when a save is not as it should be."""

    def saved(self, count: int, seconds: float) -> None:
        """See `IWriterReport`."""

    def failed(self, reason: str) -> None:
        """See `IWriterReport`."""
        raise SystemExit(f"a batch failed: {reason}")

    def superseded(self, player_id: str) -> None:
        """See `IWriterReport`."""
        raise SystemExit(f"player {player_id} was lost")

    def away(self, is_away: bool) -> None:
        """See `IWriterReport`."""


def stop(failure: Failure) -> None:
    """End the measurement when a state was not saved."""
    raise SystemExit(f"a state was not saved: {failure.getErrorMessage()}")


async def flush(reactor: Any, writer: PlayerWriter, states: Sequence[PlayerState], steps: int = 0) -> Flush:
    """Give every state to the writer, some steps on, and wait until all are durable."""
    began, used = time.perf_counter(), time.process_time()
    for start in range(0, len(states), SLICE):
        for state in states[start : start + SLICE]:
            writer.save(state.name, walked(state, steps), None, False).addErrback(stop)
        await deferLater(reactor, 0)
    unsaved = await writer.flush(PATIENCE)
    if unsaved:
        raise SystemExit(f"{len(unsaved)} players were not saved within {PATIENCE:g} s")
    return Flush(time.perf_counter() - began, time.process_time() - used)


def walked(state: PlayerState, steps: int) -> PlayerState:
    """Return a player who has walked on since, and done nothing else: what nearly all saves are about."""
    ack = state.sequences.ack + 10 * steps
    return replace(state, x=state.x + steps, sequences=replace(state.sequences, ack=ack))


async def measure(reactor: Any, url: str) -> None:
    """Print the figures of one store."""
    store = open_store(url, reactor, time.time)
    await store.migrate()
    writer = PlayerWriter(store, reactor, commit_delay=0.05, timeout=2.0, report=Stern())
    player_ids = [f"player-{number}" for number in range(PLAYERS)]
    for start in range(0, PLAYERS, SLICE):
        await gatherResults([writer.claim(claim(player_id)) for player_id in player_ids[start : start + SLICE]])
    for kind in KINDS:
        await measure_kind(reactor, writer, kind, player_ids)
    writer.stop()
    await store.close()


async def measure_kind(reactor: Any, writer: PlayerWriter, kind: str, player_ids: list[str]) -> None:
    """Print the figures of one kind of player."""
    states = [player_state(kind, player_id, 0.0) for player_id in player_ids]
    await flush(reactor, writer, states)
    garbage.settle()  # as the daemon does when it has started
    holds = Holds()
    flushes = [await flush(reactor, writer, states, number) for number in range(1, ROUNDS + 1)]
    holds.stop()
    garbage.unsettle()
    seconds = median(flush.seconds for flush in flushes)
    processor = median(flush.processor for flush in flushes)
    print(  # noqa: T201
        f"{kind} players: {PLAYERS:,} flushed in {seconds:.2f} s, {PLAYERS / seconds:,.0f} saves a second, "
        f"{processor / PLAYERS * 1e6:.0f} us of processor for each (medians of {ROUNDS}); "
        f"longest turn {holds.own * 1000:.1f} ms, longest collection of garbage {holds.garbage * 1000:.1f} ms"
    )


def claim(player_id: str) -> ClaimRequest:
    """Return the claim of a new player."""
    return ClaimRequest(player_id, player_id, ResumeAttempt(None, 0.0, 0.0, 60.0), token_hash(player_id))


def main(reactor: Any, url: str) -> Deferred[None]:
    """Run under `twisted.internet.task.react`."""
    return Deferred.fromCoroutine(measure(reactor, url))


if __name__ == "__main__":
    react(main, sys.argv[1:])
