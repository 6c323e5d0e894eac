import math

import msgspec
import numpy as np
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mmod.wire.messages import EntityView, PlayerView, Point, State, StateData
from mmod.wire.snapshot import SnapshotEncoder
from mmod.world.frame import Frame, Kind
from mmod.world.interest import Views

_COORDINATE = st.floats(-1e6, 1e6)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


def frame_of(entities, tick=7, ids=None):
    """Build a frame of (id, name, kind, (x, z, vx, vz), ack) entries."""
    count = len(entities)
    numbers = np.array([entity[3] for entity in entities], dtype=np.float64).reshape(count, 4)
    return Frame(
        tick=tick,
        slots=np.arange(count),
        serials=np.arange(count),
        position=numbers[:, :2],
        velocity=numbers[:, 2:],
        kind=np.array([entity[2] for entity in entities], dtype=np.uint8),
        cell=np.zeros((count, 2), dtype=np.int64),
        acks=np.array([entity[4] for entity in entities], dtype=np.int64),
        ids=tuple(entity[0] for entity in entities) if ids is None else ids,
        names=tuple(entity[1] for entity in entities),
    )


def rows(*numbers):
    return np.array(numbers, dtype=np.int64)


def views_of(*sights):
    """Build the views of (viewer, rows in sight) pairs."""
    offsets = np.cumsum([0, *(len(sight) for _, sight in sights)])
    return Views(rows(*(viewer for viewer, _ in sights)), offsets, rows(*(row for _, sight in sights for row in sight)))


def state(frame, viewer, sight, parts=(), encoder=None):
    (payload,) = (encoder or SnapshotEncoder()).states(frame, views_of((viewer, sight)), [parts])
    return payload


def decoded(payload):
    return msgspec.json.decode(payload, type=State, strict=True).data


def shown(number):
    return float(np.round(number, 3)) + 0.0


_ENTITY = st.tuples(
    _TEXT,
    _TEXT,
    st.sampled_from(Kind),
    st.tuples(_COORDINATE, _COORDINATE, _COORDINATE, _COORDINATE),
    st.integers(0, 2**53 - 1),
)


@given(st.lists(_ENTITY, min_size=1, max_size=6, unique_by=lambda entity: entity[0]), st.data())
def test_a_state_is_byte_for_byte_what_msgspec_makes_of_its_description(entities, data):
    frame = frame_of(entities)
    viewer = data.draw(st.integers(0, len(entities) - 1))
    sight = data.draw(st.lists(st.sampled_from(range(len(entities))), unique=True))
    views = [
        (name_of[0], Point(shown(x), shown(z)), Point(shown(vx), shown(vz)), name_of[2].wire_name, name_of[1])
        for name_of in entities
        for x, z, vx, vz in [name_of[3]]
    ]
    described = State(
        StateData(
            ack=entities[viewer][4],
            tick=7,
            player=PlayerView(*views[viewer][:3]),
            entities=[EntityView(*views[row]) for row in sight],
        )
    )
    assert state(frame, viewer, sight) == msgspec.json.encode(described)


@pytest.mark.parametrize(
    "text",
    ['"', "\\", 'a"},{"id":"x', "\n\t\x1b[31m", "\u2028", "\u202e", "</script>", "\N{GRINNING FACE}", "é", "\x7f"],
)
def test_ids_and_names_come_back_exactly_whatever_is_in_them(text):
    frame = frame_of([(text, text, Kind.PLAYER, (0, 0, 0, 0), 0), ("b" + text, text, Kind.BOT, (0, 0, 0, 0), 0)])
    data = decoded(state(frame, 0, [1]))
    assert data.player.id == text
    assert (data.entities[0].id, data.entities[0].name, data.entities[0].kind) == ("b" + text, text, "bot")


@pytest.mark.parametrize("number", [-0.0, -1e-9, -0.00049])
def test_there_is_no_negative_zero(number):
    frame = frame_of([("a", "a", Kind.PLAYER, (number,) * 4, 0)])
    player = decoded(state(frame, 0, [])).player
    assert [math.copysign(1.0, value) for value in (*msgspec.structs.astuple(player.pos), player.vel.x)] == [1.0] * 3


def test_numbers_have_three_decimals():
    frame = frame_of([("a", "a", Kind.PLAYER, (1.23456, -1.23456, 0.1 + 0.2, 99999.9996), 0)])
    assert b'"pos":{"x":1.235,"z":-1.235},"vel":{"x":0.3,"z":100000.0}' in state(frame, 0, [])


def test_private_parts_follow_in_their_order_as_they_are():
    frame = frame_of([("a", "a", Kind.PLAYER, (0, 0, 0, 0), 3)])
    payload = state(frame, 0, [], [("inventory", b'{"i":1}'), ("skills", b'{"melee":10}')])
    assert payload.endswith(b'"entities":[],"inventory":{"i":1},"skills":{"melee":10}}}')
    assert msgspec.json.decode(payload)["data"]["ack"] == 3


def test_a_viewer_sees_entities_in_the_order_of_its_sight():
    frame = frame_of([(name, name, Kind.BOT, (0, 0, 0, 0), 0) for name in "abcd"])
    assert [entity.id for entity in decoded(state(frame, 1, [3, 0, 2])).entities] == ["d", "a", "c"]


class CountedIds(tuple):
    """Ids that count how often each is looked at."""

    def __new__(cls, ids):
        counted = super().__new__(cls, ids)
        counted.looks = []
        return counted

    def __getitem__(self, row):
        self.looks.append(row)
        return super().__getitem__(row)


def test_each_entity_is_encoded_once_however_many_see_it_and_nobody_else_is():
    entities = [(f"e{row}", "n", Kind.PLAYER, (row, 0, 0, 0), 0) for row in range(6)]
    ids = CountedIds(entity[0] for entity in entities)
    frame = frame_of(entities, ids=ids)
    states = SnapshotEncoder().states(frame, views_of(*[(viewer, (0, 1, 2, 4)) for viewer in (0, 1, 2, 4)]), [()] * 4)
    assert ids.looks == [0, 1, 2, 4]
    assert all(len(decoded(payload).entities) == 4 for payload in states)


def test_beside_who_moves_who_stands_still_is_shown_as_it_was():
    ids, names = tuple("abc"), tuple("abc")
    encoder = SnapshotEncoder()
    for x in (0.0, 1.0, 1.0004, 1.0006):
        frame = frame_of([(name, name, Kind.BOT, (0, 0, 0, 0), 0) for name in ids])
        moved = evolve(frame, ids=ids, names=names, position=np.array([[x, 0.0], [x, 0.0], [5.0, 0.0]]))
        (payload,) = encoder.states(moved, views_of((0, (1, 2))), [()])
        assert decoded(payload).player.pos.x == round(x, 3)
        assert [entity.pos.x for entity in decoded(payload).entities] == [round(x, 3), 5.0]


@given(st.lists(st.tuples(*[st.sampled_from([0.0, 1.5, -2.25])] * 4), min_size=2, max_size=6))
def test_what_is_kept_from_frame_to_frame_changes_nothing(course):
    ids, names = ("a", "b"), ("A", "B")
    encoder = SnapshotEncoder()
    for numbers in course:
        entities = [("a", "A", Kind.BOT, numbers, 0), ("b", "B", Kind.PLAYER, (0, 0, 0, 0), 0)]
        frame = evolve(frame_of(entities, ids=ids), names=names)
        assert state(frame, 0, [0, 1], encoder=encoder) == state(frame, 0, [0, 1])


def test_names_are_looked_up_once_while_nobody_comes_or_goes():
    ids, names = CountedIds("abc"), tuple("abc")
    encoder = SnapshotEncoder()
    for x in range(3):
        frame = evolve(frame_of([(name, name, Kind.BOT, (x, 0, 0, 0), 0) for name in "abc"], ids=ids), names=names)
        encoder.states(frame, views_of((0, (1, 2))), [()])
    assert ids.looks == [0, 1, 2]


def test_a_new_name_is_shown_at_once():
    encoder = SnapshotEncoder()
    for name in ("old", "new"):
        frame = frame_of([("a", name, Kind.PLAYER, (0, 0, 0, 0), 0), ("b", "b", Kind.PLAYER, (0, 0, 0, 0), 0)])
        assert decoded(state(frame, 1, [0], encoder=encoder)).entities[0].name == name


def test_an_id_that_changes_its_kind_is_shown_as_what_it_is():
    encoder = SnapshotEncoder()
    for kind in Kind:
        frame = frame_of([("a", "a", kind, (0, 0, 0, 0), 0)])
        assert decoded(state(frame, 0, [0], encoder=encoder)).entities[0].kind == kind.wire_name


def test_a_world_that_changes_completely_again_and_again_is_shown_as_it_is():
    encoder = SnapshotEncoder()
    for turn in range(4):  # more than the encoder keeps: it forgets in between
        names = [f"{turn}-{number}" for number in range(600)]
        frame = frame_of([(name, name, Kind.BOT, (0, 0, 0, 0), 0) for name in names])
        assert [entity.id for entity in decoded(state(frame, 0, range(600), encoder=encoder)).entities] == names


def test_nobody_in_sight_is_an_empty_list():
    frame = frame_of([("a", "a", Kind.PLAYER, (0, 0, 0, 0), 0)], tick=0)
    assert state(frame, 0, []) == (
        b'{"type":"state","data":{"ack":0,"tick":0,"player":{"id":"a","pos":{"x":0.0,"z":0.0},'
        b'"vel":{"x":0.0,"z":0.0}},"entities":[]}}'
    )
