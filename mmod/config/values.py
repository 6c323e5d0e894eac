"""What a setting may be: each kind reads a TOML value and says in words what it allows."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from attrs import frozen

T_co = TypeVar("T_co", covariant=True)


@frozen
class Kind(Generic[T_co]):
    """`read` returns the value or raises ValueError; `allowed` completes the sentence "must be ..."."""

    read: Callable[[Any], T_co]
    allowed: str


def whole(least: int, most: int) -> Kind[int]:
    """Return the kind of whole numbers from `least` to `most`."""

    def read(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError
        return value

    return Kind(read, f"a whole number from {least} to {most}")


def number(least: float = 0.0, most: float = math.inf, *, above: bool = False) -> Kind[float]:
    """Return the kind of numbers from (or, if `above`, above) `least` to `most`."""

    def read(value: Any) -> float:
        if type(value) not in (int, float) or value != value or abs(value) > sys.float_info.max:
            raise ValueError
        if value > most or value < least or (above and value == least):
            raise ValueError
        return float(value)

    bound = f"above {least:g}" if above else f"of at least {least:g}"
    return Kind(read, f"a number {bound}" + ("" if most == math.inf else f" and at most {most:g}"))


def truth() -> Kind[bool]:
    """Return the kind of yes and no."""

    def read(value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError
        return value

    return Kind(read, "true or false")


def text(allowed: str = "a text", *, empty: bool = False) -> Kind[str]:
    """Return the kind of printable texts."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or not value.isprintable() or not (value or empty):
            raise ValueError
        return value

    return Kind(read, allowed)


def choice(*choices: str) -> Kind[str]:
    """Return the kind of exactly these texts."""

    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError
        return str(value)

    return Kind(read, "one of " + ", ".join(choices))


def _any_text(text: str) -> bool:
    return bool(text)


def texts(allowed: str, fits: Callable[[str], bool] = _any_text) -> Kind[tuple[str, ...]]:
    """Return the kind of lists of texts, each of which `fits`."""

    def read(value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(entry, str) and fits(entry) for entry in value):
            raise ValueError
        return tuple(value)

    return Kind(read, allowed)


def table(values: Kind[T_co], allowed: str) -> Kind[Mapping[str, T_co]]:
    """Return the kind of tables whose values are all of one kind."""

    def read(value: Any) -> Mapping[str, T_co]:
        if not isinstance(value, dict) or not all(name and name.isprintable() for name in value):
            raise ValueError
        return {name: values.read(entry) for name, entry in value.items()}

    return Kind(read, allowed)


def pair() -> Kind[tuple[float, float]]:
    """Return the kind of points [x, z]."""
    coordinate = number(-math.inf)

    def read(value: Any) -> tuple[float, float]:
        if not isinstance(value, list) or len(value) != 2:
            raise ValueError
        return coordinate.read(value[0]), coordinate.read(value[1])

    return Kind(read, "a point [x, z]")
