"""How the daemon fares, for the live map: read from its instruments."""

from __future__ import annotations

from mmod.metrics.instruments import Instruments
from mmod.metrics.window import HistogramWindow, counted
from mmod.net.livemap.picture import Vitals
from mmod.shard.shard import Shard
from mmod.wire.views import rounded
from mmod.world.frame import Kind

MILLISECONDS = 1000.0


class Pulse:
    """Takes the vitals of a shard; each look covers the time since the one before."""

    def __init__(self, shard: Shard, instruments: Instruments) -> None:
        self._shard = shard
        self._instruments = instruments
        self._ticks = HistogramWindow(instruments.tick_duration)
        self._lateness = HistogramWindow(instruments.tick_lateness)
        self._saves = HistogramWindow(instruments.save_duration)

    def take(self) -> Vitals:
        """Return the vitals of now."""
        shard, instruments = self._shard, self._instruments
        late = self._lateness.look()
        players = int((shard.frame.kind == Kind.PLAYER).sum())
        return Vitals(
            tick_rate=rounded(shard.tick_rate()),
            tick_ms=_milliseconds(self._ticks.look().mean),
            late_ms=_milliseconds(late.mean),
            worst_late_ms=None if late.worst is None else _milliseconds(late.worst),
            ticks_dropped=counted(instruments.ticks_dropped),
            players=players,
            bots=len(shard.frame.ids) - players,
            connections=shard.connected,
            handovers=counted(instruments.handovers),
            to_save=shard.writer.dirty,
            saved=counted(instruments.saves, result="saved"),
            save_ms=_milliseconds(self._saves.look().mean),
            store_away=shard.writer.away,
        )


def _milliseconds(seconds: float) -> float:
    return rounded(seconds * MILLISECONDS)
