"""Plots as SVG text, to stand in a page by themselves."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from attrs import frozen

#: Pixels of a plot, and of what stands around its axes.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 240, 60, 16, 32, 40

#: About how many numbers stand along an axis.
TICKS = 5

#: One for each line of a plot: told apart by most people who see few colours, on white and on black.
COLOURS = ("#2a78d6", "#d9730d", "#2e9e6b")

Points = Sequence[tuple[float, float]]


@frozen
class Axes:
    """Where values stand: from 0 to the given largest ones."""

    x: float
    y: float

    def across(self, value: float) -> float:
        """Return the pixels from the left."""
        return LEFT + value / self.x * (WIDTH - LEFT - RIGHT)

    def down(self, value: float) -> float:
        """Return the pixels from the top."""
        return HEIGHT - BOTTOM - value / self.y * (HEIGHT - TOP - BOTTOM)


def lines(title: str, across: str, series: Mapping[str, Points]) -> str:
    """Return a plot of named lines; `across` says what the x axis is, the title what the y axis is."""
    points = [point for each in series.values() for point in each]
    axes = Axes(_top(x for x, _ in points), _top(y for _, y in points))
    drawn = [_line(axes, each, colour) for each, colour in zip(series.values(), COLOURS, strict=False)]
    return _svg(title, across, axes, [*drawn, *_legend(list(series))])


def bars(title: str, across: str, counts: Sequence[int], width: float) -> str:
    """Return the shares of counts in bins of one width, in percent."""
    total = sum(counts) or 1
    shares = [count * 100 / total for count in counts]
    axes = Axes(width * len(counts), _top(iter(shares)))
    return _svg(title, across, axes, [_bar(axes, n * width, width, share) for n, share in enumerate(shares) if share])


def steps(most: float) -> list[float]:
    """Return round numbers from 0 to `most`, about `TICKS` of them."""
    power = 10.0 ** math.floor(math.log10(most / TICKS))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor * TICKS >= most)
    return [step * number for number in range(int(most / step + 1e-9) + 1)]


def _top(values: Iterator[float]) -> float:
    return max(values, default=0.0) * 1.05 or 1.0


def _line(axes: Axes, points: Points, colour: str) -> str:
    way = " ".join(f"{axes.across(x):.1f},{axes.down(y):.1f}" for x, y in points)
    return f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _bar(axes: Axes, start: float, width: float, value: float) -> str:
    left, top = axes.across(start), axes.down(value)
    size = f'width="{axes.across(start + width) - left - 1:.1f}" height="{axes.down(0) - top:.1f}"'
    return f'<rect x="{left:.1f}" y="{top:.1f}" {size} fill="{COLOURS[0]}"/>'


def _legend(names: Sequence[str]) -> Iterator[str]:
    if len(names) > 1:
        for number, (name, colour) in enumerate(zip(names, COLOURS, strict=False)):
            place = f'x="{WIDTH - RIGHT - 120 * number}" y="20" text-anchor="end"'
            yield f'<text {place} style="fill:{colour}">{escape(name)}</text>'


def _svg(title: str, across: str, axes: Axes, drawn: Sequence[str]) -> str:
    middle = f'x="{WIDTH / 2}" y="{HEIGHT - 6}" text-anchor="middle"'
    return "\n".join(
        [
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">',
            f'<text x="{LEFT}" y="20" class="title">{escape(title)}</text>',
            *(
                _grid(LEFT - 6, axes.down(y), "end", y, f"M{LEFT} {axes.down(y):.1f}H{WIDTH - RIGHT}")
                for y in steps(axes.y)
            ),
            *(_grid(axes.across(x), HEIGHT - BOTTOM + 16, "middle", x, "") for x in steps(axes.x)),
            *drawn,
            f"<text {middle}>{escape(across)}</text>",
            "</svg>",
        ]
    )


def _grid(x: float, y: float, anchor: str, value: float, way: str) -> str:
    line = f'<path d="{way}" class="grid"/>' if way else ""
    return f'{line}<text x="{x:.1f}" y="{y + 4 if way else y:.1f}" text-anchor="{anchor}">{value:g}</text>'
