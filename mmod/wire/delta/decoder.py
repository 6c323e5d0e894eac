"""The reference decoder of `mmod.v1.delta`: from binary states to the messages that the JSON dialect would have sent.

It needs the standard library only, and takes a state apart in the order of docs/protocol/delta.md.
"""

from __future__ import annotations

import json
from math import floor
from typing import Any, NamedTuple

from mmod.errors import BadDelta
from mmod.wire.delta.layout import (
    ALL_FLAGS,
    CENTRE,
    CROWD_CHANGED,
    KINDS,
    MM_PER_CM,
    PART_FLAGS,
    PER_METRE,
    PER_METRE_PER_SECOND,
    SHORT,
    SHORT_MOTION,
    WHOLE,
    WHOLE_MOTION,
)
from mmod.wire.delta.reader import Reader


class Header(NamedTuple):
    """How a state begins; those who only count need no more of it."""

    flags: int
    #: Ticks since the last state of this connection, or since the world began.
    ticks: int
    ack: int
    #: How many are in the list after this state, the player itself included.
    seen: int


def read_header(payload: bytes) -> Header:
    """Return how a state begins, or raise `BadDelta`."""
    return _header(Reader(payload))


class DeltaDecoder:
    """One connection, from its `join_ack`, which tells `tick_hz`; a new connection needs a new decoder."""

    def __init__(self, tick_hz: int) -> None:
        self._tick_hz = tick_hz
        self._tick = 0
        self._seen: list[_Seen] = []

    def decode(self, payload: bytes) -> dict[str, Any]:
        """Return a state as the JSON dialect has it.

        Raises `BadDelta` for bytes that are no state; the decoder is of no use then, nor is the connection.
        """
        read = Reader(payload)
        header = _header(read)
        self._tick += header.ticks
        self._move_on(read, header)
        parts = {name: _json(read) for name, flag in PART_FLAGS.items() if header.flags & flag}
        read.end()
        player, *others = self._seen
        entities = [other.whole() for other in others]
        data = {"ack": header.ack, "tick": self._tick, "player": player.moving(), "entities": entities}
        return {"type": "state", "data": {**data, **parts}}

    def _move_on(self, read: Reader, header: Header) -> None:
        """Bring the list up to this state."""
        entered = []
        if header.flags & CROWD_CHANGED:
            self._leave(read)
            entered = _entered(read)
        self._correct(read, header.ticks)
        for place, seen in entered:
            if place > len(self._seen):
                raise BadDelta("somebody entered behind the end of the list")
            self._seen.insert(place, seen)
        if len(self._seen) != header.seen or not self._seen:
            raise BadDelta(f"{len(self._seen)} are in the list, not {header.seen}")

    def _leave(self, read: Reader) -> None:
        places = set(_places(read, read.varint()))
        if places and max(places) >= len(self._seen):
            raise BadDelta("somebody left who was not there")
        self._seen = [seen for place, seen in enumerate(self._seen) if place not in places]

    def _correct(self, read: Reader, ticks: int) -> None:
        """Move all who stayed to where they are now."""
        codes = read.take(len(self._seen))
        coded = list(zip(self._seen, codes, strict=True))
        for seen, code in coded:
            seen.go_on(ticks, self._tick_hz)
            if code not in (SHORT, WHOLE):
                seen.correct(code)
        for seen, code in coded:
            if code == SHORT:
                seen.turn(*read.record(SHORT_MOTION))
        for seen, code in coded:
            if code == WHOLE:
                seen.x, seen.z, seen.vx, seen.vz = read.record(WHOLE_MOTION)


class _Seen:
    """One entity: cm and mm/s."""

    __slots__ = ("id", "kind", "name", "vx", "vz", "x", "z")

    def __init__(self, kind: str, entity_id: str, name: str, motion: tuple[float, ...]) -> None:
        self.kind = kind
        self.id = entity_id
        self.name = name
        self.x, self.z, self.vx, self.vz = motion

    def go_on(self, ticks: int, tick_hz: int) -> None:
        """Move to where it is expected."""
        self.x += floor(self.vx * ticks / (MM_PER_CM * tick_hz) + 0.5)
        self.z += floor(self.vz * ticks / (MM_PER_CM * tick_hz) + 0.5)

    def correct(self, code: int) -> None:
        """Move by a correction of one byte."""
        if code >> 4 == 0 or code & 0x0F == 0:
            raise BadDelta(f"{code:#04x} is no correction")
        self.x += (code >> 4) - CENTRE
        self.z += (code & 0x0F) - CENTRE

    def turn(self, dx: int, dz: int, vx: int, vz: int) -> None:
        """Move by a short motion."""
        self.x, self.z, self.vx, self.vz = self.x + dx, self.z + dz, vx, vz

    def moving(self) -> dict[str, Any]:
        """Return what a state says of the player itself."""
        return {
            "id": self.id,
            "pos": {"x": self.x / PER_METRE, "z": self.z / PER_METRE},
            "vel": {"x": self.vx / PER_METRE_PER_SECOND, "z": self.vz / PER_METRE_PER_SECOND},
        }

    def whole(self) -> dict[str, Any]:
        """Return what a state says of others."""
        return {**self.moving(), "kind": self.kind, "name": self.name}


def _header(read: Reader) -> Header:
    header = Header(read.varint(), read.varint(), read.varint(), read.varint())
    if header.flags & ~ALL_FLAGS:
        raise BadDelta(f"it has flags that mean nothing: {header.flags:#04x}")
    return header


def _entered(read: Reader) -> list[tuple[int, _Seen]]:
    """Return who entered, each with its place in the new list."""
    place, entered = -1, []
    for _ in range(read.varint()):
        place += read.varint() + 1
        kind = read.varint()
        if kind >= len(KINDS):
            raise BadDelta(f"there is no kind {kind}")
        entered.append((place, _Seen(KINDS[kind], read.text(), read.text(), read.record(WHOLE_MOTION))))
    return entered


def _places(read: Reader, count: int) -> list[int]:
    place, places = -1, []
    for _ in range(count):
        place += read.varint() + 1
        places.append(place)
    return places


def _json(read: Reader) -> Any:
    try:
        return json.loads(read.text())
    except ValueError:
        raise BadDelta("a part is not JSON") from None
