"""How simulated players walk: pure, and the same for the same seed.

A walker is asked for the next course when the last one is over.  Where it is then is reckoned from its courses, not
read from states: a load tool has no time to decode what it is sent, and every dialect is the same to it.
"""

from __future__ import annotations

import math
from random import Random
from typing import Protocol

from attrs import define, frozen

from mmod.spatial.vector import ORIGIN, Vector
from mmod.wire.messages import WorldConfig

#: Seconds between two directions of a wanderer, like a bot's (rules.md).
TURN_MIN, TURN_MAX = 3.0, 7.0

#: Directions a wanderer tries before it goes straight back to the middle.
TRIES = 8

#: Metres from the middle in which a crowd mills about: everyone sees everyone.
CROWD_RADIUS = 10.0

#: Metres by which a runner goes on beyond what makes another cell own it.
BEYOND = 1.0

#: The shortest course in seconds: nobody presses keys faster than that for long.
SHORTEST = 0.25


@frozen
class Course:
    """A wished direction, of length at most 1, for some seconds."""

    intent: Vector
    lasts: float


STANDING = Course(ORIGIN, 1.0)


class Walker(Protocol):
    """Chooses courses."""

    def next(self, position: Vector, world: WorldConfig, chance: Random) -> Course:
        """Return where to go now."""
        ...


@frozen
class Ground:
    """Where players walk: within `spread` metres of `centre`."""

    centre: Vector
    spread: float


@frozen
class Wanderer:
    """Goes any way for some seconds, as far as it stays on its ground: players stay as evenly spread as they began."""

    ground: Ground

    def next(self, position: Vector, world: WorldConfig, chance: Random) -> Course:
        """Return a course that ends inside, or the way back."""
        for _ in range(TRIES):
            lasts = chance.uniform(TURN_MIN, TURN_MAX)
            intent = _direction(chance.uniform(0.0, math.tau))
            if math.dist(_ahead(position, intent, lasts * world.move_speed), self.ground.centre) <= self.ground.spread:
                return Course(intent, lasts)
        return towards(self.ground.centre, position, world.move_speed, TURN_MAX)


@frozen
class CrowdMember:
    """Goes to the middle of the ground like everyone else, and stays near it."""

    ground: Ground

    def next(self, position: Vector, world: WorldConfig, chance: Random) -> Course:
        """Return the way to some place near the middle."""
        intent = _direction(chance.uniform(0.0, math.tau))
        place = _ahead(self.ground.centre, intent, CROWD_RADIUS * math.sqrt(chance.random()))
        return towards(place, position, world.move_speed, TURN_MAX)


@define
class BorderRunner:
    """Runs to and fro across the border of cells that was nearest when it began, so far that each time another cell
    comes to own it.
    """

    _border: float | None = None
    _north: bool = False
    _side: int = 1

    def next(self, position: Vector, world: WorldConfig, chance: Random) -> Course:
        """Return the way to the other side."""
        if self._border is None:
            self._choose(position, world.cell_size)
        assert self._border is not None
        self._side = -self._side
        over = self._border + self._side * (2 * world.handover_hysteresis + BEYOND)
        place = Vector(position.x, over) if self._north else Vector(over, position.z)
        return towards(place, position, world.move_speed, math.inf)

    def _choose(self, position: Vector, cell_size: float) -> None:
        borders = [round(along / cell_size) * cell_size for along in position]
        self._north = abs(position.z - borders[1]) < abs(position.x - borders[0])
        self._border = borders[self._north]
        self._side = 1 if position[self._north] >= self._border else -1


def towards(place: Vector, position: Vector, speed: float, most: float) -> Course:
    """Return the straight way to a place, for at most so many seconds."""
    away = Vector(place.x - position.x, place.z - position.z)
    distance = math.hypot(*away)
    if distance == 0.0 or speed <= 0.0:
        return STANDING
    return Course(Vector(away.x / distance, away.z / distance), max(SHORTEST, min(most, distance / speed)))


def _direction(angle: float) -> Vector:
    return Vector(math.cos(angle), math.sin(angle))


def _ahead(position: Vector, intent: Vector, distance: float) -> Vector:
    return Vector(position.x + intent.x * distance, position.z + intent.z * distance)
