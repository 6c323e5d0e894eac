"""Shows joined clients a frame: interest once for all of them, each entity encoded once for each dialect, then a join
of fragments per client.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from mmod.metrics.instruments import Instruments
from mmod.shard.viewer import Viewer
from mmod.wire.delta.encoder import DeltaEncoder
from mmod.wire.delta.sight import Sight
from mmod.wire.snapshot import SnapshotEncoder
from mmod.world.frame import Frame
from mmod.world.interest import Interest, Views
from mmod.world.phases import Phases


class Broadcast:
    """Sends states; `radius` (m) is how far a player sees."""

    def __init__(self, radius: float, tick_hz: int, instruments: Instruments, phases: Phases) -> None:
        self._interest = Interest(radius)
        self._json = SnapshotEncoder()
        self._delta = DeltaEncoder(tick_hz)
        self._tick_hz = tick_hz
        self._instruments = instruments
        self._phases = phases

    def show(self, frame: Frame, viewers: Iterable[Viewer]) -> None:
        """Send each viewer that keeps up its view of the frame."""
        watching = sorted(filter(self._keeps_up, viewers), key=_by_dialect_and_scene)
        if not watching:
            return
        rows = np.array([frame.row(viewer.player_id) for viewer in watching], dtype=np.int64)
        views = self._interest.sightings(frame, rows)
        self._phases.mark("interest")
        states = self._states(frame, views, watching)
        self._phases.mark("encode")
        for viewer, (payload, sight) in zip(watching, states, strict=True):
            viewer.sight = sight
            viewer.connection.send_state(payload, viewer.binary)
        self._phases.mark("send")
        self._instruments.snapshots.inc(len(states))
        self._instruments.snapshot_bytes.observe([len(payload) for payload, _ in states])
        self._instruments.entities_in_sight.observe(np.diff(views.offsets))

    def _states(self, frame: Frame, views: Views, watching: Sequence[Viewer]) -> list[tuple[bytes, Sight]]:
        """Return the state of each viewer, and what it has in sight once it was sent that; JSON stands first."""
        now = frame.tick / self._tick_hz
        parts = [viewer.due_parts(now) for viewer in watching]
        sights = [viewer.sight for viewer in watching]
        text = len(watching) - sum(viewer.binary for viewer in watching)
        states: list[tuple[bytes, Sight]] = []
        if text > 0:
            states += zip(self._json.states(frame, views.part(0, text), parts[:text]), sights, strict=False)
        if text < len(watching):
            states += self._delta.states(frame, views.part(text, len(watching)), sights[text:], parts[text:])
        return states

    def _keeps_up(self, viewer: Viewer) -> bool:
        if viewer.connection.session.outbox.takes_snapshot():
            return True
        self._instruments.snapshots_dropped.inc()
        return False


def _by_dialect_and_scene(viewer: Viewer) -> tuple[bool, int]:
    """Put together those who speak alike and, of those who are sent differences, those who were sent the same scene."""
    return viewer.binary, viewer.sight.scene
