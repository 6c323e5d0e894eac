"""What the clients of a run have seen, counted as it comes in."""

from __future__ import annotations

from collections import Counter

from mmod.swarm.histogram import Histogram


class Tally:
    """Counts of one group of clients since `begin`; all times are seconds of one monotonic clock.

    `present` is the sum of the times for which clients were in the world: what they should have been sent is that
    times the snapshot rate.
    """

    def __init__(self, now: float) -> None:
        self._joined = 0
        self.refused: Counter[str] = Counter()
        self.begin_joins(now)
        self.begin(now)

    def begin_joins(self, now: float) -> None:
        """Forget the joins so far, but not who is in the world."""
        self.joins = Histogram()
        self.last_join = now
        self.resumed = 0

    def begin(self, now: float) -> None:
        """Forget what was received and who was lost so far."""
        self.intervals = Histogram()
        self.acks = Histogram()
        self.states = 0
        self.bytes = 0
        self.inputs = 0
        #: Of some states only, since counting entities is what costs most: the states, their bytes, their entities.
        self.sampled = 0
        self.sampled_bytes = 0
        self.sampled_entities = 0
        self.lost: Counter[str] = Counter()
        self._present = 0.0
        self._since = now

    @property
    def joined(self) -> int:
        """Clients in the world."""
        return self._joined

    def present(self, now: float) -> float:
        """Return the seconds clients were in the world, all added up."""
        return self._present + self._joined * (now - self._since)

    def entered(self, now: float, took: float) -> None:
        """Count a join that took so many seconds from the first try to connect."""
        self._count(now, 1)
        self.joins.add(took)
        self.last_join = now

    def left(self, now: float) -> None:
        """Count the end of a session that had joined."""
        self._count(now, -1)

    def sample(self, size: int, entities: int) -> None:
        """Count a state of so many bytes that was looked at more closely."""
        self.sampled += 1
        self.sampled_bytes += size
        self.sampled_entities += entities

    def _count(self, now: float, change: int) -> None:
        self._present = self.present(now)
        self._since = now
        self._joined += change
