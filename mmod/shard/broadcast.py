"""Shows every joined client a frame: interest once, encoding once, then a join of fragments per client."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from mmod.metrics.instruments import Instruments
from mmod.shard.viewer import Viewer
from mmod.wire.snapshot import SnapshotEncoder
from mmod.world.frame import Frame
from mmod.world.interest import Interest


class Broadcast:
    """Sends states; `radius` (m) is how far a player sees."""

    def __init__(self, radius: float, tick_hz: int, instruments: Instruments) -> None:
        self._interest = Interest(radius)
        self._encoder = SnapshotEncoder()
        self._tick_hz = tick_hz
        self._instruments = instruments

    def show(self, frame: Frame, viewers: Iterable[Viewer]) -> None:
        """Send each viewer that keeps up its view of the frame."""
        watching = [viewer for viewer in viewers if self._keeps_up(viewer)]
        if not watching:
            return
        rows = np.array([frame.row(viewer.player_id) for viewer in watching], dtype=np.int64)
        views = self._interest.sightings(frame, rows)
        snapshot = self._encoder.encode(frame, _marked(len(frame.ids), rows, views.rows))
        now = frame.tick / self._tick_hz
        for number, viewer in enumerate(watching):
            seen = views.of(number)
            payload = snapshot.state(int(rows[number]), seen, viewer.due_parts(now))
            viewer.connection.send(payload)
            self._instruments.snapshot_bytes.observe(len(payload))
            self._instruments.entities_in_sight.observe(len(seen))
        self._instruments.snapshots.inc(len(watching))

    def _keeps_up(self, viewer: Viewer) -> bool:
        if viewer.connection.session.outbox.takes_snapshot():
            return True
        self._instruments.snapshots_dropped.inc()
        return False


def _marked(count: int, *rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows below `count` that are in any of the arrays, ascending, each once.

    (`numpy.unique` sorts, which takes longer, and imports a module when it is first called: a file that a tick cannot
    open when the process is out of descriptors.)
    """
    marked = np.zeros(count, dtype=bool)
    for some in rows:
        marked[some] = True
    return np.flatnonzero(marked)
