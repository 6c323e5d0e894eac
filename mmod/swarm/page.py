"""A result as one HTML file that needs nothing else: `--report`."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from mmod.swarm.figures import FIGURES, MIB
from mmod.swarm.histogram import Histogram
from mmod.swarm.plots import Points, bars, lines
from mmod.swarm.result import Result
from mmod.swarm.table import formatted, remarks, title

#: Seconds: the width of a bin, and from where on everything is in the last one (three states missed).
BIN, LONGEST = 0.005, 0.3

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
td { padding: 0 1rem 0 0; } td.number { text-align: right; font-variant-numeric: tabular-nums; }
svg { max-width: 40rem; display: block; margin: 1.5rem 0; font-size: 12px; }
svg text { fill: currentColor; } svg .title { font-weight: 600; }
svg .grid { stroke: currentColor; opacity: 0.15; }
.missed { color: #c62828; }
"""


def page(result: Result, measured: str) -> str:
    """Return the page; `measured` says when."""
    name = escape(title(result))
    return "\n".join(
        [
            f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{name}</title>',
            f"<style>{_STYLE}</style></head><body>",
            f"<h1>{name}</h1><p>{escape(measured)}</p>",
            *(f'<p class="{kind}">{escape(words)}</p>' for kind, words in remarks(result)),
            "<table>",
            *_rows(result),
            "</table>",
            *_plots(result),
            "</body></html>\n",
        ]
    )


def _rows(result: Result) -> Iterator[str]:
    for name, figure in FIGURES.items():
        value = result.figures[name]
        if value is not None:
            number = f'<td class="number">{formatted(value)}</td>'
            yield f"<tr><td>{escape(figure.words)}</td>{number}<td>{figure.unit}</td><td><code>{name}</code></td></tr>"


def _plots(result: Result) -> Iterator[str]:
    yield _distribution("Interval between states, % of all", result.intervals)
    yield _distribution("Input to ack, % of all", result.acks)
    over, series = "seconds", result.series
    yield lines("States received a second", over, {"states": [(each.at, each.states) for each in series]})
    cpu: Points = [(each.at, each.server_cpu) for each in series if each.server_cpu is not None]
    yield lines("CPU, cores", over, {"swarm": [(each.at, each.own_cpu) for each in series], "server": cpu})
    memory = [(each.at, each.server_memory / MIB) for each in series if each.server_memory is not None]
    if memory:
        yield lines("Memory of the server, MiB", over, {"server": memory})


def _distribution(words: str, histogram: Histogram) -> str:
    return bars(words, "milliseconds (the last bar: all above)", histogram.binned(BIN, LONGEST), BIN * 1000)
