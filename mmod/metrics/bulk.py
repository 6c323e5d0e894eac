"""Metrics for what happens thousands of times a second.

They have no lock, since all of it happens in the reactor's thread, and the histogram takes many values in one call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
