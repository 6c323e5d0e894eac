"""Measures the daemon against its goals: `make bench`, or `python -m bench.table --only json-1000 --seconds 20`.

The daemon has one core and the load tool another.  See bench/README.md.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from attrs import frozen
from rich.console import Console
from rich.table import Table

from bench.lines import LINES, Line
from bench.machine import BUSY, commit, machine, now
from bench.runs import Cores, Runs
from mmod.swarm.table import formatted

#: Columns of what is printed, whatever the terminal: a line of the table stays a line.
WIDTH = 124

RESULTS = Path(__file__).with_name("results")


@frozen
class Measured:
    """A line and its figure."""

    line: Line
    figure: float | None

    @property
    def ratio(self) -> float | None:
        """How far from the goal: 1 is there, and less is better whatever the figure is."""
        if not self.figure:
            return None
        return self.line.goal / self.figure if self.line.more else self.figure / self.line.goal


def chosen(words: Sequence[str]) -> list[Line]:
    """Return the lines whose name begins with one of the words, or all."""
    return [line for line in LINES if not words or line.name.startswith(tuple(words))]


def shown(measured: Iterable[Measured]) -> Table:
    """Return the table."""
    table = Table()
    for column in ("line", "what", "must", "goal", "figure", "unit", "of goal", "verdict"):
        table.add_column(column, justify="right" if column in ("must", "goal", "figure", "of goal") else "left")
    for each in measured:
        line = each.line
        figure = "" if each.figure is None else formatted(each.figure)
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        limits = (f"{line.must:g}", f"{line.goal:g}")
        table.add_row(line.name, line.words, *limits, figure, line.unit, ratio, line.verdict(each.figure))
    return table


def as_json(measured: Iterable[Measured], runs: Runs, began: str, place: object) -> dict[str, Any]:
    """Return what is kept."""
    lines = [
        {
            "name": each.line.name,
            "what": each.line.words,
            "unit": each.line.unit,
            "must": each.line.must,
            "goal": each.line.goal,
            "figure": each.figure,
            "verdict": each.line.verdict(each.figure),
        }
        for each in measured
    ]
    about = {"began": began, "machine": place, "commit": commit(), "seconds": runs.seconds}
    return {**about, "lines": lines, "runs": runs.done}


def main() -> None:
    """Measure, print and keep."""
    options = _options()
    console = Console(width=WIDTH)
    began, place = now(), machine()
    if place.load > BUSY:
        console.print(f"This machine is busy ({place.load:g} processes want a core): the figures will be disturbed.")
    if not place.compiled:
        console.print("The loops over clients and entities are Python alone: a compiled daemon does better.")
    runs = Runs(Cores(options.server_core, options.other_core), options.seconds, console.print)
    measured = []
    try:
        for line in chosen(options.only):
            measured.append(_measured(line, runs, console))
    finally:
        console.print(shown(measured))
        kept = as_json(measured, runs, began.isoformat(), place)
        path = RESULTS / f"{began:%Y%m%d-%H%M%S}-{kept['commit'].name}.json"
        RESULTS.mkdir(exist_ok=True)
        path.write_bytes(msgspec.json.format(msgspec.json.encode(kept)) + b"\n")
        console.print(f"kept in {os.path.relpath(path)}")


def _measured(line: Line, runs: Runs, console: Console) -> Measured:
    """Measure a line; one that cannot be measured must not cost the others."""
    try:
        return Measured(line, line.measure(runs))
    except (RuntimeError, LookupError, TimeoutError) as error:
        console.print(f"{line.name}: {error}", style="red", markup=False)
        return Measured(line, None)


def _options() -> Any:
    parser = ArgumentParser(prog="python -m bench.table", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="lines whose name begins so")
    parser.add_argument("--seconds", type=float, default=20.0, help="that each run is measured (default: 20)")
    parser.add_argument("--server-core", type=int, default=0, help="of the daemon (default: 0)")
    parser.add_argument("--other-core", type=int, default=1, help="of everything else (default: 1)")
    options = parser.parse_args()
    if not chosen(options.only):
        parser.error(f"no line begins so; there are: {', '.join(line.name for line in LINES)}")
    return options


if __name__ == "__main__":
    main()
