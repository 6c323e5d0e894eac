"""Metrics for what happens thousands of times a second.

They have no lock, since all of it happens in the reactor's thread, and the bulk histogram takes many values in a call.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike
from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString


class BulkCounter(Collector):
    """Counts; without labels."""

    def __init__(self, name: str, documentation: str, registry: CollectorRegistry) -> None:
        self._name = name
        self._documentation = documentation
        self._value = 0
        registry.register(self)

    def inc(self) -> None:
        """Count one."""
        self._value += 1

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Show how many there were."""
        yield CounterMetricFamily(self._name, self._documentation, self._value)

    def describe(self) -> Iterator[CounterMetricFamily]:
        """Show the name, so that no other metric can take it."""
        yield CounterMetricFamily(self._name, self._documentation)


class BulkHistogram(Collector):
    """Counts values by the bucket (its upper bound included) they fall into; without labels."""

    def __init__(self, name: str, documentation: str, buckets: Sequence[float], registry: CollectorRegistry) -> None:
        self._name = name
        self._documentation = documentation
        self._bounds = np.array(buckets, np.float64)
        self._bounds_shown = [*map(floatToGoString, buckets), "+Inf"]
        self._counts = np.zeros(len(buckets) + 1, np.int64)
        self._sum = 0.0
        registry.register(self)

    def observe(self, values: ArrayLike) -> None:
        """Count all these values."""
        observed = np.asarray(values, np.float64)
        places = np.searchsorted(self._bounds, observed)
        self._counts += np.bincount(places, minlength=len(self._counts))
        self._sum += float(observed.sum())

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """Show the buckets, each with the count of all values up to its bound."""
        counts = np.cumsum(self._counts).tolist()
        yield HistogramMetricFamily(
            self._name, self._documentation, list(zip(self._bounds_shown, counts, strict=True)), self._sum
        )

    def describe(self) -> Iterator[HistogramMetricFamily]:
        """Show the name, so that no other metric can take it."""
        yield HistogramMetricFamily(self._name, self._documentation)


class LabelledHistogram(Collector):
    """Counts values by the bucket they fall into, one by one, for each of the fixed values of one label."""

    def __init__(
        self,
        name: str,
        documentation: str,
        label: str,
        values: Sequence[str],
        buckets: Sequence[float],
        registry: CollectorRegistry,
    ) -> None:
        self._name = name
        self._documentation = documentation
        self._label = label
        self._bounds_shown = [*map(floatToGoString, buckets), "+Inf"]
        #: Where to count, by the label's value.
        self.children = {value: Buckets(buckets) for value in values}
        registry.register(self)

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """Show the buckets of each label, each with the count of all values up to its bound."""
        family = HistogramMetricFamily(self._name, self._documentation, labels=[self._label])
        for value, child in self.children.items():
            counts = map(float, accumulate(child.counts))
            family.add_metric([value], list(zip(self._bounds_shown, counts, strict=True)), child.sum)
        yield family

    def describe(self) -> Iterator[HistogramMetricFamily]:
        """Show the name, so that no other metric can take it."""
        yield HistogramMetricFamily(self._name, self._documentation, labels=[self._label])


class PlainHistogram(Collector):
    """Counts values by the bucket they fall into, one by one; without labels."""

    def __init__(self, name: str, documentation: str, buckets: Sequence[float], registry: CollectorRegistry) -> None:
        self._name = name
        self._documentation = documentation
        self._bounds_shown = [*map(floatToGoString, buckets), "+Inf"]
        self._buckets = Buckets(buckets)
        #: Count a value.
        self.observe = self._buckets.observe
        registry.register(self)

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """Show the buckets, each with the count of all values up to its bound."""
        counts = map(float, accumulate(self._buckets.counts))
        shown = list(zip(self._bounds_shown, counts, strict=True))
        yield HistogramMetricFamily(self._name, self._documentation, shown, self._buckets.sum)

    def describe(self) -> Iterator[HistogramMetricFamily]:
        """Show the name, so that no other metric can take it."""
        yield HistogramMetricFamily(self._name, self._documentation)


class Buckets:
    """How many values fell into each bucket (its upper bound included), and their sum."""

    __slots__ = ("_bounds", "counts", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def observe(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self._bounds, value)] += 1
        self.sum += value
