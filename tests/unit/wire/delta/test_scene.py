import numpy as np

from mmod.spatial.vector import Vector
from mmod.wire.delta.scene import EMPTY, quantised, scene_of
from mmod.world.entities import Entities
from mmod.world.frame import Kind


def inhabited(*names):
    entities = Entities(256.0)
    for name in names:
        entities.add(name, name, Kind.BOT, Vector(1.0, 2.0))
    return entities


def scene(entities, *rows):
    return scene_of(entities.frame(0), np.array(rows, dtype=np.int64))


def test_positions_are_whole_centimetres_and_velocities_whole_millimetres_per_second():
    motion = quantised(np.array([[1.234, -0.005], [0.015, -0.001]]), np.array([[3.0004, -2.1213], [-0.0001, 0.0]]))
    assert motion.T.tolist() == [[123.0, 0.0, 3000.0, -2121.0], [2.0, 0.0, 0.0, 0.0]]
    assert not np.signbit(motion[motion == 0.0]).any()


def test_entities_are_found_in_an_earlier_scene_by_their_slots():
    entities = inhabited("a", "b", "c", "d")
    places, known = scene(entities, 1, 3).places_in(scene(entities, 0, 1, 3))
    assert (places.tolist(), known.tolist()) == ([1, 2], [True, True])


def test_who_was_not_in_sight_is_not_known():
    entities = inhabited("a", "b", "c", "d")
    assert scene(entities, 0, 1, 2, 3).places_in(scene(entities, 1, 2))[1].tolist() == [False, True, True, False]
    assert scene(entities, 0, 3).places_in(EMPTY)[1].tolist() == [False, False]


def test_a_new_tenant_and_a_new_name_are_not_known():
    entities = inhabited("a", "b", "c")
    earlier = scene(entities, 0, 1, 2)
    entities.remove("a")
    entities.add("x", "x", Kind.BOT, Vector(1.0, 2.0))
    entities.rename("c", "C")
    assert scene(entities, 0, 1, 2).places_in(earlier)[1].tolist() == [False, True, False]
