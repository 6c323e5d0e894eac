"""Where the time of a tick goes, and a word in the log when it was too much."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from mmod.metrics.instruments import PHASES, Instruments

#: Seconds between two records of ticks that overran their budget: in a bad time every tick does.
RECORD_INTERVAL = 1.0


class PhaseClock:
    """Divides each tick into the phases of `mmod.metrics.instruments.PHASES`.

    `inputs` are what clients sent since the tick before; they cost the reactor as much as the tick does.  What is done
    in a tick and belongs to no phase (saving what changed, counting) is the difference to the whole.
    """

    log = Logger()

    def __init__(self, budget: float, clock: IReactorTime, instruments: Instruments) -> None:
        """A tick that takes more than `budget` seconds is recorded in the log."""
        self._budget = budget
        self._clock = clock
        self._instruments = instruments
        self._spent = dict.fromkeys(PHASES, 0.0)
        self._inputs = 0
        self._began = self._last = 0.0
        self._recorded = -RECORD_INTERVAL

    def inputs_taken(self, count: int, seconds: float) -> None:
        """So many commands of clients were applied before the next tick."""
        self._inputs += count
        self._spent["inputs"] += seconds

    def begin(self, now: float) -> None:
        """A tick begins."""
        self._began = self._last = now

    def mark(self, phase: str) -> None:
        """Everything since the mark before belongs to `phase`."""
        now = self._clock.seconds()
        self._spent[phase] += now - self._last
        self._last = now

    def end(self, tick: int, load: Callable[[], str]) -> None:
        """The tick is over; `load` says in words how much there was to do and what still waits."""
        for phase, seconds in self._spent.items():
            self._instruments.tick_phases[phase].observe(seconds)
        now = self._clock.seconds()
        if now - self._began > self._budget and now - self._recorded >= RECORD_INTERVAL:
            self._recorded = now
            self._record(tick, now - self._began, load())
        self._spent = dict.fromkeys(PHASES, 0.0)
        self._inputs = 0

    def _record(self, tick: int, seconds: float, load: str) -> None:
        """Name the longest phase of this tick; inputs came before it."""
        longest = max((phase for phase in PHASES if phase != "inputs"), key=self._spent.__getitem__)
        self.log.warn(
            "tick {tick} took {took} ms of {budget} ms, most of it for {phase} ({phases}); {inputs} inputs; {load}",
            tick=tick,
            took=_milliseconds(seconds),
            budget=_milliseconds(self._budget),
            phase=longest,
            phases=", ".join(f"{phase} {_milliseconds(spent)} ms" for phase, spent in self._spent.items()),
            inputs=self._inputs,
            load=load,
        )


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"
