"""What every fault came to, as a table at the end of the run and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import asdict, define, field, frozen

from .checker import Verdict

HEADINGS = (
    "fault",
    "repetitions",
    "acknowledged",
    "refused",
    "lost",
    "doubled",
    "lateness p99",
    "the machine's",
    "slowest refusal",
)


@frozen
class Trial:
    """One repetition of one fault; times in seconds, None where the fault leaves nothing to measure."""

    fault: str
    acknowledged: int
    refused: int
    lost: int
    doubled: int
    #: How late ticks were, and what of that the machine may have added.
    lateness_p99: float | None = None
    machine_p99: float | None = None
    slowest_refusal: float | None = None

    @classmethod
    def of(cls, fault: str, verdict: Verdict, **measured: float | None) -> Trial:
        """Return what a verdict says of a fault, with the times that were measured."""
        return cls(fault, verdict.acknowledged, verdict.refused, verdict.lost, verdict.doubled, **measured)


@define
class Results:
    """All trials of a run."""

    trials: list[Trial] = field(factory=list)

    def add(self, trial: Trial) -> None:
        """Take one more; a trial that lost something is taken before the test fails."""
        self.trials.append(trial)

    def table(self) -> list[str]:
        """Return the lines of the table, one for each fault in the order in which they were first tried."""
        rows = [HEADINGS, *self._rows()]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        return ["  ".join(_aligned(row, widths)).rstrip() for row in rows]

    def write(self, file: Path) -> None:
        """Write every trial as JSON."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps([asdict(trial) for trial in self.trials], indent=1), encoding="utf-8")

    def _rows(self) -> Iterator[tuple[str, ...]]:
        for fault in dict.fromkeys(trial.fault for trial in self.trials):
            trials = [trial for trial in self.trials if trial.fault == fault]
            counts = (
                sum(getattr(trial, name) for trial in trials) for name in ("acknowledged", "refused", "lost", "doubled")
            )
            times = (
                _worst([getattr(trial, name) for trial in trials])
                for name in ("lateness_p99", "machine_p99", "slowest_refusal")
            )
            yield fault, str(len(trials)), *map(str, counts), *times


def _worst(times: Sequence[float | None]) -> str:
    known = [time for time in times if time is not None]
    return f"{max(known) * 1000:.1f} ms" if known else "-"


def _aligned(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    yield row[0].ljust(widths[0])
    yield from (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
