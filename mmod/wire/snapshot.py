"""From frames to `state` messages: each entity is encoded once a frame, whatever the number of its viewers.

An entity's fragment is its head (id), what moves (pos, vel) and its tail (kind, name); without the tail it is also the
viewer's own `player` object.  A state is a join of such fragments, which costs about a tenth of encoding them.
Fragments are kept from frame to frame: who stands still is not encoded again, and who walks straight on keeps all but
its position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, repeat

import msgspec
import numpy as np
from numpy.typing import NDArray

from mmod.world.frame import Frame, Kind
from mmod.world.interest import Views

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Decimals of every number on the wire (protocol.md, "Units").
DECIMALS = 3

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
        self._fragments = np.empty(0, object)

    def states(self, frame: Frame, views: Views, parts: Iterable[Sequence[Part]]) -> Iterator[bytes]:
        """Return the `state` of each viewer; `parts` are those that each is due.

        The entities are encoded at once, but each state is joined when it is asked for: who sends some before the next
        ones are made needs less memory, and finds it in the processor's cache.
        """
        self._encode(frame, _marked(len(frame.ids), views.viewers, views.rows))
        fragments = self._fragments[views.rows].tolist()
        cores = [
            fragment[: -len(self._tail_of[row])]
            for row, fragment in zip(views.viewers.tolist(), self._fragments[views.viewers].tolist(), strict=True)
        ]
        acks = frame.acks[views.viewers].tolist()
        return (
            _state(ack, frame.tick, core, fragments[first:last], own)
            for ack, core, (first, last), own in zip(acks, cores, pairwise(views.offsets.tolist()), parts, strict=True)
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
        self._move(wanted[changed], numbers[changed, :2])

    def _turn(self, frame: Frame, rows: Ints, velocities: Floats) -> None:
        """Encode the velocities of those in these rows: whoever walks straight on keeps its own."""
        texts = iter(_texts(velocities))
        for row, x, z in zip(rows.tolist(), texts, texts, strict=True):
            if not self._head_of[row]:
                self._head_of[row] = self._head(frame.ids[row])
                self._tail_of[row] = self._tail(frame.names[row], int(frame.kind[row]))
            self._going_of[row] = b"".join((b'},"vel":{"x":', x, b',"z":', z, self._tail_of[row]))

    def _move(self, rows: Ints, positions: Floats) -> None:
        """Join the fragments of those in these rows anew."""
        places, texts = rows.tolist(), iter(_texts(positions))
        heads, goings = map(self._head_of.__getitem__, places), map(self._going_of.__getitem__, places)
        pieces = zip(heads, texts, repeat(b',"z":'), texts, goings, strict=False)  # nothing here is Python code per row
        self._fragments[rows] = list(map(b"".join, pieces))

    def _begin_anew(self, frame: Frame) -> None:
        """Forget all fragments: somebody came, went or is called otherwise, and rows are not what they were."""
        count = len(frame.ids)
        self._ids, self._names = frame.ids, frame.names
        self._shown = np.full((count, 4), np.nan)
        self._head_of, self._tail_of, self._going_of = [b""] * count, [b""] * count, [b""] * count
        self._fragments = np.full(count, b"", object)
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


def _state(ack: int, tick: int, core: bytes, fragments: list[bytes], parts: Sequence[Part]) -> bytes:
    """Return a state; `fragments` is used up, so that one join makes all of it and nothing is copied twice."""
    head = b'{"type":"state","data":{"ack":%d,"tick":%d,"player":%b}},"entities":[' % (ack, tick, core)
    private = b"".join([b',"' + name.encode() + b'":' + value for name, value in parts]) if parts else b""
    tail = b"]" + private + b"}}"
    if not fragments:
        return head + tail
    fragments[0] = head + fragments[0]
    fragments[-1] += tail
    return b",".join(fragments)


def _texts(numbers: Floats) -> list[bytes]:
    """Return every number as JSON, row by row; one call for all takes a tenth of one call for each."""
    return _to_json(numbers.ravel().tolist())[1:-1].split(b",") if numbers.size else []


def _marked(count: int, *rows: Ints) -> Ints:
    """Return the rows below `count` that are in any of the arrays, ascending, each once.

    (`numpy.unique` sorts, which takes longer, and imports a module when it is first called: a file that a tick cannot
    open when the process is out of descriptors.)
    """
    marked = np.zeros(count, dtype=bool)
    for some in rows:
        marked[some] = True
    return np.flatnonzero(marked)
