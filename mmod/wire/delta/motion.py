"""Where entities are expected, and what has to be said about those that are elsewhere.

A client expects everything to go on as it did: position + velocity x time.  What is left to say is the rounding, one
byte for most entities, whatever their speed and however many snapshots the client has skipped.

Both ends compute in doubles, in the same order, so they expect the same to the last bit.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from mmod.wire.delta.layout import CENTRE, MM_PER_CM, REACH, SHORT, SHORT_REACH, WHOLE

Floats = NDArray[np.float64]


@frozen(eq=False)
class Corrections:
    """What is to be said about each entity, whoever is told it."""

    codes: NDArray[np.uint8]
    #: Records for those whose code asks for one, shape (n, 4).
    short: NDArray[np.int16]
    whole: Floats


def expected(motion: Floats, ticks: int, tick_hz: int) -> Floats:
    """Return the positions (cm, shape (2, n)) some ticks after motions (shape (4, n)) that have not changed."""
    return motion[:2] + np.floor(motion[2:] * float(ticks) / (MM_PER_CM * tick_hz) + 0.5)


def corrections(before: Floats, now: Floats, ticks: int, tick_hz: int) -> Corrections:
    """Say what leads from motions (shape (4, n)) to those some ticks later."""
    off = now[:2] - expected(before, ticks, tick_hz)
    steady = _within(off, REACH) & _within(now[2:] - before[2:], 0.0)
    small = _within(off, SHORT_REACH) & _within(now[2:], SHORT_REACH)
    nibbles = off + CENTRE
    codes = np.where(steady, nibbles[0] * 16 + nibbles[1], np.where(small, SHORT, WHOLE))
    short = np.where(small, np.concatenate((off, now[2:])), 0.0)
    return Corrections(codes.astype(np.uint8), short.T.astype("<i2", order="C"), now.T.astype("<f8", order="C"))


def _within(pairs: Floats, reach: float) -> NDArray[np.bool_]:
    x, z = np.abs(pairs) <= reach
    both: NDArray[np.bool_] = x & z
    return both
