import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmod.wire.delta.decoder import read_header
from mmod.wire.delta.encoder import SCENES_KEPT, DeltaEncoder
from mmod.wire.delta.layout import CROWD_CHANGED
from mmod.world.frame import Kind
from mmod.world.interest import Interest
from tests.unit.wire.delta.stage import TICK_HZ, Stage

PLAYERS = ("ada", "ben", "cid")
IDS = (*PLAYERS, "bot-1", "bot-2", "\N{SNOWMAN}" * 50)

_FAR = 100_000.0
_COORDINATE = st.one_of(st.floats(-150, 150), st.sampled_from([-_FAR, _FAR]), st.floats(-_FAR, _FAR))
_SPEED = st.one_of(st.sampled_from([0.0, 3.0, -1.5, 2.1213]), st.floats(-40, 40), st.floats(-1e5, 1e5))
_ID = st.sampled_from(IDS)
_CHANGE = st.one_of(
    st.tuples(st.just("come"), _ID, _COORDINATE, _COORDINATE, st.text(st.characters(codec="utf-8"), max_size=4)),
    st.tuples(st.just("go"), _ID),
    st.tuples(st.just("rename"), _ID, st.text(st.characters(codec="utf-8"), max_size=4)),
    st.tuples(st.just("put"), _ID, _COORDINATE, _COORDINATE),
    st.tuples(st.just("steer"), _ID, _SPEED, _SPEED),
    st.tuples(st.just("connect"), st.sampled_from(PLAYERS)),
    st.tuples(st.just("ack"), st.sampled_from(PLAYERS), st.integers(0, 2**53 - 1)),
)
_STEP = st.tuples(
    st.lists(_CHANGE, max_size=4),
    st.one_of(st.just(2), st.integers(0, 300)),
    st.lists(st.sampled_from(PLAYERS), unique=True),
)


def change(stage, what, entity_id, *rest):
    """Let something happen, if it can."""
    present = entity_id in stage.entities
    if what == "come" and not present:
        x, z, name = rest
        stage.come(entity_id, x, z, kind=Kind.PLAYER if entity_id in PLAYERS else Kind.BOT, name=name)
    elif what == "rename" and present:
        stage.entities.rename(entity_id, *rest)
    elif what != "come" and present:
        getattr(stage, what)(entity_id, *rest)


@settings(max_examples=100, deadline=None)
@given(st.lists(_STEP, max_size=12))
def test_what_was_decoded_is_what_the_other_dialect_says_at_every_snapshot(steps):
    stage = Stage().come("ada").come("ben", 50.0, -3.0).come("bot-1", 5.0, 5.0, kind=Kind.BOT)
    stage.check()
    for changes, ticks, reading in steps:
        for each in changes:
            change(stage, *each)
        stage.run(ticks)
        stage.check(reading)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_crowd_that_walks_and_turns_is_followed_for_a_while(seed):
    chance = np.random.default_rng(seed)
    stage = Stage(radius=30.0)
    for number in range(24):
        stage.come(f"e{number}", *chance.uniform(-50, 50, 2), kind=Kind(number % 2))
    for _ in range(25):
        for number in chance.integers(0, 24, 3).tolist():
            stage.steer(f"e{number}", *chance.uniform(-3, 3, 2))
        stage.run(2)
        stage.check([name for name in stage.clients if chance.random() < 0.8])


@pytest.fixture
def stage():
    """Three who see each other; every client has seen them."""
    stage = Stage().come("ada").come("ben", 10.0).come("cid", 20.0)
    stage.check()
    return stage


def flags(stage, name="ada"):
    return read_header(stage.clients[name].payloads[-1]).flags


def test_somebody_who_takes_the_slot_of_another_between_two_snapshots_is_entered(stage):
    slot = stage.entities.slot("ben")
    stage.go("ben")
    stage.come("dan", 10.0)
    assert stage.entities.slot("dan") == slot
    (delta, _) = stage.check()["ada"]
    assert [one["id"] for one in delta["data"]["entities"]] == ["dan", "cid"]


def test_a_slot_that_changes_hands_while_snapshots_are_skipped_is_told_right(stage):
    for name in ("dan", "eve", "fay"):
        stage.go(next(iter(set(stage.entities.population.ids) - {"ada", "cid"})))
        stage.come(name, 12.0)
        stage.run(2)
        stage.check(["cid"])
    (delta, _) = stage.check(["ada"])["ada"]
    assert [one["id"] for one in delta["data"]["entities"]] == ["fay", "cid"]


def test_the_same_player_that_left_and_came_back_into_its_slot_is_shown_where_it_is(stage):
    stage.go("ben")
    stage.come("ben", 30.0)
    stage.check()


def test_a_new_name_is_told_once(stage):
    stage.entities.rename("ben", "Benjamin")
    stage.entities.rename("ada", "Ada Lovelace")
    stage.run(2)
    (delta, _) = stage.check()["ada"]
    assert delta["data"]["entities"][0]["name"] == "Benjamin"
    assert flags(stage) == CROWD_CHANGED
    stage.run(2)
    stage.check()
    assert flags(stage) == 0


def test_who_stays_costs_one_byte_whatever_its_speed(stage):
    stage.steer("ben", 3.0, -1.2345)
    stage.steer("cid", -40.0, 0.0)
    stage.check()
    for ticks in (2, 2, 5, 1):
        stage.run(ticks)
        stage.check()
        assert len(stage.clients["ada"].payloads[-1]) == 4 + 3


def test_a_turn_costs_eight_more(stage):
    stage.steer("ben", 3.0, 0.0)
    stage.run(2)
    stage.check()
    assert len(stage.clients["ada"].payloads[-1]) == 4 + 3 + 8


def test_a_teleport_is_told_whole_to_those_who_still_see_it():
    stage = Stage(radius=1_000.0).come("ada").come("ben", -500.0)
    stage.check()
    stage.put("ben", 499.0, 0.0)
    stage.check()
    assert len(stage.clients["ada"].payloads[-1]) == 4 + 2 + 32


def test_a_client_that_skipped_snapshots_gets_differences_to_what_it_was_last_sent(stage):
    stage.steer("ben", 1.0, 0.0)
    stage.run(2)
    stage.check()
    for _ in range(SCENES_KEPT - 1):
        stage.run(1)
        stage.check(["ben", "cid"])
    stage.run(1)
    stage.check(["ada"])
    assert flags(stage) == 0


def test_a_client_that_skipped_too_many_is_told_everything_anew(stage):
    for _ in range(SCENES_KEPT):
        stage.run(1)
        stage.check(["ben", "cid"])
    stage.run(1)
    stage.check(["ada"])
    assert flags(stage) == CROWD_CHANGED


def test_no_more_scenes_are_kept_than_said(stage):
    encoder = DeltaEncoder(TICK_HZ)
    frame = stage.entities.frame(0)
    views = Interest(5.0).sightings(frame)
    _, first = encoder.states(frame, views, [stage.clients["ada"].sight] * 3, [()] * 3)
    for _ in range(SCENES_KEPT):
        encoder.states(frame, views, first, [()] * 3)
    (payload, *_), _ = encoder.states(frame, views, first, [()] * 3)
    assert read_header(payload).flags == CROWD_CHANGED


def test_private_parts_come_as_they_are(stage):
    parts = [("inventory", b'{"items":[]}'), ("skills", '{"m\N{LATIN SMALL LETTER E WITH ACUTE}l\xe9e":10}'.encode())]
    delta, whole = stage.check(["ada"], parts)["ada"]
    assert delta["data"]["inventory"] == {"items": []}
    assert "equipment" not in whole["data"]
    assert list(delta["data"])[4:] == ["inventory", "skills"]


def test_an_empty_neighbourhood_is_told():
    stage = Stage(radius=5.0).come("ada").come("ben", 4.0)
    stage.check()
    stage.put("ben", 50.0, 0.0)
    delta, _ = stage.check()["ada"]
    assert delta["data"]["entities"] == []


def test_at_the_bounds_positions_are_exact():
    stage = Stage(radius=150.0).come("ada", 100_000.0, -100_000.0).come("ben", 99_999.995, -99_999.994)
    stage.check()
    for _ in range(50):
        stage.steer("ben", -2.9999, 0.0001)
        stage.run(2)
        stage.check()


def test_there_is_no_negative_zero():
    stage = Stage().come("ada", -0.001, -0.0)
    stage.steer("ada", -0.0001, -0.0)
    delta, _ = stage.check()["ada"]
    numbers = [*delta["data"]["player"]["pos"].values(), *delta["data"]["player"]["vel"].values()]
    assert [str(number) for number in numbers] == ["0.0"] * 4


def test_a_world_that_changes_completely_again_and_again_is_shown_as_it_is():
    stage = Stage(radius=5.0).come("ada")
    for turn in range(4):  # more than the encoder keeps labels of: it forgets in between
        names = [f"{turn}-{number}" for number in range(600)]
        for name in names:
            stage.come(name, kind=Kind.BOT)
        stage.check()
        for name in names:
            stage.entities.remove(name)
