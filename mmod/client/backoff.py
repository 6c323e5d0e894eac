"""How long to wait before the next connection: longer each time, and never in step with the others.

When a daemon restarts, everybody comes back at once; chance spreads them.
"""

from __future__ import annotations

from random import Random

#: Seconds before the first new attempt, and the most before any: a dozen attempts within the 60 s for which a resume
#: token is good.
FIRST, MOST = 0.2, 5.0

#: The part of each pause that chance decides.
JITTER = 0.5

#: Seconds after which a connection counts as a good one, and the next pause is a short one again.  Shorter ones do not:
#: a server that takes players in and fails at once must not be asked five times a second.
GOOD = 5.0


class Backoff:
    """The pauses of one player."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._failures = 0

    def lasted(self, seconds: float) -> None:
        """A connection was in the world for some seconds."""
        if seconds >= GOOD:
            self._failures = 0

    def pause(self) -> float:
        """Return the seconds to wait now; the next answer will be about twice that."""
        whole = min(MOST, FIRST * 2.0**self._failures)
        if whole < MOST:
            self._failures += 1
        return whole * (1.0 - JITTER * self._random.random())
