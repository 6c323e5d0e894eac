"""Calls the world once per tick, on time and for ever.

Tick n of a run is due at start + n / hz, so that small delays never add up.  When the loop wakes late it does what it
missed, at most `MOST_CATCH_UP` ticks; the rest is dropped and counted, and the schedule begins anew from there.  The
clock is monotonic (see `mmod.tap`), so a step of the wall clock is neither a delay nor a burst.
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from mmod.metrics.gap import GapWatch
from mmod.metrics.instruments import Instruments

#: Late ticks that are still done (design.md, "tick / snapshot"): a quarter of a second at 20 Hz.
MOST_CATCH_UP = 5


class Ticker:
    """Drives `tick` at `hz`; an exception in one tick is logged and counted, and the next one comes all the same."""

    log = Logger()

    def __init__(
        self, tick: Callable[[], None], hz: int, clock: IReactorTime, instruments: Instruments, gaps: GapWatch
    ) -> None:
        """`gaps` is told how long other timers, due with a tick, had to wait for it."""
        self._tick = tick
        self._interval = 1.0 / hz
        self._hz = hz
        self._clock = clock
        self._instruments = instruments
        self._gaps = gaps
        self._origin = 0.0
        self._next = 0
        self._call: IDelayedCall | None = None

    @property
    def running(self) -> bool:
        """Whether ticks are to come."""
        return self._call is not None

    @property
    def behind(self) -> float:
        """Seconds by which the next tick is overdue, 0 while ticks are on time."""
        return max(0.0, self._clock.seconds() - self._due(self._next)) if self.running else 0.0

    def start(self) -> None:
        """Begin: the first tick is due one interval from now."""
        self._begin_anew(self._clock.seconds())
        self._schedule()

    def stop(self) -> None:
        """No tick comes after this."""
        if self._call is not None and self._call.active():
            self._call.cancel()
        self._call = None

    def _due(self, number: int) -> float:
        return self._origin + number / self._hz

    def _begin_anew(self, origin: float) -> None:
        self._origin = origin
        self._next = 1

    def _schedule(self) -> None:
        self._call = self._clock.callLater(max(0.0, self._due(self._next) - self._clock.seconds()), self._wake)

    def _wake(self) -> None:
        due = self._due(self._next)
        self._do_due_ticks()
        self._gaps.waited(self._clock.seconds() - due)
        if self.running:
            self._schedule()

    def _do_due_ticks(self) -> None:
        self._drop_what_is_too_late()
        for _ in range(MOST_CATCH_UP):
            lateness = self._clock.seconds() - self._due(self._next)
            if lateness < 0 or not self.running:
                break
            self._instruments.tick_lateness.observe(lateness)
            self._next += 1
            self._tick_fenced()

    def _drop_what_is_too_late(self) -> None:
        now = self._clock.seconds()
        missed = int((now - self._due(self._next)) * self._hz) + 1
        if missed > MOST_CATCH_UP:
            self._instruments.ticks_dropped.inc(missed - MOST_CATCH_UP)
            self.log.warn(
                "the tick loop was {late:.3f} s late: {dropped} ticks dropped",
                late=now - self._due(self._next),
                dropped=missed - MOST_CATCH_UP,
            )
            self._begin_anew(self._due(self._next + missed - MOST_CATCH_UP - 1))

    def _tick_fenced(self) -> None:
        began = self._clock.seconds()
        try:
            self._tick()
        except Exception:  # the fence around one tick
            self._instruments.tick_errors.inc()
            self.log.failure("a tick failed; the next one follows")
        self._instruments.ticks.inc()
        self._instruments.tick_duration.observe(self._clock.seconds() - began)
