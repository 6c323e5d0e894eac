import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from mmod.items.equipment import WornState
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.session.columns import Columns
from mmod.store.records import STATE_COLUMNS, Reading, as_they_are, check_text, decoded, encoded
from mmod.world.state import PlayerState, Sequences, Versions

SWORD = ItemInstance("i-1", "sword_iron")
STATE = PlayerState(
    name="Ada",
    x=1.25,
    z=-0.1,
    inventory=Inventory((Stowed(SWORD, "backpack"),)),
    equipment=WornState({"head": ItemInstance("i-2", "cap")}, {"head": 1.5}),
    skills={"melee": 10},
    versions=Versions(1, 2, 3),
    sequences=Sequences(9, 4, (6, 8)),
)


def test_a_state_comes_back():
    assert decoded(encoded(STATE)) == Reading(STATE)


def test_parts_are_json_text():
    assert encoded(STATE).skills == '{"melee":10}'
    assert encoded(STATE).sequences == '{"ack":9,"floor":4,"above":[6,8]}'


def test_text_may_come_as_bytes_and_whole_coordinates_as_integers():
    columns = encoded(PlayerState(name="Zoë", x=3.0))
    raw = {name: value.encode() if isinstance(value, str) else value for name, value in asdict(columns).items()}
    assert decoded(Columns(**raw | {"x": 3})) == Reading(PlayerState(name="Zoë", x=3.0))


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("name", None, "not text but NoneType"),
        ("name", b"\xff", "invalid start byte"),
        ("x", "1", "not a number but str"),
        ("x", True, "not a number but bool"),
        ("x", float("nan"), "not finite but nan"),
        ("z", float("-inf"), "not finite but -inf"),
        ("inventory", "", "truncated"),
        ("inventory", "null", "object"),
        ("inventory", '{"items":[],"gold":1}', "unknown field"),
        (
            "inventory",
            '{"items":[{"instance":{"instance_id":"i","template_id":"t","quantity":0},"compartment":"c"}]}',
            "1",
        ),
        ("equipment", '{"slots":{"head":5}}', "object"),
        ("equipment", '{"cooldowns":{"head":1e999}}', "range"),
        ("skills", '{"melee":-1}', ">= 0"),
        ("skills", '{"melee":1.5}', "int"),
        ("skills", '{"melee":true}', "int"),
        ("versions", '{"inventory":-1}', ">= 0"),
        ("versions", '{"guild":1}', "unknown field"),
        ("sequences", '{"above":[-1]}', ">= 0"),
        ("sequences", '{"ack":0} ?', "trailing"),
        ("sequences", "[" * 100_000, ""),
    ],
)
def test_what_does_not_fit_gives_a_reason_that_begins_with_the_column(column, value, reason):
    reading = decoded(replace(encoded(STATE), **{column: value}))
    assert reading.state is None
    assert reading.unreadable.startswith(f"{column}: ")
    assert reason in reading.unreadable


_anything = st.one_of(
    st.none(), st.integers(), st.floats(), st.text(), st.binary(), st.sampled_from([*asdict(encoded(STATE)).values()])
)


@given(st.builds(Columns, *[_anything] * 8))
def test_whatever_columns_hold_is_a_state_or_a_reason(columns):
    reading = decoded(columns)
    assert (reading.state is None) is bool(reading.unreadable)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "a\0"},
        {"name": "\ud800"},
        {"name": 5},
        {"x": float("nan")},
        {"z": float("inf")},
        {"skills": {"a\0": 1}},
        {"skills": {"\\\\\0": 1}},
        {"skills": {"\udfff": 1}},
        {"skills": {"melee": -1}},
        {"skills": {"melee": "10"}},
        {"versions": Versions(inventory=-1)},
        {"sequences": Sequences(above=(float("nan"),))},
        {"equipment": WornState({}, {"head": float("nan")})},
        {"inventory": Inventory((Stowed(ItemInstance("", "t"), "c"),))},
    ],
)
def test_a_state_that_would_not_come_back_is_refused(change):
    parts = {part: getattr(STATE, part) for part in STATE.__struct_fields__}
    with pytest.raises(ValueError, match=r"stored|surrogates"):
        encoded(PlayerState(**parts | change))


def test_a_backslash_before_a_number_is_not_a_nul():
    state = PlayerState(name="Ada", skills={"\\u0000": 1})
    assert decoded(encoded(state)).state == state


@given(st.text())
def test_text_is_checked_as_utf8_without_nul(text):
    possible = "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
    try:
        check_text(text)
    except ValueError:
        assert not possible
    else:
        assert possible


# --- for people -------------------------------------------------------------------------------------------------------


def test_columns_are_shown_as_they_are_as_far_as_json_can():
    shown = as_they_are(Columns("Ada", math.inf, 1, b"{\xff", None, "[7]", -1.5, b"text"))
    assert list(shown.values()) == ["Ada", "inf", 1, "{\\xff", None, "[7]", -1.5, "text"]
    assert tuple(shown) == STATE_COLUMNS
