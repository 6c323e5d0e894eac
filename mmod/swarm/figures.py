"""The figures of a run, each under the name by which a target asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from mmod.swarm.observation import Usage
from mmod.swarm.tally import Tally

MS, US, MIB = 1e3, 1e6, 2**20


@frozen
class Figure:
    """What a figure is called in a table; `more` where more is better."""

    words: str
    unit: str = ""
    more: bool = False


FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        "clients": Figure("clients in the world", more=True),
        "delivered": Figure("states received of those due", more=True),
        "states_per_second": Figure("states received a second", more=True),
        "interval_p50": Figure("interval between states, median", "ms"),
        "interval_p99": Figure("interval between states, p99", "ms"),
        "interval_p999": Figure("interval between states, p99.9", "ms"),
        "ack_p50": Figure("input to ack, median", "ms"),
        "ack_p99": Figure("input to ack, p99", "ms"),
        "inputs_per_second": Figure("inputs sent a second", more=True),
        "join_p50": Figure("connecting until joined, median", "ms"),
        "join_p99": Figure("connecting until joined, p99", "ms"),
        "join_all": Figure("first connect until last join", "s"),
        "resumed": Figure("sessions resumed", more=True),
        "refused": Figure("joins and messages refused"),
        "lost": Figure("connections lost"),
        "entities_per_state": Figure("entities in sight"),
        "bytes_per_state": Figure("bytes of a state", "B"),
        "bytes_per_entity": Figure("the same per entity", "B"),
        "server_cpu": Figure("CPU of the server", "cores"),
        "cpu_per_state": Figure("CPU of the server per state", "us"),
        "server_memory": Figure("memory of the server", "MiB"),
        "own_cpu": Figure("CPU of the swarm", "cores"),
        "own_delay_p99": Figure("delay of the swarm's loop, p99", "ms"),
    }
)

Values = Mapping[str, float | None]


def received(tally: Tally, now: float, seconds: float, snapshot_hz: float) -> Values:
    """Return what one group of clients got in the `seconds` until `now`."""
    due = tally.present(now) * snapshot_hz
    return {
        "clients": tally.joined,
        "delivered": _ratio(tally.states, due),
        "interval_p50": _scaled(tally.intervals.quantile(0.5), MS),
        "interval_p99": _scaled(tally.intervals.quantile(0.99), MS),
        "interval_p999": _scaled(tally.intervals.quantile(0.999), MS),
        "ack_p50": _scaled(tally.acks.quantile(0.5), MS),
        "ack_p99": _scaled(tally.acks.quantile(0.99), MS),
        "inputs_per_second": tally.inputs / seconds,
        "lost": tally.lost.total(),
        "entities_per_state": _ratio(tally.sampled_entities, tally.sampled),
        "bytes_per_state": _ratio(tally.bytes, tally.states),
        "bytes_per_entity": _ratio(tally.sampled_bytes, tally.sampled_entities),
    }


def arrived(tally: Tally, since: float) -> Values:
    """Return how joins went that began at `since`."""
    return {
        "join_p50": _scaled(tally.joins.quantile(0.5), MS),
        "join_p99": _scaled(tally.joins.quantile(0.99), MS),
        "join_all": tally.last_join - since if tally.joins.count else None,
        "resumed": tally.resumed,
    }


def used(before: Usage | None, after: Usage | None, seconds: float, states: int) -> Values:
    """Return what the server took for so many states in so many seconds, as far as it could be seen."""
    rate: Values = {"states_per_second": states / seconds}
    if before is None or after is None:
        return {**rate, "server_cpu": None, "cpu_per_state": None, "server_memory": None}
    cpu = after.cpu - before.cpu
    return {
        **rate,
        "server_cpu": cpu / seconds,
        "cpu_per_state": _scaled(_ratio(cpu, states), US),
        "server_memory": after.memory / MIB,
    }


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
