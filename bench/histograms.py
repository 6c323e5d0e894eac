"""Quantiles from the histograms of a metrics page."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import pairwise


def quantile(name: str, before: Mapping[str, float], after: Mapping[str, float], fraction: float) -> float | None:
    """Return a quantile of what was observed between two looks, straight between the edges of its bucket.

    None when nothing was observed, or when it lies in the last bucket, which has no upper edge.
    """
    buckets = {sample: count for sample, count in after.items() if sample.startswith(f"{name}_bucket{{")}
    edges = sorted((_edge(sample), count - before.get(sample, 0.0)) for sample, count in buckets.items())
    total = edges[-1][1] if edges else 0.0
    for (low, below), (high, reached) in pairwise([(0.0, 0.0), *edges]):
        if total and reached >= fraction * total:
            return None if math.isinf(high) else low + (high - low) * (fraction * total - below) / (reached - below)
    return None


def _edge(sample: str) -> float:
    found = re.search(r'le="([^"]+)"', sample)
    if found is None:
        raise ValueError(f"{sample} has no edge")
    return float(found[1])
