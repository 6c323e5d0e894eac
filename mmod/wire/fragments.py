"""The two loops behind `mmod.wire.snapshot`: fragments of entities, and states joined from them.

They are here in Python, and compiled in `mmod.wire._fragments`, where that can be built: the same bytes sooner.
"""

from __future__ import annotations

from itertools import pairwise, repeat

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

number_text = msgspec.json.Encoder().encode


def move(fragments: list[bytes], heads: list[bytes], goings: list[bytes], rows: Ints, positions: Floats) -> None:
    """Join the fragments in these rows anew: the head of each, where it is now, and what follows its position.

    `positions` (m, shape (n, 2)) are rounded to three decimals and have no negative zero.
    """
    places, texts = rows.tolist(), iter(number_texts(positions))
    pieces = zip(
        map(heads.__getitem__, places), texts, repeat(b',"z":'), texts, map(goings.__getitem__, places), strict=False
    )
    for row, fragment in zip(places, map(b"".join, pieces), strict=True):
        fragments[row] = fragment


def states(
    tick: int,
    acks: Ints,
    viewers: Ints,
    offsets: Ints,
    rows: Ints,
    fragments: list[bytes],
    tails: list[bytes],
    privates: list[bytes],
) -> list[bytes]:
    """Return the `state` of each viewer at a tick.

    Viewer `i` stands in row `viewers[i]`, sees `rows[offsets[i]:offsets[i + 1]]`, and is told `acks[i]` and what is in
    `privates[i]`.  Its own fragment is shown without the tail of its row.
    """
    return [
        _state(tick, ack, fragments[row][: -len(tails[row])], [fragments[seen] for seen in sight], private)
        for ack, row, sight, private in zip(
            acks.tolist(),
            viewers.tolist(),
            (rows[first:last].tolist() for first, last in pairwise(offsets.tolist())),
            privates,
            strict=True,
        )
    ]


def _state(tick: int, ack: int, core: bytes, sight: list[bytes], private: bytes) -> bytes:
    """Return a state; `sight` is used up, so that one join makes all of it and nothing is copied twice."""
    head = b'{"type":"state","data":{"ack":%d,"tick":%d,"player":%b}},"entities":[' % (ack, tick, core)
    tail = b"]" + private + b"}}"
    if not sight:
        return head + tail
    sight[0] = head + sight[0]
    sight[-1] += tail
    return b",".join(sight)


def number_texts(numbers: Floats) -> list[bytes]:
    """Return every number as JSON, row by row; one call for all takes a tenth of one call for each."""
    return number_text(numbers.ravel().tolist())[1:-1].split(b",") if numbers.size else []
