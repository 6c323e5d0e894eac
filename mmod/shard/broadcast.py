"""Shows joined clients a frame: interest once for all of them, each entity encoded once for each dialect, then a join
of fragments per client.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
from twisted.internet.interfaces import IReactorTime

from mmod.interfaces import IStateOutlet
from mmod.metrics.instruments import Instruments
from mmod.shard.audience import Audience
from mmod.shard.viewer import Viewer
from mmod.wire.delta.encoder import DeltaEncoder
from mmod.wire.snapshot import MADE_AT_ONCE, Part, SnapshotEncoder
from mmod.world.frame import Frame
from mmod.world.interest import Interest, Views
from mmod.world.phases import Phases

#: Sends each of the outlets the state that stands at its place.
SendStates = Callable[[Sequence[IStateOutlet], Sequence[bytes]], None]


class Broadcast:
    """Sends states; `radius` (m) is how far a player sees."""

    def __init__(
        self,
        radius: float,
        tick_hz: int,
        clock: IReactorTime,
        instruments: Instruments,
        phases: Phases,
        send_states: SendStates,
    ) -> None:
        self._send_states = send_states
        self._interest = Interest(radius)
        self._json = SnapshotEncoder()
        self._delta = DeltaEncoder(tick_hz)
        self._tick_hz = tick_hz
        self._clock = clock
        self._instruments = instruments
        self._phases = phases

    def show(self, frame: Frame, audience: Audience) -> None:
        """Send each viewer that keeps up its view of the frame."""
        watching = audience.keeping_up()
        self._instruments.snapshots_dropped.inc(len(audience.viewers) - len(watching.viewers))
        if not watching.viewers:
            return
        views = self._interest.sightings(frame, watching.rows_in(frame))
        self._phases.mark("interest")
        sizes = self._show_text(frame, watching, views) + self._show_differences(frame, watching, views)
        self._instruments.snapshots.inc(len(sizes))
        self._instruments.snapshot_bytes.observe(sizes)
        self._instruments.entities_in_sight.observe(np.diff(views.offsets))

    def _show_text(self, frame: Frame, watching: Audience, views: Views) -> list[int]:
        """Send the states of those who read JSON; return how long they are."""
        viewers = watching.viewers[: watching.texts]
        if not viewers:
            return []
        states = self._json.states(frame, views.part(0, len(viewers)), self._due_parts(frame, viewers))
        return self._send(viewers, states)

    def _show_differences(self, frame: Frame, watching: Audience, views: Views) -> list[int]:
        """Send the states of those who read the binary dialect; return how long they are."""
        viewers = watching.viewers[watching.texts :]
        if not viewers:
            return []
        seen, sights = views.part(watching.texts, len(watching.viewers)), [viewer.sight for viewer in viewers]
        states, sights = self._delta.states(frame, seen, sights, self._due_parts(frame, viewers))
        for viewer, sight in zip(viewers, sights, strict=True):
            viewer.sight = sight
        return self._send(viewers, iter(states))

    def _due_parts(self, frame: Frame, viewers: Iterable[Viewer]) -> list[Sequence[Part]]:
        now = frame.tick / self._tick_hz
        return [viewer.due_parts(now) if viewer.owed else () for viewer in viewers]

    def _send(self, viewers: Iterable[Viewer], states: Iterator[bytes]) -> list[int]:
        """Send each viewer its state, made a few at a time, and return how long they are."""
        waiting, sizes = iter(viewers), list[int]()
        while payloads := list(islice(states, MADE_AT_ONCE)):
            self._phases.mark("encode")
            some = list(islice(waiting, len(payloads)))
            self._send_pings(some)
            self._send_states([viewer.outlet for viewer in some], payloads)
            sizes += map(len, payloads)
            self._phases.mark("send")
        return sizes

    def _send_pings(self, viewers: Iterable[Viewer]) -> None:
        """Send the pings that are due with the states that follow."""
        now = self._clock.seconds()
        for viewer in viewers:
            if now >= viewer.session.ping_rides:
                viewer.connection.state_follows(now)
