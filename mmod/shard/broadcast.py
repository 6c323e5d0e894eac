"""Shows every joined client a frame: interest once, encoding once for each dialect, then a payload per client."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mmod.metrics.instruments import Instruments
from mmod.shard.viewer import Viewer
from mmod.wire.delta.encoder import DeltaEncoder
from mmod.wire.snapshot import SnapshotEncoder
from mmod.world.frame import Frame
from mmod.world.interest import Interest, Views


class Broadcast:
    """Sends states; `radius` (m) is how far a player sees."""

    def __init__(self, radius: float, tick_hz: int, instruments: Instruments) -> None:
        self._interest = Interest(radius)
        self._json = SnapshotEncoder()
        self._delta = DeltaEncoder(tick_hz)
        self._tick_hz = tick_hz
        self._instruments = instruments

    def show(self, frame: Frame, viewers: Iterable[Viewer]) -> None:
        """Send each viewer that keeps up its view of the frame."""
        watching = sorted(filter(self._keeps_up, viewers), key=_by_dialect_and_scene)
        if not watching:
            return
        rows = np.array([frame.row(viewer.player_id) for viewer in watching], dtype=np.int64)
        views = self._interest.sightings(frame, rows)
        states = self._states(frame, views, watching)
        for viewer, payload, seen in zip(watching, states, np.diff(views.offsets).tolist(), strict=True):
            viewer.connection.send(payload, viewer.connection.dialect.binary)
            self._instruments.snapshot_bytes.observe(len(payload))
            self._instruments.entities_in_sight.observe(seen)
        self._instruments.snapshots.inc(len(watching))

    def _states(self, frame: Frame, views: Views, watching: Sequence[Viewer]) -> Iterator[bytes]:
        """Yield the state of each viewer; those who speak JSON stand first."""
        first_binary = sum(not viewer.connection.dialect.binary for viewer in watching)
        yield from self._json_states(frame, views.part(0, first_binary), watching[:first_binary])
        yield from self._delta_states(frame, views.part(first_binary, len(watching)), watching[first_binary:])

    def _json_states(self, frame: Frame, views: Views, watching: Sequence[Viewer]) -> Iterator[bytes]:
        snapshot = self._json.encode(frame, _marked(len(frame.ids), views.viewers, views.rows))
        for number, (row, viewer) in enumerate(zip(views.viewers.tolist(), watching, strict=True)):
            yield snapshot.state(row, views.of(number), viewer.due_parts(frame.tick / self._tick_hz))

    def _delta_states(self, frame: Frame, views: Views, watching: Sequence[Viewer]) -> Iterator[bytes]:
        if not watching:
            return
        parts = (viewer.due_parts(frame.tick / self._tick_hz) for viewer in watching)
        encoded = self._delta.encode(frame, views, [viewer.sight for viewer in watching], parts)
        for viewer, (payload, sight) in zip(watching, encoded, strict=True):
            viewer.sight = sight
            yield payload

    def _keeps_up(self, viewer: Viewer) -> bool:
        if viewer.connection.session.outbox.takes_snapshot():
            return True
        self._instruments.snapshots_dropped.inc()
        return False


def _by_dialect_and_scene(viewer: Viewer) -> tuple[bool, int]:
    """Put together those who speak alike and, of those who are sent differences, those who were sent the same scene."""
    return viewer.connection.dialect.binary, viewer.sight.scene


def _marked(count: int, *rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows below `count` that are in any of the arrays, ascending, each once.

    (`numpy.unique` sorts, which takes longer, and imports a module when it is first called: a file that a tick cannot
    open when the process is out of descriptors.)
    """
    marked = np.zeros(count, dtype=bool)
    for some in rows:
        marked[some] = True
    return np.flatnonzero(marked)
