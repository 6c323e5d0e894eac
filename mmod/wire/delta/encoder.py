"""From a frame to binary states, for all viewers of a snapshot at once.

A WebSocket keeps the order and loses nothing, so what was sent to a client is what it has.  Each viewer's `Sight` says
what that was, however many snapshots it skipped since; viewers that were sent the same scene share the bytes of every
entity that they both see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, repeat

import numpy as np
from numpy.typing import NDArray

from mmod.speedups import COMPILED
from mmod.wire.delta.crowd import Labels, Newcomers, crowd_bytes
from mmod.wire.delta.layout import CROWD_CHANGED, PART_FLAGS
from mmod.wire.delta.motion import corrections
from mmod.wire.delta.scene import EMPTY, Scene, scene_of
from mmod.wire.delta.sight import Comparison, Lists, Sight, compared, with_themselves
from mmod.wire.delta.varint import varint
from mmod.wire.snapshot import Part
from mmod.world.frame import Frame
from mmod.world.interest import Views

if COMPILED:
    from mmod.wire.delta._bodies import states
else:
    from mmod.wire.delta.bodies import states

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
    ) -> tuple[list[bytes], list[Sight]]:
        """Return the viewers' states, and what each has in sight once it was sent that.

        `sights` is what each viewer was last sent, `parts` what each is due of its own.  It is quickest when viewers
        that were sent the same scene stand together.
        """
        snapshot = _Snapshot(frame, views, self._labels)
        payloads = [payload for run in _runs(sights) for payload in self._run(snapshot, run, parts)]
        self._keep(snapshot.scene)
        return payloads, list(map(Sight, repeat(self._last_scene), repeat(frame.tick), snapshot.slots))

    def _run(self, snapshot: _Snapshot, run: Run, parts: Sequence[Sequence[Part]]) -> list[bytes]:
        """Return the states of viewers that were sent the same scene."""
        first, sights = run
        scene, seen = snapshot.scene, snapshot.seen.part(first, first + len(sights))
        earlier = self._scenes.get(sights[0].scene, EMPTY)
        places, known = scene.places_in(earlier)
        ticks = snapshot.frame.tick - sights[0].tick
        moved = corrections(earlier.motion[:, places], scene.motion[:, :-1], ticks, self._tick_hz)
        slots = Lists(seen.offsets, scene.slots[seen.of])
        together = slice(first, first + len(sights))
        comparison = compared([sight.slots for sight in sights], snapshot.slots[together], slots, known[seen.of])
        told = _Told(len(sights))
        told.crowds_of(comparison, map(snapshot.newcomers.record, seen.of[~comparison.stayed].tolist()))
        told.parts_of(parts[together])
        heads = snapshot.heads(together, ticks, told.flags)
        said = (moved.codes, moved.short, moved.whole)
        return states(heads, told.crowds, seen.offsets, seen.of, comparison.stayed, *said, told.tails)

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
        self._counts = np.diff(rows.offsets)
        self._acks = frame.acks[views.viewers]

    def heads(self, viewers: slice, ticks: int, flags: Ints) -> Ints:
        """Return the numbers at the heads of states, in their order."""
        acks, counts = self._acks[viewers], self._counts[viewers]
        return np.array((flags, np.full(len(flags), ticks), acks, counts)).T


class _Told:
    """What only some of the viewers are told, by their places: who came and went, and parts of their own."""

    def __init__(self, viewers: int) -> None:
        self.flags = np.zeros(viewers, np.int64)
        self.crowds = [b""] * viewers
        self.tails = [b""] * viewers

    def crowds_of(self, comparison: Comparison, records: Iterator[bytes]) -> None:
        """Tell who came and went; `records` yields those of who entered, and maybe of more after them."""
        for change in comparison.changes:
            self.crowds[change.viewer] = crowd_bytes(change, records)
            self.flags[change.viewer] |= CROWD_CHANGED

    def parts_of(self, parts: Sequence[Sequence[Part]]) -> None:
        """Tell each viewer the parts it is due."""
        for viewer, own in enumerate(parts):
            if own:
                self.tails[viewer] = b"".join([varint(len(value)) + value for _, value in own])
                self.flags[viewer] |= sum(PART_FLAGS[name] for name, _ in own)


def _runs(sights: Sequence[Sight]) -> Iterator[Run]:
    """Yield those who stand together and were sent the same scene, with the place of the first."""
    first = 0
    for _, run in groupby([sight.scene for sight in sights]):
        last = first + len(list(run))
        yield first, sights[first:last]
        first = last


def _distinct(rows: Ints, count: int) -> tuple[Ints, Ints]:
    """Return which of `count` rows occur, ascending, and the place of each in that."""
    occurs = np.zeros(count, dtype=np.bool_)
    occurs[rows] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[rows]
