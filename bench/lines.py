"""The lines of the table: what is measured, what it must be, and what it should be."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from bench.holding import most_held
from bench.runs import CLIENTS, Runs
from mmod.swarm.dialects import DIALECTS

#: The join storm: so many join so many others.
STORM = 500

#: What the growth lines compare.
FEW, MANY, NEAR, FAR = 100, 1300, 10, 200


@frozen
class Line:
    """A line; `measure` returns None for what cannot be measured here, and `more` says that more is better."""

    name: str
    words: str
    unit: str
    must: float
    goal: float
    measure: Callable[[Runs], float | None]
    more: bool = False

    def verdict(self, figure: float | None) -> str:
        """Say how good a figure is."""
        if figure is None:
            return "not measured"
        return "goal" if self._reaches(figure, self.goal) else "must" if self._reaches(figure, self.must) else "missed"

    def _reaches(self, figure: float, limit: float) -> bool:
        return figure >= limit if self.more else figure <= limit


def times_the_floor(dialect: str) -> Callable[[Runs], float | None]:
    """Return what measures the CPU of a state as a multiple of a bare send of its bytes."""

    def measure(runs: Runs) -> float | None:
        if dialect not in DIALECTS:
            return None
        return runs.load(dialect, CLIENTS).of("cpu_per_state") / runs.floor(dialect, CLIENTS)

    return measure


def held(dialect: str, must: int, goal: int) -> Callable[[Runs], float | None]:
    """Return what finds the most clients."""

    def measure(runs: Runs) -> float | None:
        if dialect not in DIALECTS:
            return None
        return most_held(must, goal, lambda clients: runs.load(dialect, clients).holds)

    return measure


def figure(dialect: str, name: str) -> Callable[[Runs], float | None]:
    """Return what reads a figure of the swarm at 1,000 clients."""

    def measure(runs: Runs) -> float | None:
        return runs.load(dialect, CLIENTS).of(name) if dialect in DIALECTS else None

    return measure


def memory(runs: Runs) -> float:
    """Return the KB a client takes."""
    run = runs.load("json", CLIENTS)
    return (run.of("server_memory") * 2**20 - run.memory_before) / CLIENTS / 1000


def growth_by_clients(runs: Runs) -> float:
    """Return how many times as much a state costs with many clients as with few."""
    many, few = (runs.load("json", clients).of("cpu_per_state") for clients in (MANY, FEW))
    return many / few


def growth_by_sight(runs: Runs) -> float:
    """Return how many times as much a state costs with many in sight as with few."""
    far, near = (runs.load("json", CLIENTS, count).of("cpu_per_state") for count in (FAR, NEAR))
    return far / near


def storm(name: str) -> Callable[[Runs], float]:
    """Return what reads a figure of the join storm."""
    return lambda runs: runs.storm(STORM).of(name)


def tick_of_bots(runs: Runs) -> float | None:
    """Return the milliseconds of a tick, p99."""
    seconds = runs.bots().tick_p99
    return None if seconds is None else seconds * 1000


#: In the order of the table.
LINES = (
    Line("json-1000", "CPU per state, JSON, 1,000 clients", "x bare send", 6.0, 4.0, times_the_floor("json")),
    Line("delta-1000", "CPU per state, delta, 1,000 clients", "x bare send", 5.5, 3.5, times_the_floor("delta")),
    Line("json-holds", "clients that hold, JSON", "", 1300, 2000, held("json", 1300, 2000), more=True),
    Line("delta-holds", "clients that hold, delta", "", 1500, 2500, held("delta", 1500, 2500), more=True),
    Line("json-bytes", "bytes per entity update, JSON", "B", 110, 100, figure("json", "bytes_per_entity")),
    Line("delta-bytes", "bytes per entity update, delta", "B", 6, 4, figure("delta", "bytes_per_entity")),
    Line("ack-p50", "input to ack, 1,000 clients, median", "ms", 60, 55, figure("json", "ack_p50")),
    Line("ack-p99", "input to ack, 1,000 clients, p99", "ms", 130, 110, figure("json", "ack_p99")),
    Line("memory", "memory per connected client", "KB", 60, 40, memory),
    Line("storm-join", "join storm of 500: all joined", "s", 3.0, 1.5, storm("join_all")),
    Line("storm-others", "join storm of 500: others' interval, p99", "ms", 150, 120, storm("interval_p99")),
    Line("bots-cpu", "100,000 bots, no clients: CPU", "cores", 0.5, 0.333, lambda runs: runs.bots().needed),
    Line("bots-tick", "100,000 bots, no clients: tick, p99", "ms", 35, 20, tick_of_bots),
    Line("growth-clients", "CPU per state, 1,300 clients to 100", "x", 1.3, 1.05, growth_by_clients),
    Line("growth-sight", "CPU per state, 200 in sight to 10", "x", FAR / NEAR, 1.05, growth_by_sight),
    Line("idle", "idle daemon, bots off", "cores", 0.01, 0.003, lambda runs: runs.idle().needed),
)
