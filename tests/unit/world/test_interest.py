import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmod.spatial.vector import Vector
from mmod.world.entities import Entities
from mmod.world.frame import Kind
from mmod.world.interest import Interest

coordinates = st.integers(-20, 20).map(lambda number: 16.0 * number)
crowds = st.lists(st.tuples(coordinates, coordinates, st.sampled_from(Kind)), max_size=30)


def pictured(crowd):
    entities = Entities(256.0)
    for number, (x, z, kind) in enumerate(crowd):
        entities.add(f"e{number}", "", kind, Vector(x, z))
    return entities.frame(0)


@given(crowds)
@settings(deadline=None)
def test_every_player_sees_all_within_the_radius_but_itself(crowd):
    views = Interest(128.0).sightings(pictured(crowd))
    players = [row for row, (_, _, kind) in enumerate(crowd) if kind == Kind.PLAYER]
    assert views.viewers.tolist() == players
    for number, viewer in enumerate(players):
        near = [row for row, other in enumerate(crowd) if math.dist(other[:2], crowd[viewer][:2]) <= 128.0]
        assert views.of(number).tolist() == [row for row in near if row != viewer]


def test_the_viewers_can_be_chosen():
    frame = pictured([(0.0, 0.0, Kind.PLAYER), (1.0, 0.0, Kind.BOT), (2.0, 0.0, Kind.PLAYER)])
    views = Interest(1.5).sightings(frame, np.array([2, 0]))
    assert views.viewers.tolist() == [2, 0]
    assert [views.of(number).tolist() for number in range(2)] == [[1], [1]]


def test_a_part_of_views_is_views_of_those_viewers():
    frame = pictured([(float(number), 0.0, Kind.PLAYER) for number in range(5)])
    whole = Interest(1.5).sightings(frame)
    part = whole.part(1, 4)
    assert part.viewers.tolist() == [1, 2, 3]
    assert [part.of(number).tolist() for number in range(3)] == [whole.of(number).tolist() for number in (1, 2, 3)]
    assert part.offsets[0] == 0


@pytest.mark.parametrize(("distance", "seen"), [(128.0, True), (128.0 + 0.9e-9, True), (128.0 + 1.1e-9, False)])
def test_the_radius_is_included_with_a_billionth_of_a_metre(distance, seen):
    frame = pictured([(0.0, 0.0, Kind.PLAYER), (0.0, distance, Kind.BOT)])
    assert (Interest(128.0).sightings(frame).of(0).size == 1) is seen


def test_an_empty_world_shows_nothing():
    views = Interest(128.0).sightings(pictured([]))
    assert (views.viewers.tolist(), views.offsets.tolist(), views.rows.tolist()) == ([], [0], [])
