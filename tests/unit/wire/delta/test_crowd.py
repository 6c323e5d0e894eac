import numpy as np

from mmod.spatial.vector import Vector
from mmod.wire.delta.crowd import Labels, Newcomers, crowd_bytes
from mmod.wire.delta.layout import WHOLE_MOTION
from mmod.wire.delta.scene import scene_of
from mmod.wire.delta.sight import CrowdChange
from mmod.world.entities import Entities
from mmod.world.frame import Kind


def newcomers():
    entities = Entities(256.0)
    entities.add("a", "Ann", Kind.PLAYER, Vector(1.0, -2.0))
    entities.add("b", "\xe9", Kind.BOT, Vector(0.5, 0.0))
    frame, rows = entities.frame(0), np.array([0, 1])
    return Newcomers(frame, rows, scene_of(frame, rows), Labels())


def test_a_record_is_kind_id_name_and_motion():
    assert newcomers().record(0) == b"\x00\x01a\x03Ann" + WHOLE_MOTION.pack(100, -200, 0, 0)
    assert newcomers().record(1) == b"\x01\x01b\x02\xc3\xa9" + WHOLE_MOTION.pack(50, 0, 0, 0)


def test_places_are_told_as_gaps():
    everyone = newcomers()
    records = map(everyone.record, [0, 1, 0])
    told = crowd_bytes(CrowdChange(1, [0, 1, 200], [2, 5]), records)
    assert told == b"\x03\x00\x00\xc6\x01" + b"\x02\x02" + everyone.record(0) + b"\x02" + everyone.record(1)
    assert list(records) == [everyone.record(0)]
