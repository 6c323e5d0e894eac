"""From a frame to binary states, for all viewers of a snapshot at once.

A WebSocket keeps the order and loses nothing, so what was sent to a client is what it has.  Each viewer's `Sight` says
what that was, however many snapshots it skipped since; viewers that were sent the same scene share the bytes of every
entity that they both see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from mmod.wire.delta.crowd import Labels, Newcomers, crowd_bytes
from mmod.wire.delta.layout import CROWD_CHANGED, PART_FLAGS
from mmod.wire.delta.motion import corrections
from mmod.wire.delta.scene import EMPTY, Scene, scene_of
from mmod.wire.delta.sight import Lists, Sight, compared, with_themselves
from mmod.wire.delta.varint import varint, varints
from mmod.wire.snapshot import Part
from mmod.world.frame import Frame
from mmod.world.interest import Views

Ints = NDArray[np.int64]
Run = tuple[int, Sequence[Sight]]

#: Scenes that are kept to take differences to.  At 20 encodings a second these are the last 1.6 s; whoever has not read
#: for longer is told everything anew.  (A thousand entities in sight take 50 KB a scene.)
SCENES_KEPT = 32


class DeltaEncoder:
    """Encodes frames of a world of `tick_hz` ticks a second."""

    def __init__(self, tick_hz: int) -> None:
        self._tick_hz = tick_hz
        self._labels = Labels()
        self._scenes: dict[int, Scene] = {}
        self._last_scene = 0

    def states(
        self, frame: Frame, views: Views, sights: Sequence[Sight], parts: Sequence[Sequence[Part]]
    ) -> list[tuple[bytes, Sight]]:
        """Return each viewer's state, and what it has in sight once it was sent that.

        `sights` is what each viewer was last sent, `parts` what each is due of its own.  It is quickest when viewers
        that were sent the same scene stand together.
        """
        snapshot = _Snapshot(frame, views, self._labels)
        bodies = [body for run in _runs(sights) for body in self._bodies(snapshot, run)]
        self._keep(snapshot.scene)
        flags = [_flags(crowd, own) for (crowd, _), own in zip(bodies, parts, strict=True)]
        ticks = [frame.tick - sight.tick for sight in sights]
        heads = varints(np.array((flags, ticks, frame.acks[views.viewers], snapshot.counts)).T)
        return [
            (head + crowd + motions + _tail(own), Sight(self._last_scene, frame.tick, slots))
            for head, (crowd, motions), own, slots in zip(heads, bodies, parts, snapshot.slots, strict=True)
        ]

    def _bodies(self, snapshot: _Snapshot, run: Run) -> list[tuple[bytes, bytes]]:
        """Return for each viewer who came and went, and how those who stayed have moved."""
        first, sights = run
        scene, seen = snapshot.scene, snapshot.seen.part(first, first + len(sights))
        earlier = self._scenes.get(sights[0].scene, EMPTY)
        places, known = scene.places_in(earlier)
        ticks = snapshot.frame.tick - sights[0].tick
        moved = corrections(earlier.motion[:, places], scene.motion[:, :-1], ticks, self._tick_hz)
        slots = Lists(seen.offsets, scene.slots[seen.of])
        sent, now = [sight.slots for sight in sights], snapshot.slots[first : first + len(sights)]
        comparison = compared(sent, now, slots, known[seen.of])
        records = map(snapshot.newcomers.record, seen.of[~comparison.stayed].tolist())
        crowds = [b""] * len(sights)
        for change in comparison.changes:
            crowds[change.viewer] = crowd_bytes(change, records)
        return list(zip(crowds, moved.split(seen, comparison.stayed), strict=True))

    def _keep(self, scene: Scene) -> None:
        self._last_scene += 1
        self._scenes[self._last_scene] = scene
        self._scenes.pop(self._last_scene - SCENES_KEPT, None)


class _Snapshot:
    """A frame as its viewers see it: who is in sight at all, and of whom."""

    def __init__(self, frame: Frame, views: Views, labels: Labels) -> None:
        rows = with_themselves(views)
        in_sight, places = _distinct(rows.of, len(frame.ids))
        self.frame = frame
        self.scene = scene_of(frame, in_sight)
        self.newcomers = Newcomers(frame, in_sight, self.scene, labels)
        #: What each viewer sees, as columns of the scene.
        self.seen = Lists(rows.offsets, places)
        self.slots = Lists(rows.offsets, frame.slots[rows.of]).split()
        self.counts = np.diff(rows.offsets)


def _runs(sights: Sequence[Sight]) -> Iterator[Run]:
    """Yield those who stand together and were sent the same scene, with the place of the first."""
    first = 0
    for _, run in groupby(sights, lambda sight: sight.scene):
        together = list(run)
        yield first, together
        first += len(together)


def _distinct(rows: Ints, count: int) -> tuple[Ints, Ints]:
    """Return which of `count` rows occur, ascending, and the place of each in that."""
    occurs = np.zeros(count, dtype=np.bool_)
    occurs[rows] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[rows]


def _flags(crowd: bytes, parts: Sequence[Part]) -> int:
    flags = CROWD_CHANGED if crowd else 0
    return flags | sum([PART_FLAGS[name] for name, _ in parts]) if parts else flags


def _tail(parts: Sequence[Part]) -> bytes:
    return b"".join([varint(len(value)) + value for _, value in parts]) if parts else b""
