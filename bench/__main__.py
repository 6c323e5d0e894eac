"""Measures the parts of a tick, each against a plain way of doing the same in the same run.

Machines are noisy: read the ratios, not the microseconds.  See bench/README.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import msgspec
import numpy as np
from attrs import frozen

from mmod.spatial.vector import Vector
from mmod.wire.messages import EntityView, PlayerView, Point, State, StateData
from mmod.wire.snapshot import SnapshotEncoder
from mmod.world.commands import Move, Place
from mmod.world.engine import Engine
from mmod.world.frame import Frame, Kind
from mmod.world.interest import Interest, Views
from mmod.world.settings import BotSettings, EngineSettings

PLAYERS = 1_000
#: Metres; so wide a square holds about 50 players within 128 m of each.
WIDTH = 1_015.0
ROUNDS = 15


@frozen
class Measure:
    """Microseconds of ours and of the plain way, each per `per`."""

    name: str
    per: str
    ours: float
    plain: float
    plain_way: str


def timed(action: Callable[[], object], count: int) -> float:
    """Return the median time of an action in microseconds, divided by `count`."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return median(times) * 1e6 / count


def world() -> Engine:
    """Return a world with walking players and no bots."""
    engine = Engine(EngineSettings(bots=BotSettings(target_per_cell=0)), seed=1)
    chance = np.random.default_rng(1)
    for number in range(PLAYERS):
        x, z = chance.uniform(0, WIDTH, 2)
        engine.apply(Place(f"player-{number}", f"player-{number}", Vector(x, z), Vector(0.0, 0.0)))
        engine.apply(Move(f"player-{number}", 1, Vector(*chance.uniform(-1, 1, 2))))
    return engine


def tick(engine: Engine) -> Measure:
    """One tick, against adding velocities to positions as Python floats."""
    frame = engine.frame()
    position, velocity = frame.position.tolist(), frame.velocity.tolist()

    def plain() -> object:
        return [(x + vx * 0.05, z + vz * 0.05) for (x, z), (vx, vz) in zip(position, velocity, strict=True)]

    return Measure("tick", "player", timed(engine.step, PLAYERS), timed(plain, PLAYERS), "floats in a loop, moved only")


def interest(frame: Frame) -> Measure:
    """Who sees whom, against comparing all pairs with NumPy."""

    def plain() -> object:
        apart = frame.position[:, None, :] - frame.position[None, :, :]
        return (apart**2).sum(axis=2) <= 128.0**2

    ours = timed(lambda: Interest(128.0).sightings(frame), PLAYERS)
    return Measure("interest", "viewer", ours, timed(plain, PLAYERS), "all pairs in NumPy")


def encoding(frame: Frame, views: Views) -> Measure:
    """All states of a snapshot, against encoding each state by itself."""

    def ours() -> object:
        return SnapshotEncoder().states(frame, views, [()] * len(views.viewers))

    points = [Point(x, z) for x, z in np.round(frame.position, 3).tolist()]
    speeds = [Point(x, z) for x, z in np.round(frame.velocity, 3).tolist()]
    kinds = [Kind(int(kind)).wire_name for kind in frame.kind]

    def plain() -> object:
        return [msgspec.json.encode(whole(row, views.of(row).tolist())) for row in range(PLAYERS)]

    def whole(row: int, seen: list[int]) -> State:
        entities = [EntityView(frame.ids[i], points[i], speeds[i], kinds[i], frame.names[i]) for i in seen]
        return State(StateData(0, frame.tick, PlayerView(frame.ids[row], points[row], speeds[row]), entities))

    return Measure("encode", "state", timed(ours, PLAYERS), timed(plain, PLAYERS), "msgspec, each state by itself")


def main() -> None:
    """Print the table."""
    engine = world()
    frame = engine.frame()
    views = Interest(128.0).sightings(frame)
    print(f"{PLAYERS} players, {len(views.rows) / PLAYERS:.0f} in sight; medians of {ROUNDS} rounds")  # noqa: T201
    for measure in (tick(engine), interest(frame), encoding(frame, views)):
        ratio = measure.ours / measure.plain
        print(  # noqa: T201
            f"{measure.name:10} {measure.ours:8.2f} us per {measure.per:7} {ratio:6.2f} x {measure.plain_way}"
        )


if __name__ == "__main__":
    main()
