"""How long the reactor was kept from its work: the longest that a steady timer has waited for its turn.

That timer is the world's tick.  One of its own would wake an idle process up as often again.
"""

from __future__ import annotations

from twisted.internet.interfaces import IReactorTime

#: Seconds for which a gap is remembered at least; twice a usual scrape interval of 15 s.
WINDOW = 30.0


class GapWatch:
    """Remembers gaps: `longest` is the longest one, in seconds, of the last one to two windows."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._window_began = clock.seconds()
        self._now = 0.0
        self._before = 0.0

    @property
    def longest(self) -> float:
        """The longest gap (s)."""
        return max(self._now, self._before)

    def waited(self, seconds: float) -> None:
        """What was due so long ago is done only now."""
        now = self._clock.seconds()
        if now - self._window_began >= WINDOW:
            self._before, self._now, self._window_began = self._now, 0.0, now
        self._now = max(self._now, seconds)
