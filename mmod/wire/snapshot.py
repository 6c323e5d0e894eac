"""From a frame to `state` messages: each entity is encoded once a snapshot, whatever the number of its viewers.

An entity's fragment is `{` + its core (id, pos, vel) + its tail (kind, name).  The core alone is also the viewer's own
`player` object.  A state is a join of such fragments, which costs about a tenth of encoding them.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from mmod.world.frame import Frame, Kind

#: Decimals of every number on the wire (protocol.md, "Units").
DECIMALS = 3

#: A private part of a state: its name on the wire, and its value already encoded.
Part = tuple[str, bytes]

_to_json = msgspec.json.Encoder().encode


class SnapshotEncoder:
    """Encodes frames; keeps the encoded id and name of entities from one frame to the next."""

    def __init__(self) -> None:
        self._heads: dict[str, bytes] = {}
        self._tails: dict[tuple[str, int], bytes] = {}

    def encode(self, frame: Frame, wanted: NDArray[np.int64]) -> Snapshot:
        """Encode the entities in these rows of a frame (those that somebody sees, and the viewers themselves)."""
        if len(self._heads) > 2 * len(frame.ids) + 1_000:  # entities come and go; do not remember them for ever
            self._heads.clear()
            self._tails.clear()
        numbers = np.concatenate([frame.position[wanted], frame.velocity[wanted]], axis=1)
        numbers = (np.round(numbers, DECIMALS) + 0.0).tolist()
        cores: dict[int, bytes] = {}
        fragments: dict[int, bytes] = {}
        for row, (x, z, vx, vz) in zip(wanted.tolist(), numbers, strict=True):
            moving = f'"pos":{{"x":{x},"z":{z}}},"vel":{{"x":{vx},"z":{vz}}}'
            core = b"{" + self._head(frame.ids[row]) + moving.encode()
            cores[row] = core
            fragments[row] = core + self._tail(frame.names[row], int(frame.kind[row]))
        return Snapshot(frame, cores, fragments)

    def _head(self, entity_id: str) -> bytes:
        head = self._heads.get(entity_id)
        if head is None:
            head = self._heads[entity_id] = b'"id":' + _to_json(entity_id) + b","
        return head

    def _tail(self, name: str, kind: int) -> bytes:
        tail = self._tails.get((name, kind))
        if tail is None:
            encoded = b',"kind":' + _to_json(Kind(kind).wire_name) + b',"name":' + _to_json(name) + b"}"
            tail = self._tails[(name, kind)] = encoded
        return tail


class Snapshot:
    """One encoded frame, from which each viewer's state is joined."""

    def __init__(self, frame: Frame, cores: dict[int, bytes], fragments: dict[int, bytes]) -> None:
        self.frame = frame
        self._cores = cores
        self._fragments = fragments

    def state(self, viewer: int, sight: NDArray[np.int64], parts: Sequence[Part] = ()) -> bytes:
        """Return the `state` of the player in row `viewer` that sees the entities in rows `sight`."""
        fragments = self._fragments
        head = f'{{"type":"state","data":{{"ack":{self.frame.acks[viewer]},"tick":{self.frame.tick},"player":'.encode()
        pieces = [head, self._cores[viewer], b'},"entities":[']
        pieces.append(b",".join([fragments[row] for row in sight.tolist()]))
        pieces.append(b"]")
        for name, value in parts:
            pieces += (b',"', name.encode(), b'":', value)
        pieces.append(b"}}")
        return b"".join(pieces)
