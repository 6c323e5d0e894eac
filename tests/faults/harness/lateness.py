"""Whether ticks were on time, from the histogram of the daemon and the delays of the machine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import ceil, comb

from attrs import frozen

#: Seconds by which 99 of 100 ticks may be late (reliability.md), on a machine that has nothing else to do.
LIMIT = 0.025

#: The part of the ticks that may be later than that.
SHARE = 0.01

#: How improbable so many late ticks must be in a daemon that is just good enough before it counts as late: of few
#: ticks, one in a hundred is a matter of luck.
LUCK = 0.001

_BUCKET = re.compile(r'mmod_tick_lateness_seconds_bucket\{le="(.*)"\}')


@frozen
class Lateness:
    """How late the ticks of a time were: how many at most by each bound (s), the last of which is infinite."""

    up_to: tuple[tuple[float, float], ...]

    @property
    def ticks(self) -> float:
        """How many there were."""
        return self.up_to[-1][1]

    def later_than(self, limit: float) -> float:
        """Return about how many ticks were later than a limit (s); within a bucket they count as evenly spread."""
        lower, below = 0.0, 0.0
        for bound, count in self.up_to:
            if limit < bound:
                part = (limit - lower) / (bound - lower)
                return self.ticks - below - part * (count - below)
            lower, below = bound, count
        return 0.0

    def percentile(self, share: float) -> float:
        """Return about the lateness (s) that a share of the ticks does not exceed; at most the last finite bound."""
        wanted, lower, below = share * self.ticks, 0.0, 0.0
        for bound, count in self.up_to[:-1]:
            if count >= wanted:
                return lower + (bound - lower) * (wanted - below) / (count - below) if count > below else bound
            lower, below = bound, count
        return lower

    def fault(self, machine: Sequence[float]) -> str | None:
        """Say what is wrong, None when the ticks were on time on a machine that may have added these delays (s)."""
        limit = LIMIT + percentile(machine, 1 - SHARE)
        late, most = self.later_than(limit), most_by_chance(ceil(self.ticks), SHARE, LUCK)
        if late <= most:
            return None
        return f"{late:.0f} of {self.ticks:.0f} ticks were over {limit * 1000:.1f} ms late, and {most} might have been"


def between(before: Mapping[str, float], after: Mapping[str, float]) -> Lateness:
    """Return how late ticks were between two looks at the metrics."""
    found = sorted((float(match[1]), name) for name in after if (match := _BUCKET.fullmatch(name)))
    return Lateness(tuple((bound, after[name] - before[name]) for bound, name in found))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of the values does not exceed, 0 for none."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)] if values else 0.0


def most_by_chance(trials: int, share: float, luck: float) -> int:
    """Return how many of some trials hit at most, each with a probability of `share`, but for `luck` of all cases."""
    probability, most = 0.0, -1
    while probability < 1 - luck and most < trials:
        most += 1
        probability += comb(trials, most) * share**most * (1 - share) ** (trials - most)
    return most
