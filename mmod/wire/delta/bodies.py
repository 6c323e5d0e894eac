"""The loop behind `mmod.wire.delta.encoder`: for each viewer, the bytes of a whole state.

It is here in NumPy, and compiled in `mmod.wire.delta._bodies`, where that can be built: the same bytes sooner.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mmod.wire.delta.layout import SHORT, WHOLE
from mmod.wire.delta.varint import varints

Ints = NDArray[np.int64]


def states(
    heads: Ints,
    crowds: Sequence[bytes],
    offsets: Ints,
    seen: Ints,
    stayed: NDArray[np.bool_],
    codes: NDArray[np.uint8],
    short: NDArray[np.int16],
    whole: NDArray[np.float64],
    tails: Sequence[bytes],
) -> list[bytes]:
    """Return the state of each viewer.

    It is made of the numbers of its head, of shape (viewers, 4), as varints; the bytes of who came and went; what is
    said about those who stayed; and its own parts.

    Viewer `i` sees the entities `seen[offsets[i]:offsets[i + 1]]`, of which those count that `stayed`.  About each
    there is a code, and where that asks for one a record of shape (4,), `short` or `whole`, behind all codes.
    """
    told = seen[stayed]
    of_told = codes[told]
    starts = np.searchsorted(np.flatnonzero(stayed), offsets)
    parts = [varints(heads), crowds, _cut(of_told, starts)]
    for code, records in ((SHORT, short), (WHOLE, whole)):
        asked = np.flatnonzero(of_told == code)
        if asked.size:
            parts.append(_cut(records[told[asked]], np.searchsorted(asked, starts)))
    return list(map(b"".join, zip(*parts, tails, strict=True)))


def _cut(records: NDArray[Any], starts: Ints) -> list[bytes]:
    """Return the bytes of the records between each start and the next."""
    content, size = records.tobytes(), records[:1].nbytes
    return [content[first:last] for first, last in pairwise((starts * size).tolist())]
