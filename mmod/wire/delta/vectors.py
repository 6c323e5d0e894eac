"""Test vectors of `mmod.v1.delta` for those who write decoders: streams that can be read, and states that cannot.

They are made by our own encoder and decoder, whose agreement with the JSON dialect the tests of both show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mmod.spatial.vector import Vector
from mmod.wire.delta.decoder import DeltaDecoder
from mmod.wire.delta.encoder import DeltaEncoder
from mmod.wire.delta.sight import NOTHING
from mmod.wire.snapshot import Part
from mmod.world.entities import Entities
from mmod.world.frame import Kind
from mmod.world.interest import Interest

TICK_HZ = 20

#: Metres the one viewer of these streams sees.
RADIUS = 100.0

#: The side of a cell (m), which no state shows.
CELL_SIZE = 256.0

#: Whose states these are.
VIEWER = "ada"

Vector2 = tuple[float, float]


class _Stream:
    """What one client is sent of a small world that is moved by hand."""

    def __init__(self) -> None:
        self.states: list[dict[str, Any]] = []
        self._entities = Entities(CELL_SIZE)
        self._encoder = DeltaEncoder(TICK_HZ)
        self._decoder = DeltaDecoder(TICK_HZ)
        self._sight = NOTHING
        self._tick = 0
        self.come(VIEWER, "Ada", Kind.PLAYER, (0.0, 0.0))

    def come(self, entity_id: str, name: str, kind: Kind, at: Vector2, velocity: Vector2 = (0.0, 0.0)) -> None:
        slot = self._entities.add(entity_id, name, kind, Vector(*at))
        self._entities.velocity[slot] = velocity

    def go(self, entity_id: str) -> None:
        self._entities.remove(entity_id)

    def rename(self, entity_id: str, name: str) -> None:
        self._entities.rename(entity_id, name)

    def put(self, entity_id: str, at: Vector2) -> None:
        self._entities.position[self._entities.slot(entity_id)] = at

    def steer(self, entity_id: str, velocity: Vector2) -> None:
        self._entities.velocity[self._entities.slot(entity_id)] = velocity

    def wait(self, ticks: int) -> None:
        self._tick += ticks
        self._entities.position += self._entities.velocity * (ticks / TICK_HZ)

    def show(self, ticks: int, ack: int = 0, parts: Sequence[Part] = ()) -> None:
        """Let ticks pass, and send a state."""
        self.wait(ticks)
        self._entities.ack[self._entities.slot(VIEWER)] = ack
        frame = self._entities.frame(self._tick)
        views = Interest(RADIUS).sightings(frame, np.array([frame.row(VIEWER)]))
        (payload,), (self._sight,) = self._encoder.states(frame, views, [self._sight], [parts])
        self.states.append({"hex": payload.hex(), "state": self._decoder.decode(payload)})


def _walk(stream: _Stream) -> None:
    stream.wait(1238)
    stream.come("bot-7", "bot-7", Kind.BOT, (4.05, -8.0), (1.5, 0.0))
    stream.show(2, ack=17)
    stream.show(2, ack=18)
    stream.steer("bot-7", (0.0, -1.5))
    stream.steer(VIEWER, (2.121, 2.121))
    stream.show(2, ack=300)


def _crowd(stream: _Stream) -> None:
    for number, name in enumerate(("ben", "cid", "dan")):
        stream.come(name, name.title(), Kind.PLAYER, (10.0 * number, 5.0), (1.0, -1.0))
    stream.show(2)
    stream.put("cid", (500.0, 0.0))
    stream.come("z\N{LATIN SMALL LETTER O WITH DIAERESIS}", "Z\N{SNOWMAN} \N{GRINNING FACE}", Kind.PLAYER, (1.0, 1.0))
    stream.show(2)
    stream.put("cid", (50.0, 0.0))
    stream.go("dan")
    stream.rename("ben", "Benjamin")
    stream.show(2)


def _new_tenant(stream: _Stream) -> None:
    stream.come("bot-1", "bot-1", Kind.BOT, (1.0, 0.0))
    stream.show(2)
    stream.go("bot-1")
    stream.come("bot-2", "bot-2", Kind.BOT, (1.0, 0.0))
    stream.show(2)
    stream.rename(VIEWER, "Ada Lovelace")
    stream.show(2)


def _rounding(stream: _Stream) -> None:
    for number, speed in enumerate((0.1, -0.1, 0.3, -0.3, 0.001, -2.999)):
        stream.come(f"bot-{number}", "b", Kind.BOT, (0.004 + number, 0.005), (speed, speed))
    for ticks in (1, 1, 1, 3, 200, 1):
        stream.show(ticks)


def _far(stream: _Stream) -> None:
    stream.wait(2**31)
    stream.put(VIEWER, (-100_000.0, 99_999.995))
    stream.come("bot-1", "b", Kind.BOT, (-99_900.01, 100_000.0), (32.767, -32.768))
    stream.come("bot-2", "b", Kind.BOT, (-99_950.0, 100_000.0), (0.0, 0.0))
    stream.show(0, ack=2**53 - 1)
    stream.steer("bot-1", (-32.768, 0.0))
    stream.put("bot-2", (-99_999.0, 99_999.0))
    stream.show(0)
    stream.put(VIEWER, (0.0, 0.0))
    stream.show(2)


def _belongings(stream: _Stream) -> None:
    stream.show(2, parts=[("inventory", b'{"items":[]}'), ("equipment", b'{"slots":{}}'), ("skills", b'{"melee":10}')])
    stream.show(2, parts=[("skills", b'{"melee":11}')])
    stream.show(2)


#: What happens in each stream.
STREAMS: dict[str, Callable[[_Stream], None]] = {
    "a bot walks, and both turn": _walk,
    "others enter, leave, come back, and change their names": _crowd,
    "somebody new takes the place of another": _new_tenant,
    "expected positions are rounded, also below zero and after skipped snapshots": _rounding,
    "at the bounds of a large world, and a teleport": _far,
    "inventory, equipment and skills": _belongings,
}

#: A first state in which ada stands at (0, 0), alone.
ALONE = "01020001" + "00" + "0100" + "00" + "03616461" + "03416461" + "00" * 32

#: States that make no sense after `ALONE`, by what is wrong.
FAULTS: dict[str, str] = {
    "nothing at all": "",
    "an unknown flag": "1002000188",
    "cut off in the header": "000200",
    "cut off before the corrections": "00020001",
    "cut off in a short record": "00020001" + "00" + "01000000000000",
    "a number above 2^53 - 1": "0002" + "8080808080808010" + "0188",
    "a number without an end": "0002" + "ff" * 12,
    "a correction without its first half": "0002000108",
    "a correction without its second half": "0002000180",
    "another count": "0002000288",
    "nobody is left": "01020000" + "0100" + "00",
    "somebody left who was not there": "01020001" + "0101" + "00" + "88",
    "somebody entered behind the end": "01020002" + "00" + "0102" + "00" + "0162" + "0162" + "00" * 32 + "88",
    "an unknown kind": "01020002" + "00" + "0101" + "02" + "0162" + "0162" + "00" * 32 + "88",
    "an id that is not UTF-8": "01020002" + "00" + "0101" + "00" + "01ff" + "0162" + "00" * 32 + "88",
    "skills that are not JSON": "08020001" + "88" + "017b",
    "a byte too many": "000200018800",
}


def delta_vectors() -> dict[str, Any]:
    """Return everything as a JSON value."""
    streams = []
    for name, happens in STREAMS.items():
        stream = _Stream()
        happens(stream)
        streams.append({"name": name, "states": stream.states})
    faults = [{"name": name, "after": ALONE, "hex": payload} for name, payload in FAULTS.items()]
    return {"tick_hz": TICK_HZ, "streams": streams, "faults": faults}
