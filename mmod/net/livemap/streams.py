"""All streams of the live map, and their pace.  While there are none, nothing is done."""

from __future__ import annotations

from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall, deferLater
from twisted.logger import Logger
from twisted.web.server import Request

from mmod.errors import Unavailable
from mmod.metrics.instruments import Instruments
from mmod.net.livemap.lens import Lens, Region, present_in
from mmod.net.livemap.picture import World
from mmod.net.livemap.pulse import Pulse
from mmod.net.livemap.stream import Stream
from mmod.shard.shard import Shard

#: Open at once: operators are few, and so many still cost less than a tick in each second.
MOST_STREAMS = 16

#: Pictures a second: enough for a map to glide between them.
PACE = 4.0


class Streams:
    """Shows every reader the newest frame of a shard, `PACE` times a second."""

    log = Logger()

    def __init__(self, shard: Shard, clock: IReactorTime, instruments: Instruments) -> None:
        self._shard = shard
        self._clock = clock
        self._instruments = instruments
        self._open: list[Stream] = []
        self._stopped = False
        self._pulse = Pulse(shard, instruments)
        self._loop = LoopingCall(self._turn)
        self._loop.clock = clock

    def open(self, request: Request, region: Region | None) -> None:
        """Begin a stream with a whole picture; raises `Unavailable` when there are too many, or at the end."""
        if self._stopped:
            raise Unavailable("the server is stopping")
        if len(self._open) >= MOST_STREAMS:
            raise Unavailable(f"there are {MOST_STREAMS} streams already")
        if not self._open:
            self._pulse = Pulse(self._shard, self._instruments)
        stream = Stream(request, Lens(region, self._world()), self._clock.seconds, self._ended)
        self._open.append(stream)
        self._instruments.map_streams.inc()
        stream.begin()
        if not self._loop.running:
            self._loop.start(1 / PACE, now=False)
        self._show_fenced([stream])

    @property
    def count(self) -> int:
        """How many streams are open."""
        return len(self._open)

    async def stop(self) -> None:
        """End every stream, and leave it a turn of the reactor to be told."""
        self._stopped = True
        for stream in list(self._open):
            stream.end("stopping")
        await deferLater(self._clock, 0)

    def _world(self) -> World:
        world = self._shard.world
        return World(world.tick_hz, world.cell_size, world.aoi_radius, world.bounds)

    def _ended(self, stream: Stream) -> None:
        self._open.remove(stream)
        self._instruments.map_streams.dec()
        if not self._open and self._loop.running:
            self._loop.stop()

    def _turn(self) -> None:
        for stream in [stream for stream in self._open if stream.stalled]:
            stream.drop()
        self._show_fenced(list(filter(self._keeps_up, self._open)))

    def _show_fenced(self, streams: list[Stream]) -> None:
        try:
            self._show(streams)
        except Exception:  # a LoopingCall stops for ever after one exception
            self.log.failure("a picture of the live map failed; the next one follows")

    def _show(self, streams: list[Stream]) -> None:
        if streams:
            frame, vitals = self._shard.frame, self._pulse.take()
            present = present_in(frame)
            for stream in streams:
                stream.show(stream.lens.picture(frame, present, vitals))

    def _keeps_up(self, stream: Stream) -> bool:
        if not stream.keeps_up:
            self._instruments.map_events_skipped.inc()
        return stream.keeps_up
