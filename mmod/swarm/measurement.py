"""One run of a swarm: everyone joins, then a time is measured, then everyone goes."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable, Sequence
from random import Random

from mmod.errors import LocalError
from mmod.swarm.course import Course
from mmod.swarm.dialects import DIALECTS
from mmod.swarm.figures import Values, arrived, received, used
from mmod.swarm.observation import OwnLoop, Source, bottleneck
from mmod.swarm.pacing import pace
from mmod.swarm.patterns import PATTERNS
from mmod.swarm.plan import Plan
from mmod.swarm.player import Player
from mmod.swarm.population import Population
from mmod.swarm.ramp import starts
from mmod.swarm.result import Result
from mmod.swarm.tally import Tally
from mmod.swarm.targets import missed

#: Seconds that joins may take beyond the ramp before the measurement begins without those who are missing.
JOIN_PATIENCE = 30.0

#: Seconds between the last join and the first measured state, for what joins leave behind.
SETTLE = 2.0

#: Seconds between two looks at whether all have joined.
LOOK = 0.05

#: Seconds of one sample of the course of a run.
SAMPLE = 1.0

#: Called with what is going on, how much of it is done, and how much there is.
Progress = Callable[[str, float, float], None]


class NobodyJoined(LocalError):
    """There is nothing to measure."""


class Measurement:
    """Runs a plan once."""

    def __init__(self, plan: Plan, source: Source | None, progress: Progress) -> None:
        now = time.monotonic()
        self._plan = plan
        self._source = source
        self._progress = progress
        self._pattern = PATTERNS[plan.pattern]
        self._chance = Random(plan.seed)
        self._tally, self._storm_tally = Tally(now), Tally(now)
        self._players = [
            self._player(number, token, self._tally if number < plan.clients else self._storm_tally)
            for number, token in enumerate(plan.tokens)
        ]
        self._population = Population(plan.url, DIALECTS[plan.dialect].subprotocol)
        self._own = OwnLoop()
        self._began_joins = now

    async def run(self) -> Result:
        """Return what was measured, or raise `LocalError`."""
        background = [
            asyncio.create_task(pace(self._players, self._plan.input_rate)),
            asyncio.create_task(self._own.watch()),
        ]
        try:
            if self._source is not None:
                await self._source.read()  # a wrong address is told before anyone joins
            await self._join()
            return await self._measure()
        finally:
            await _stopped(background)
            await self._population.close(self._players)

    def _player(self, number: int, token: str, tally: Tally) -> Player:
        walker = self._pattern.walker(self._plan.ground)
        return Player(number, token, walker, Random(self._chance.random()), DIALECTS[self._plan.dialect].dialect, tally)

    # --- the ramp ---

    async def _join(self) -> None:
        first = self._players[: self._plan.clients]
        self._population.join(first, starts(len(first), self._plan.ramp))
        deadline = self._began_joins + self._plan.ramp + JOIN_PATIENCE
        while self._unsettled(len(first)) and time.monotonic() < deadline:
            self._progress("joining", self._tally.joined, len(first))
            await asyncio.sleep(LOOK)
        if not self._tally.joined:
            raise NobodyJoined(f"nobody could join {self._plan.url}: {_reasons(self._tally.refused)}")
        await asyncio.sleep(SETTLE)

    def _unsettled(self, count: int) -> bool:
        return self._tally.joined + self._tally.refused.total() < count

    # --- the measured time ---

    async def _measure(self) -> Result:
        gc.collect()
        gc.freeze()  # the players stay: a full collection would look at them all and delay everyone
        course = Course(self._source, lambda: self._states, lambda: self._tally.joined + self._storm_tally.joined)
        for tally in (self._tally, self._storm_tally):
            tally.begin(time.monotonic())
        began = await course.begin()
        self._own.begin()
        self._let_loose(began)
        now, end = began, began + self._plan.seconds
        while now < end:
            self._progress("measuring", now - began, self._plan.seconds)
            await asyncio.sleep(min(end - now, SAMPLE))
            now = await course.note()
        return self._result(began, now, course)

    def _let_loose(self, now: float) -> None:
        """Begin what the pattern does while others are measured."""
        storm = self._players[self._plan.clients :]
        if self._pattern.storms:
            self._began_joins = now
            self._storm_tally.begin_joins(now)
            self._population.join(storm, starts(len(storm), 0.0))
        if self._pattern.reconnects:
            self._began_joins = now
            self._tally.begin_joins(now)
            self._population.shake(self._players, self._plan.session, self._chance)

    @property
    def _states(self) -> int:
        return self._tally.states + self._storm_tally.states

    # --- what it comes to ---

    def _result(self, began: float, now: float, course: Course) -> Result:
        seconds = now - began
        cpu, delay = self._own.cpu, self._own.delays.quantile(0.99) or 0.0
        refused = self._tally.refused + self._storm_tally.refused
        lost = self._tally.lost + self._storm_tally.lost
        figures: Values = {
            **received(self._tally, now, seconds, self._snapshot_hz),
            **arrived(self._storm_tally if self._pattern.storms else self._tally, self._began_joins),
            **used(*course.usage, seconds, self._states),
            "refused": refused.total(),
            "lost": lost.total(),
            "own_cpu": cpu,
            "own_delay_p99": delay * 1e3,
        }
        return Result(
            plan=self._plan,
            figures=figures,
            refused=refused,
            lost=lost,
            series=tuple(course.samples),
            intervals=self._tally.intervals,
            acks=self._tally.acks,
            bottleneck=bottleneck(cpu, delay),
            complaints=tuple(missed(self._plan.targets, figures)),
        )

    @property
    def _snapshot_hz(self) -> float:
        return next((player.world.snapshot_hz for player in self._players if player.world is not None), 0.0)


async def _stopped(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel what runs for ever; raise what ended one before."""
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


def _reasons(refused: dict[str, int]) -> str:
    return ", ".join(f"{reason} ({count})" for reason, count in refused.items()) or "no answer"
