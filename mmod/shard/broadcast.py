"""Shows joined clients a frame: interest once for all of them, each entity encoded once, then a join of fragments per
client.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from mmod.metrics.instruments import Instruments
from mmod.shard.viewer import Viewer
from mmod.wire.snapshot import SnapshotEncoder
from mmod.world.frame import Frame
from mmod.world.interest import Interest
from mmod.world.phases import Phases


class Broadcast:
    """Sends states; `radius` (m) is how far a player sees."""

    def __init__(self, radius: float, tick_hz: int, instruments: Instruments, phases: Phases) -> None:
        self._interest = Interest(radius)
        self._encoder = SnapshotEncoder()
        self._tick_hz = tick_hz
        self._instruments = instruments
        self._phases = phases

    def show(self, frame: Frame, viewers: Iterable[Viewer]) -> None:
        """Send each viewer that keeps up its view of the frame."""
        watching = [viewer for viewer in viewers if self._keeps_up(viewer)]
        if not watching:
            return
        rows = np.array([frame.row(viewer.player_id) for viewer in watching], dtype=np.int64)
        views = self._interest.sightings(frame, rows)
        self._phases.mark("interest")
        now = frame.tick / self._tick_hz
        states = self._encoder.states(frame, views, [viewer.due_parts(now) for viewer in watching])
        self._phases.mark("encode")
        for viewer, state in zip(watching, states, strict=True):
            viewer.connection.send(state)
        self._phases.mark("send")
        self._instruments.snapshots.inc(len(states))
        self._instruments.snapshot_bytes.observe([len(state) for state in states])
        self._instruments.entities_in_sight.observe(np.diff(views.offsets))

    def _keeps_up(self, viewer: Viewer) -> bool:
        if viewer.connection.session.outbox.takes_snapshot():
            return True
        self._instruments.snapshots_dropped.inc()
        return False
