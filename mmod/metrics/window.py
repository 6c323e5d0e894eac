"""What a metric without labels has observed since one last looked."""

from __future__ import annotations

import math
from collections.abc import Mapping

from attrs import frozen
from prometheus_client import Counter
from prometheus_client.registry import Collector


@frozen
class Observed:
    """Values of a histogram in one window."""

    count: float
    total: float
    #: The lowest bound of a bucket under which all of them lie; None where there is none; 0 without values.
    worst: float | None

    @property
    def mean(self) -> float:
        """The mean, 0 without values."""
        return self.total / self.count if self.count else 0.0


@frozen
class _Samples:
    #: How many values lie under each bound, ascending; the last is infinite.
    buckets: Mapping[float, float]
    total: float


class HistogramWindow:
    """Looks at a histogram now and then; the first window begins when this is made."""

    def __init__(self, histogram: Collector) -> None:
        self._histogram = histogram
        self._seen = self._samples()

    def look(self) -> Observed:
        """Return what was observed since the last look."""
        before, now = self._seen, self._samples()
        self._seen = now
        grown = {bound: value - before.buckets[bound] for bound, value in now.buckets.items()}
        return Observed(grown[math.inf], now.total - before.total, _worst(grown))

    def _samples(self) -> _Samples:
        (family,) = self._histogram.collect()
        buckets = {float(sample.labels["le"]): sample.value for sample in family.samples if "le" in sample.labels}
        return _Samples(buckets, next(sample.value for sample in family.samples if sample.name.endswith("_sum")))


def counted(counter: Counter, **labels: str) -> int:
    """Return how far a counter has come; of one with labels, those children that have these."""
    (family,) = counter.collect()
    totals = [sample for sample in family.samples if sample.name.endswith("_total")]
    return int(sum(sample.value for sample in totals if labels.items() <= sample.labels.items()))


def _worst(grown: Mapping[float, float]) -> float | None:
    count = grown[math.inf]
    if not count:
        return 0.0
    lowest = min(bound for bound, values in grown.items() if values >= count)
    return None if math.isinf(lowest) else lowest
