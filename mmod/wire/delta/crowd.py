"""Who left and who entered the sight of a viewer, in bytes.

Nobody has a number on the wire.  Both ends keep the same list in the same order: who left is named by places in the old
list, who entered by places in the new one, each as the gap after the one before it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mmod.wire.delta.layout import WHOLE_MOTION
from mmod.wire.delta.scene import Scene
from mmod.wire.delta.sight import CrowdChange
from mmod.wire.delta.varint import varint
from mmod.world.frame import Frame


class Labels:
    """The encoded kind, id and name of entities, kept from one frame to the next."""

    def __init__(self) -> None:
        self._kept: dict[int, bytes] = {}

    def of(self, frame: Frame, row: int) -> bytes:
        """Return the label of the entity in a row."""
        serial = int(frame.serials[row])
        label = self._kept.get(serial)
        if label is None:
            if len(self._kept) > 2 * len(frame.ids) + 1_000:  # entities come and go; do not remember them for ever
                self._kept.clear()
            label = self._kept[serial] = varint(int(frame.kind[row])) + _text(frame.ids[row]) + _text(frame.names[row])
        return label


class Newcomers:
    """Everything about those who enter the sight of somebody in one snapshot, each encoded once."""

    def __init__(self, frame: Frame, rows: NDArray[np.int64], scene: Scene, labels: Labels) -> None:
        self._frame = frame
        self._rows = rows
        self._scene = scene
        self._labels = labels
        self._ready: dict[int, bytes] = {}

    def record(self, column: int) -> bytes:
        """Return the record of the entity in a column of the scene."""
        record = self._ready.get(column)
        if record is None:
            motion = WHOLE_MOTION.pack(*self._scene.motion[:, column].tolist())
            record = self._ready[column] = self._labels.of(self._frame, int(self._rows[column])) + motion
        return record


def crowd_bytes(change: CrowdChange, records: Iterator[bytes]) -> bytes:
    """Return a change in bytes; `records` yields those of who entered, and maybe of more after them."""
    pieces, next_place = [varint(len(change.left))], 0
    for place in change.left:
        pieces.append(varint(place - next_place))
        next_place = place + 1
    pieces.append(varint(len(change.entered)))
    next_place = 0
    for place in change.entered:
        pieces += (varint(place - next_place), next(records))
        next_place = place + 1
    return b"".join(pieces)


def _text(text: str) -> bytes:
    encoded = text.encode()
    return varint(len(encoded)) + encoded
