"""Shows joined clients a frame: interest once for all of them, each entity encoded once for each dialect, then a join
of fragments per client.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import attrgetter

import numpy as np
from twisted.internet.interfaces import IReactorTime

from mmod.metrics.instruments import Instruments
from mmod.shard.viewer import Viewer
from mmod.wire.delta.encoder import DeltaEncoder
from mmod.wire.delta.sight import Sight
from mmod.wire.snapshot import SnapshotEncoder
from mmod.world.frame import Frame
from mmod.world.interest import Interest, Views
from mmod.world.phases import Phases

#: States that are made before they are sent: with fifty entities in sight they and the fragments they are joined from
#: fit into a processor's second-level cache, and their memory serves the next ones.
MADE_AT_ONCE = 32


class Broadcast:
    """Sends states; `radius` (m) is how far a player sees."""

    def __init__(
        self, radius: float, tick_hz: int, clock: IReactorTime, instruments: Instruments, phases: Phases
    ) -> None:
        self._interest = Interest(radius)
        self._json = SnapshotEncoder()
        self._delta = DeltaEncoder(tick_hz)
        self._tick_hz = tick_hz
        self._clock = clock
        self._instruments = instruments
        self._phases = phases

    def show(self, frame: Frame, viewers: Sequence[Viewer]) -> None:
        """Send each viewer that keeps up its view of the frame."""
        keeping_up = [viewer for viewer in viewers if viewer.outbox.full_since is None]
        self._instruments.snapshots_dropped.inc(len(viewers) - len(keeping_up))
        if not keeping_up:
            return
        watching = _ordered(keeping_up)
        rows = np.array([frame.rows[viewer.player_id] for viewer in watching], dtype=np.int64)
        views = self._interest.sightings(frame, rows)
        self._phases.mark("interest")
        sizes = self._send(watching, self._states(frame, views, watching))
        self._instruments.snapshots.inc(len(sizes))
        self._instruments.snapshot_bytes.observe(sizes)
        self._instruments.entities_in_sight.observe(np.diff(views.offsets))

    def _send(self, watching: Iterable[Viewer], states: Iterator[tuple[bytes, Sight]]) -> list[int]:
        """Send each viewer its state, made a few at a time, and return how long they are."""
        waiting, sizes = iter(watching), list[int]()
        while made := list(islice(states, MADE_AT_ONCE)):
            self._phases.mark("encode")
            now = self._clock.seconds()
            for (payload, sight), viewer in zip(made, waiting, strict=False):
                viewer.sight = sight
                viewer.send_state(payload, now)
            sizes += [len(payload) for payload, _ in made]
            self._phases.mark("send")
        return sizes

    def _states(self, frame: Frame, views: Views, watching: Sequence[Viewer]) -> Iterator[tuple[bytes, Sight]]:
        """Yield the state of each viewer, and what it has in sight once it was sent that; JSON stands first."""
        now = frame.tick / self._tick_hz
        parts = [viewer.due_parts(now) if viewer.owed else () for viewer in watching]
        sights = [viewer.sight for viewer in watching]
        text = [viewer.binary for viewer in watching].count(False)
        if text > 0:
            yield from zip(self._json.states(frame, views.part(0, text), parts[:text]), sights, strict=False)
        if text < len(watching):
            yield from self._delta.states(frame, views.part(text, len(watching)), sights[text:], parts[text:])


def _ordered(viewers: Sequence[Viewer]) -> list[Viewer]:
    """Return those who are sent text first, then those who are sent differences, by the scene they were sent last."""
    binary = sorted([viewer for viewer in viewers if viewer.binary], key=attrgetter("sight.scene"))
    return [viewer for viewer in viewers if not viewer.binary] + binary
