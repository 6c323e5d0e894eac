"""How a run goes from second to second, and what the server uses meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable

from attrs import define, field, frozen

from mmod.swarm.observation import ServerUnseen, Source, Usage


@frozen
class Sample:
    """Some time of a run: when it ended (s since the measurement began), and rates over it.

    CPU in cores and memory in bytes; None for a server that could not be seen.
    """

    at: float
    clients: int
    states: float
    own_cpu: float
    server_cpu: float | None
    server_memory: float | None


@frozen
class Reading:
    """All counts at one moment: seconds of the clock, states received, and CPU seconds of this process."""

    at: float
    states: int
    own_cpu: float
    usage: Usage | None


@define
class Course:
    """Takes readings; `states` and `clients` say how many there are by now."""

    source: Source | None
    states: Callable[[], int]
    clients: Callable[[], int]
    samples: list[Sample] = field(factory=list, init=False)
    _readings: list[Reading] = field(factory=list, init=False)

    async def begin(self) -> float:
        """Take the first reading and return its time."""
        return self._take(await self._usage_if_seen()).at

    async def note(self) -> float:
        """Take another one and return its time."""
        last, reading = self._readings[-1], self._take(await self._usage_if_seen())
        self.samples.append(self._between(last, reading))
        return reading.at

    @property
    def usage(self) -> tuple[Usage | None, Usage | None]:
        """What the server had used at the first reading, and at the last one."""
        return self._readings[0].usage, self._readings[-1].usage

    def _take(self, usage: Usage | None) -> Reading:
        reading = Reading(time.monotonic(), self.states(), time.process_time(), usage)
        self._readings.append(reading)
        return reading

    async def _usage_if_seen(self) -> Usage | None:
        """Return None from a server that has ended or is too busy to tell: the figures of its clients matter then."""
        if self.source is None:
            return None
        try:
            return await self.source.read()
        except ServerUnseen:
            return None

    def _between(self, last: Reading, this: Reading) -> Sample:
        took = this.at - last.at
        return Sample(
            at=this.at - self._readings[0].at,
            clients=self.clients(),
            states=(this.states - last.states) / took,
            own_cpu=(this.own_cpu - last.own_cpu) / took,
            server_cpu=(this.usage.cpu - last.usage.cpu) / took if this.usage and last.usage else None,
            server_memory=this.usage.memory if this.usage else None,
        )
