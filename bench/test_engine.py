"""The parts of a tick by themselves, with pytest-benchmark: `make bench-engine`, never part of the tests.

1,000 players with about 50 in sight, as the table has them.  Each is per call: a tick, a snapshot's interest, a
snapshot's encoding.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from bench.density import SIGHT, radius_for
from bench.runs import BOT_PLAYERS, BOT_RADIUS, BOTS, BOTS_MISSING, BOTS_PER_CELL
from mmod.spatial.vector import Vector
from mmod.wire.delta.encoder import DeltaEncoder
from mmod.wire.delta.sight import NOTHING
from mmod.wire.snapshot import SnapshotEncoder
from mmod.world.commands import Move, Place
from mmod.world.engine import Engine
from mmod.world.frame import Frame
from mmod.world.interest import Interest, Views
from mmod.world.settings import BotSettings, EngineSettings

PLAYERS, IN_SIGHT = 1_000, 50
TICK_HZ, SNAPSHOT_HZ = 20, 10


def world(players: int, bots: BotSettings, radius: float) -> Engine:
    """Return a world of walking players, uniform in a disc."""
    engine = Engine(EngineSettings(bots=bots), seed=1)
    chance = np.random.default_rng(1)
    for number in range(players):
        far, angle = radius * math.sqrt(chance.uniform()), chance.uniform(0.0, math.tau)
        place = Vector(far * math.cos(angle), far * math.sin(angle))
        engine.apply(Place(f"p-{number}", f"p-{number}", place, Vector(0.0, 0.0)))
        engine.apply(Move(f"p-{number}", 1, Vector(*chance.uniform(-1, 1, 2))))
    return engine


@pytest.fixture
def engine() -> Engine:
    """A world without bots."""
    return world(PLAYERS, BotSettings(target_per_cell=0), radius_for(PLAYERS, IN_SIGHT))


@pytest.fixture
def frame(engine: Engine) -> Frame:
    """One snapshot of it."""
    return engine.frame()


@pytest.fixture
def views(frame: Frame) -> Views:
    """Who sees whom in it."""
    return Interest(SIGHT).sightings(frame)


@pytest.mark.benchmark(group="tick")
def test_tick_of_players(benchmark: Any, engine: Engine) -> None:
    """1,000 walking players."""
    benchmark(engine.step)


@pytest.mark.benchmark(group="tick")
def test_tick_of_many_bots(benchmark: Any) -> None:
    """100,000 bots, which a few hundred players keep awake."""
    busy = world(BOT_PLAYERS, BotSettings(target_per_cell=BOTS_PER_CELL, max=BOTS), BOT_RADIUS)
    for _ in range(20 * 12):  # a cell gets a tenth of its target a second
        busy.step()
    assert busy.census.bots >= BOTS - BOTS_MISSING
    benchmark.pedantic(busy.step, rounds=60, warmup_rounds=5)


@pytest.mark.benchmark(group="snapshot")
def test_interest(benchmark: Any, frame: Frame) -> None:
    """Who sees whom, for all players."""
    found = benchmark(Interest(SIGHT).sightings, frame)
    assert len(found.rows) / PLAYERS == pytest.approx(IN_SIGHT, rel=0.1)


@pytest.mark.benchmark(group="snapshot")
def test_encoding(benchmark: Any, frame: Frame, views: Views) -> None:
    """All states of a snapshot, as JSON, by an encoder that has seen none of the entities before."""

    def states() -> list[bytes]:
        return list(SnapshotEncoder().states(frame, views, [()] * len(views.viewers)))

    assert len(benchmark(states)) == PLAYERS


@pytest.mark.benchmark(group="snapshot")
def test_encoding_of_differences(benchmark: Any, engine: Engine) -> None:
    """All states of a snapshot in the binary dialect, for viewers that were sent the one before."""
    encoder, sights = DeltaEncoder(TICK_HZ), [NOTHING] * PLAYERS

    def walked_on() -> tuple[tuple[Frame, Views], dict[str, Any]]:
        for _ in range(TICK_HZ // SNAPSHOT_HZ):
            engine.step()
        frame = engine.frame()
        return (frame, Interest(SIGHT).sightings(frame)), {}

    def states(frame: Frame, views: Views) -> None:
        sights[:] = encoder.states(frame, views, sights, [()] * PLAYERS)[1]

    benchmark.pedantic(states, setup=walked_on, rounds=60, warmup_rounds=5)
    assert all(sight.slots for sight in sights)
