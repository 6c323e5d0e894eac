"""A result for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from mmod.swarm.figures import FIGURES
from mmod.swarm.result import Result

#: Kinds of remarks, and how they are shown.
_STYLES = {"noted": "yellow", "missed": "bold red"}


def show(result: Result, console: Console) -> None:
    """Print the table, and what is to be said about it."""
    console.print(_figures(result))
    for kind, words in remarks(result):
        console.print(words, style=_STYLES[kind], markup=False, highlight=False)


def title(result: Result) -> str:
    """Return what was measured."""
    plan = result.plan
    storm = f" and {plan.storm} at once" if plan.storm else ""
    return f"{plan.url}: {plan.clients} clients{storm}, {plan.pattern}, {plan.dialect}, {plan.seconds:g} s"


def remarks(result: Result) -> Iterator[tuple[str, str]]:
    """Return what is to be said beside the figures, each with its kind: `noted` or `missed`."""
    for words, counted in (("refused", result.refused), ("lost", result.lost)):
        for reason, count in counted.items():
            yield "noted", f"{words}: {reason}, {count} times"
    if result.bottleneck is not None:
        yield "noted", result.bottleneck
    for complaint in result.complaints:
        yield "missed", f"missed: {complaint}"


def formatted(value: float) -> str:
    """Return a figure with as many digits as matter."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def _figures(result: Result) -> Table:
    table = Table(title=title(result))
    table.add_column("figure")
    table.add_column("", justify="right")
    table.add_column("unit")
    table.add_column("name for --require", style="dim")
    for name, figure in FIGURES.items():
        value = result.figures[name]
        if value is not None:
            table.add_row(figure.words, formatted(value), figure.unit, name)
    return table
