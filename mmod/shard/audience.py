"""Viewers that are shown the world in the same ticks."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from mmod.shard.viewer import Viewer
from mmod.world.frame import Frame


class Audience:
    """Those who are sent text stand first, then those who are sent differences, by the scene they were sent last."""

    def __init__(self, viewers: Iterable[Viewer] = ()) -> None:
        self.viewers = sorted(viewers, key=lambda viewer: (viewer.binary, viewer.sight.scene))
        #: How many of them are sent text.
        self.texts = sum(not viewer.binary for viewer in self.viewers)
        self._ids: tuple[str, ...] = ()
        self._rows = np.zeros(0, np.int64)

    def keeping_up(self) -> Audience:
        """Return those whose clients read what they are sent: nearly always all."""
        reading = [viewer for viewer in self.viewers if viewer.outbox.full_since is None]
        return self if len(reading) == len(self.viewers) else Audience(reading)

    def rows_in(self, frame: Frame) -> NDArray[np.int64]:
        """Return the row of each viewer's player; they are looked up when somebody has come into the world or gone."""
        if frame.ids is not self._ids:
            self._ids = frame.ids
            self._rows = np.array([frame.rows[viewer.player_id] for viewer in self.viewers], np.int64)
        return self._rows
