"""What is required of a run: `interval_p99=150` is met by 150 ms or less, `delivered=0.95` by 0.95 or more."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from mmod.swarm.figures import FIGURES, Values


@frozen
class Target:
    """A limit for one figure."""

    name: str
    limit: float

    def met(self, figure: float | None) -> bool:
        """Tell whether a figure is as good; one that could not be measured is not."""
        if figure is None:
            return False
        return figure >= self.limit if FIGURES[self.name].more else figure <= self.limit

    def complaint(self, figure: float | None) -> str:
        """Say how it was missed."""
        side = "at least" if FIGURES[self.name].more else "at most"
        was = "could not be measured" if figure is None else f"is {figure:.4g}"
        return f"{self.name} {was}, required {side} {self.limit:g}"


def parsed(text: str) -> Target:
    """Return the target of an option, or raise `ValueError`."""
    name, equals, limit = text.partition("=")
    if not equals or name not in FIGURES:
        raise ValueError(f"{text!r} is not FIGURE=NUMBER with one of: {', '.join(FIGURES)}")
    return Target(name, float(limit))


def missed(targets: Iterable[Target], values: Values) -> list[str]:
    """Return a complaint for each target that was missed."""
    return [target.complaint(values[target.name]) for target in targets if not target.met(values[target.name])]
