"""The runs behind the table: each is done once, however many lines ask for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from attrs import define, field, frozen

from bench.density import radius_for
from bench.histograms import quantile
from bench.processes import Daemon, bare_send, swarm, wait_until

Outcome = TypeVar("Outcome")

#: Clients a second that join before a run is measured.
JOINS_PER_SECOND = 100.0

#: Bytes of the header of a WebSocket frame of 126 to 65,535 bytes that a server sends.
FRAME_HEADER = 4

#: What the players are called, with a number: each entity in a state has its id and its name, mostly of five letters.
NAME = "p"

#: In sight of each player unless a line says otherwise.
SIGHT_COUNT = 50

#: What the goals are measured at.
CLIENTS = 1000

#: A server holds its clients while the intervals between states stay below this (ms, p99), and this share arrives.
HOLDS_INTERVAL, HOLDS_DELIVERED = 150.0, 0.95

#: The world of many bots and no clients: players in so many places keep their cells alive, then they go and linger.
#: (A cell is content with four fifths of its target, rules.md; so there are some more cells and bots than needed.)
BOTS, BOT_PLAYERS, BOT_RADIUS, BOTS_PER_CELL = 100_000, 400, 4_600.0, 125

#: Bots that may be missing when it is measured, and seconds it may take to have them.
BOTS_MISSING, BOTS_PATIENCE = 500, 90.0

#: Seconds after which nobody who lingers has left yet.
FOR_EVER = 3600.0


#: The daemon's count of ticks, how many are due in a second, and its histogram of how long one takes.
TICKS, TICK_HZ, TICK = "mmod_ticks_total", 20, "mmod_tick_duration_seconds"


@frozen
class Cores:
    """Which core the daemon has to itself, and which one all others share."""

    server: int = 0
    others: int = 1


@frozen
class Load:
    """A run with clients: the figures of the swarm, and the daemon's memory (bytes) before anyone joined."""

    figures: dict[str, float | None]
    memory_before: float
    bottleneck: str | None

    def of(self, name: str) -> float:
        """Return a figure that must have been measured."""
        found = self.figures[name]
        if found is None:
            raise LookupError(f"there is no {name}: {self}")
        return found

    @property
    def holds(self) -> bool:
        """Whether everyone was served as they should be."""
        told = {name: value or 0.0 for name, value in self.figures.items()}
        served = told["delivered"] >= HOLDS_DELIVERED and told["interval_p99"] <= HOLDS_INTERVAL
        return served and not told["lost"] and not told["refused"]

    def __str__(self) -> str:
        names = ("cpu_per_state", "server_cpu", "interval_p99", "delivered", "entities_per_state", "refused", "lost")
        told = ", ".join(f"{name} {self.figures[name] or 0.0:.4g}" for name in names)
        return f"{told}; {self.bottleneck}" if self.bottleneck else told


@frozen
class World:
    """A run without clients: cores of CPU, ticks done of those due, and the 99th percentile of a tick (s)."""

    cpu: float
    ticks: float
    tick_p99: float | None

    @property
    def needed(self) -> float:
        """The cores that all ticks would take: a daemon that drops some takes too little."""
        return self.cpu / self.ticks


@define
class Runs:
    """Starts daemons and swarms, and remembers what came of them; `told` is called with each as it begins."""

    cores: Cores
    seconds: float
    told: Callable[[str], None]
    done: dict[str, Any] = field(factory=dict, init=False)

    def load(self, dialect: str, clients: int, in_sight: int = SIGHT_COUNT) -> Load:
        """Return a run of wanderers."""
        name = f"{dialect}, {clients} clients, {in_sight} in sight"
        return self._once(name, lambda: self._loaded(radius_for(clients, in_sight), clients, dialect=dialect))

    def storm(self, clients: int) -> Load:
        """Return a run in which as many join at once as are there."""
        radius = radius_for(2 * clients, SIGHT_COUNT)
        return self._once(
            f"json, {clients} join {clients} others at once",
            lambda: self._loaded(radius, clients, pattern="join-storm", storm=clients),
        )

    def floor(self, dialect: str, clients: int) -> float:
        """Return the microseconds of a bare send of the bytes of a state of that run."""
        size = round(self.load(dialect, clients).of("bytes_per_state")) + FRAME_HEADER
        cores = self.cores
        return self._once(
            f"bare send, {size} bytes to {clients} sockets",
            lambda: bare_send(cores.server, cores.others, clients, size, self.seconds / 2),
        )

    def bots(self) -> World:
        """Return a run of a world full of bots that nobody sees."""
        return self._once(f"{BOTS} bots, no clients", self._botted)

    def idle(self) -> World:
        """Return a run of a daemon with nothing to do."""
        return self._once("idle daemon, no bots", lambda: self._watched({"bots.max": 0, "bots.target_per_cell": 0}))

    def _once(self, name: str, run: Callable[[], Outcome]) -> Outcome:
        if name not in self.done:
            self.told(name)
            outcome = self.done[name] = run()
            self.told(f"    {outcome}")
        found: Outcome = self.done[name]
        return found

    def _loaded(self, radius: float, clients: int, **options: object) -> Load:
        settings = {"world.spawn_radius": radius, "bots.target_per_cell": 0}
        course = {"ramp": clients / JOINS_PER_SECOND, "seconds": self.seconds, "spread": radius, "name": NAME}
        with TemporaryDirectory() as directory, Daemon(Path(directory), self.cores.server, settings) as daemon:
            before = daemon.usage().memory
            told = swarm(daemon, self.cores.others, clients=clients, **course, **options)
            return Load(told["figures"], before, told["bottleneck"])

    def _watched(self, settings: dict[str, object]) -> World:
        with TemporaryDirectory() as directory, Daemon(Path(directory), self.cores.server, settings) as daemon:
            return self._watch(daemon)

    def _botted(self) -> World:
        settings = {
            "world.spawn_radius": BOT_RADIUS,
            "world.linger": FOR_EVER,
            "bots.target_per_cell": BOTS_PER_CELL,
            "bots.max": BOTS,
        }
        with TemporaryDirectory() as directory, Daemon(Path(directory), self.cores.server, settings) as daemon:
            swarm(daemon, self.cores.others, clients=BOT_PLAYERS, spread=BOT_RADIUS, ramp=1.0, seconds=0.1)
            wait_until(
                lambda: daemon.metrics()["mmod_bots"] >= BOTS - BOTS_MISSING, "the bots are there", BOTS_PATIENCE
            )
            return self._watch(daemon)

    def _watch(self, daemon: Daemon) -> World:
        first, before, began = daemon.metrics(), daemon.usage(), time.monotonic()
        time.sleep(self.seconds)
        took, after, last = time.monotonic() - began, daemon.usage(), daemon.metrics()
        done = (last[TICKS] - first[TICKS]) / (took * TICK_HZ)
        return World((after.cpu - before.cpu) / took, done, quantile(TICK, first, last, 0.99))
