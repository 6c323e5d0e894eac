"""What a run has come to."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from mmod.swarm.course import Sample
from mmod.swarm.figures import Values
from mmod.swarm.histogram import Histogram
from mmod.swarm.plan import Plan


@frozen
class Result:
    """`bottleneck` says why the figures may be the swarm's own; `complaints` what was required and is missing."""

    plan: Plan
    figures: Values
    refused: Mapping[str, int]
    lost: Mapping[str, int]
    series: tuple[Sample, ...]
    intervals: Histogram
    acks: Histogram
    bottleneck: str | None
    complaints: tuple[str, ...]


def as_json(result: Result) -> dict[str, object]:
    """Return what `--json` prints; figures and their units are those of `FIGURES`."""
    plan = result.plan
    return {
        "url": plan.url,
        "pattern": plan.pattern,
        "dialect": plan.dialect,
        "clients": plan.clients,
        "storm": plan.storm,
        "seconds": plan.seconds,
        "input_rate": plan.input_rate,
        "seed": plan.seed,
        "spread": plan.ground.spread,
        "figures": dict(result.figures),
        "refused": dict(result.refused),
        "lost": dict(result.lost),
        "series": result.series,
        "bottleneck": result.bottleneck,
        "missed": list(result.complaints),
    }
