"""How long the reactor was kept from its work: the longest gap between two turns that a steady timer has seen."""

from __future__ import annotations

from twisted.internet.interfaces import IDelayedCall, IReactorTime

#: Seconds between two looks: a gap as long as a tick at 20 Hz is met at least in part.  Each look wakes the process up:
#: every 0.02 s, that was a third of what an idle daemon takes.
LOOK = 0.05

#: Seconds for which a gap is remembered at least; twice a usual scrape interval of 15 s.
WINDOW = 30.0


class GapWatch:
    """Watches from `start` until `stop`; `longest` is the longest gap in seconds of the last one to two windows."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._call: IDelayedCall | None = None
        self._due = 0.0
        self._window_began = 0.0
        self._now = 0.0
        self._before = 0.0

    @property
    def longest(self) -> float:
        """The longest gap (s)."""
        return max(self._now, self._before)

    def start(self) -> None:
        """Begin to watch."""
        self._window_began = self._clock.seconds()
        self._schedule()

    def stop(self) -> None:
        """Watch no more."""
        if self._call is not None and self._call.active():
            self._call.cancel()

    def _schedule(self) -> None:
        self._due = self._clock.seconds() + LOOK
        self._call = self._clock.callLater(LOOK, self._look)

    def _look(self) -> None:
        now = self._clock.seconds()
        if now - self._window_began >= WINDOW:
            self._before, self._now, self._window_began = self._now, 0.0, now
        self._now = max(self._now, now - self._due)
        self._schedule()
