import math
from itertools import pairwise
from random import Random

import pytest

from mmod.spatial.vector import Vector
from mmod.swarm.walking import (
    CROWD_RADIUS,
    STANDING,
    TURN_MAX,
    TURN_MIN,
    BorderRunner,
    CrowdMember,
    Ground,
    Wanderer,
    towards,
)

HERE = Vector(40.0, -30.0)


def walked(walker, start, world, courses, seed=1):
    """Return where each of so many courses ends."""
    chance, position, places = Random(seed), start, []
    for _ in range(courses):
        course = walker.next(position, world, chance)
        assert math.hypot(*course.intent) <= 1.0 + 1e-9
        assert course.lasts > 0
        length = course.lasts * world.move_speed
        position = Vector(position.x + course.intent.x * length, position.z + course.intent.z * length)
        places.append(position)
    return places


def test_a_wanderer_stays_on_its_ground(world):
    places = walked(Wanderer(Ground(HERE, 60.0)), HERE, world, 500)
    assert max(math.dist(place, HERE) for place in places) <= 60.0
    assert len({(place.x > HERE.x, place.z > HERE.z) for place in places}) == 4


def test_a_wanderer_turns_every_few_seconds(world):
    chance, wanderer = Random(1), Wanderer(Ground(HERE, 1000.0))
    courses = [wanderer.next(HERE, world, chance) for _ in range(50)]
    assert all(TURN_MIN <= course.lasts <= TURN_MAX for course in courses)
    assert all(before.intent != after.intent for before, after in pairwise(courses))


def test_a_wanderer_far_away_comes_back(world):
    places = walked(Wanderer(Ground(HERE, 20.0)), Vector(400.0, 0.0), world, 40)
    assert math.dist(places[-1], HERE) <= 20.0


@pytest.mark.parametrize("walker", [Wanderer(Ground(HERE, 60.0)), CrowdMember(Ground(HERE, 60.0))])
def test_the_same_seed_walks_the_same_way_and_another_one_does_not(walker, world):
    assert walked(walker, HERE, world, 20, seed=7) == walked(walker, HERE, world, 20, seed=7)
    assert walked(walker, HERE, world, 20, seed=7) != walked(walker, HERE, world, 20, seed=8)


def test_a_crowd_gathers_and_goes_on_moving(world):
    places = walked(CrowdMember(Ground(HERE, 500.0)), Vector(200.0, 200.0), world, 60)[30:]
    assert max(math.dist(place, HERE) for place in places) <= CROWD_RADIUS + world.move_speed
    assert len(set(places)) > 20


@pytest.mark.parametrize("start", [Vector(250.0, 30.0), Vector(30.0, 250.0), Vector(-10.0, 90.0), Vector(0.0, 0.0)])
def test_a_runner_crosses_the_nearest_border_with_every_course_and_far_enough_to_be_handed_over(start, world):
    places = walked(BorderRunner(), start, world, 6)
    north = abs(start.z - round(start.z / 256) * 256) < abs(start.x - round(start.x / 256) * 256)
    border = round(start[north] / 256) * 256
    sides = [place[north] - border for place in places]
    assert all(before * after < 0 for before, after in pairwise(sides))
    assert min(map(abs, sides)) > 2 * world.handover_hysteresis
    assert len({place[not north] for place in places}) == 1


def test_whoever_is_there_already_or_cannot_move_stands_still():
    assert towards(HERE, HERE, 3.0, 5.0) == STANDING
    assert towards(HERE, Vector(0.0, 0.0), 0.0, 5.0) == STANDING
