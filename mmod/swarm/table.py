"""A result for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from mmod.swarm.figures import FIGURES
from mmod.swarm.result import Result


def show(result: Result, console: Console) -> None:
    """Print the table, and what is to be said about it."""
    console.print(_figures(result))
    for line in _remarks(result):
        console.print(line)


def formatted(value: float) -> str:
    """Return a figure with as many digits as matter."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def _figures(result: Result) -> RenderableType:
    plan = result.plan
    table = Table(title=f"{plan.url}: {plan.clients} clients, {plan.pattern}, {plan.dialect}, {plan.seconds:g} s")
    table.add_column("figure")
    table.add_column("", justify="right")
    table.add_column("unit")
    table.add_column("name for --require", style="dim")
    for name, figure in FIGURES.items():
        value = result.figures[name]
        if value is not None:
            table.add_row(figure.words, formatted(value), figure.unit, name)
    return table


def _remarks(result: Result) -> Iterator[Text]:
    for words, counted in (("refused", result.refused), ("lost", result.lost)):
        for reason, count in counted.items():
            yield Text(f"{words}: {reason}, {count} times", "yellow")
    if result.bottleneck is not None:
        yield Text(result.bottleneck, "yellow")
    for complaint in result.complaints:
        yield Text(f"missed: {complaint}", "bold red")
