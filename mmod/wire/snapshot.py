"""From frames to `state` messages: each entity is encoded once a frame, whatever the number of its viewers.

An entity's fragment is its head (id), what moves (pos, vel) and its tail (kind, name); without the tail it is also the
viewer's own `player` object.  A state is a join of such fragments, which costs about a tenth of encoding them.
Fragments are kept from frame to frame: who stands still is not encoded again, and who walks straight on keeps all but
its position.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from mmod.speedups import COMPILED
from mmod.wire.fragments import number_texts
from mmod.world.frame import Frame, Kind
from mmod.world.interest import Views

if COMPILED:
    from mmod.wire._fragments import move, states
else:
    from mmod.wire.fragments import move, states

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Decimals of every number on the wire (protocol.md, "Units").
DECIMALS = 3

#: States that are joined before they are asked for: with fifty entities in sight they and the fragments they are joined
#: from fit into a processor's second-level cache, and their memory serves the next ones.
MADE_AT_ONCE = 32

#: A private part of a state: its name on the wire, and its value already encoded.
Part = tuple[str, bytes]

_to_json = msgspec.json.Encoder().encode


class SnapshotEncoder:
    """Encodes frames of one world."""

    def __init__(self) -> None:
        self._heads: dict[str, bytes] = {}
        self._tails: dict[tuple[str, int], bytes] = {}
        self._ids: Sequence[str] = ()
        self._names: Sequence[str] = ()
        self._shown: Floats = np.empty((0, 4))
        #: Of each row its head and tail (empty until it is seen), and what follows its position: velocity and tail.
        self._head_of: list[bytes] = []
        self._tail_of: list[bytes] = []
        self._going_of: list[bytes] = []
        self._fragments: list[bytes] = []

    def states(self, frame: Frame, views: Views, parts: Sequence[Sequence[Part]]) -> Iterator[bytes]:
        """Return the `state` of each viewer; `parts` are those that each is due.

        The entities are encoded at once, but states are joined `MADE_AT_ONCE` at a time, when they are asked for.
        """
        self._encode(frame, _marked(len(frame.ids), views.viewers, views.rows))
        return self._joined(frame, views, parts)

    def _joined(self, frame: Frame, views: Views, parts: Sequence[Sequence[Part]]) -> Iterator[bytes]:
        for first in range(0, len(views.viewers), MADE_AT_ONCE):
            some = views.part(first, min(first + MADE_AT_ONCE, len(views.viewers)))
            privates = [_private(own) for own in parts[first : first + MADE_AT_ONCE]]
            acks = frame.acks[some.viewers]
            yield from states(
                frame.tick, acks, some.viewers, some.offsets, some.rows, self._fragments, self._tail_of, privates
            )

    def _encode(self, frame: Frame, wanted: Ints) -> None:
        """Encode the entities in these rows that are not shown already as they are."""
        if frame.ids is not self._ids or frame.names is not self._names:
            self._begin_anew(frame)
        numbers = np.concatenate([frame.position[wanted], frame.velocity[wanted]], axis=1)
        numbers = np.round(numbers, DECIMALS) + 0.0  # which takes the sign off a zero
        differs = numbers != self._shown[wanted]
        changed, turned = differs.any(axis=1), differs[:, 2:].any(axis=1)
        self._shown[wanted] = numbers
        self._turn(frame, wanted[turned], numbers[turned, 2:])
        move(self._fragments, self._head_of, self._going_of, wanted[changed], numbers[changed, :2])

    def _turn(self, frame: Frame, rows: Ints, velocities: Floats) -> None:
        """Encode the velocities of those in these rows: whoever walks straight on keeps its own."""
        texts = iter(number_texts(velocities))
        for row, x, z in zip(rows.tolist(), texts, texts, strict=True):
            if not self._head_of[row]:
                self._head_of[row] = self._head(frame.ids[row])
                self._tail_of[row] = self._tail(frame.names[row], int(frame.kind[row]))
            self._going_of[row] = b"".join((b'},"vel":{"x":', x, b',"z":', z, self._tail_of[row]))

    def _begin_anew(self, frame: Frame) -> None:
        """Forget all fragments: somebody came, went or is called otherwise, and rows are not what they were."""
        count = len(frame.ids)
        self._ids, self._names = frame.ids, frame.names
        self._shown = np.full((count, 4), np.nan)
        self._head_of, self._tail_of, self._going_of = [b""] * count, [b""] * count, [b""] * count
        self._fragments = [b""] * count
        if len(self._heads) > 2 * count + 1_000:  # entities come and go; do not remember them for ever
            self._heads.clear()
            self._tails.clear()

    def _head(self, entity_id: str) -> bytes:
        head = self._heads.get(entity_id)
        if head is None:
            head = self._heads[entity_id] = b'{"id":' + _to_json(entity_id) + b',"pos":{"x":'
        return head

    def _tail(self, name: str, kind: int) -> bytes:
        tail = self._tails.get((name, kind))
        if tail is None:
            encoded = b'},"kind":' + _to_json(Kind(kind).wire_name) + b',"name":' + _to_json(name) + b"}"
            tail = self._tails[(name, kind)] = encoded
        return tail


def _private(parts: Sequence[Part]) -> bytes:
    return b"".join([b',"' + name.encode() + b'":' + value for name, value in parts]) if parts else b""


def _marked(count: int, *rows: Ints) -> Ints:
    """Return the rows below `count` that are in any of the arrays, ascending, each once.

    (`numpy.unique` sorts, which takes longer, and imports a module when it is first called: a file that a tick cannot
    open when the process is out of descriptors.)
    """
    marked = np.zeros(count, dtype=bool)
    for some in rows:
        marked[some] = True
    return np.flatnonzero(marked)
