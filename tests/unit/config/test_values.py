import datetime
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.config import values as v

ANYTHING = [
    None,
    True,
    False,
    "1",
    "",
    [],
    [1],
    {},
    {"a": 1},
    datetime.date(2026, 1, 1),
    float("nan"),
    10**400,
    -(10**400),
]


def takes(kind, value):
    try:
        kind.read(value)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    "kind",
    [v.whole(1, 9), v.number(), v.choice("a", "b"), v.texts("x"), v.pair(), v.table(v.whole(1, 9), "x"), v.text()],
    ids=["whole", "number", "choice", "texts", "pair", "table", "text"],
)
@pytest.mark.parametrize("value", [None, datetime.date(2026, 1, 1), float("nan"), 10**400, True])
def test_no_kind_takes_what_is_of_no_use(kind, value):
    assert not takes(kind, value)


def test_truth_is_no_number_and_no_text():
    kind = v.truth()
    assert [value for value in [True, False, 0, 1, "true", None, []] if takes(kind, value)] == [True, False]
    assert kind.allowed == "true or false"


@pytest.mark.parametrize(
    ("value", "taken"), [(1, True), (9, True), (0, False), (10, False), (5.0, False), ("5", False), (True, False)]
)
def test_whole_numbers_lie_between_their_bounds(value, taken):
    assert takes(v.whole(1, 9), value) is taken
    assert v.whole(1, 9).allowed == "a whole number from 1 to 9"


@pytest.mark.parametrize(
    ("kind", "allowed", "good", "bad"),
    [
        (v.number(), "a number of at least 0", [0, 0.0, -0.0, 1, 1.5, 1e300], [-1e-9, -1, math.inf]),
        (v.number(0.0, above=True), "a number above 0", [1e-9, 1], [0, 0.0, -0.0, -1]),
        (v.number(1.0, 2.0), "a number of at least 1 and at most 2", [1, 2, 1.5], [0.999, 2.001]),
        (v.number(0.0, 1.0, above=True), "a number above 0 and at most 1", [1, 0.1], [0, 1.1]),
    ],
)
def test_numbers_lie_between_their_bounds(kind, allowed, good, bad):
    assert kind.allowed == allowed
    assert all(takes(kind, value) for value in good)
    assert not any(takes(kind, value) for value in [*bad, "1", True, None, [1], -math.inf])


def test_a_number_is_read_as_a_float():
    assert type(v.number().read(1)) is float


@pytest.mark.parametrize("value", ["a\nb", "a\0", "\x1b[31m", "\u202e", 1, None, []])
def test_texts_are_printable(value):
    assert not takes(v.text(), value)


def test_an_empty_text_is_taken_only_where_it_means_something():
    assert not takes(v.text(), "")
    assert v.text(empty=True).read("") == ""


@pytest.mark.parametrize("value", ["c", "A", "", 1, ["a"], None])
def test_a_choice_is_one_of_its_texts(value):
    kind = v.choice("a", "b")
    assert not takes(kind, value)
    assert (kind.read("a"), kind.allowed) == ("a", "one of a, b")


def test_a_list_of_texts_becomes_a_tuple():
    assert v.texts("x").read(["a", "b"]) == ("a", "b")
    assert not any(takes(v.texts("x"), value) for value in ["a", ["a", 1], [""], [None], {"a": "b"}])


def test_a_table_reads_each_of_its_values():
    kind = v.table(v.whole(1, 9), "x")
    assert kind.read({"a": 1, "b": 2}) == {"a": 1, "b": 2}
    assert not any(takes(kind, value) for value in [{"a": 10}, {"": 1}, {"a\n": 1}, [1], "a"])


def test_a_point_has_two_finite_numbers():
    assert v.pair().read([1, -2.5]) == (1.0, -2.5)
    bad = [[1], [1, 2, 3], [1, "2"], [1, math.inf], [1, math.nan], "12", {"x": 1, "z": 2}, [True, 1]]
    assert not any(takes(v.pair(), value) for value in bad)


@given(st.one_of(st.sampled_from(ANYTHING), st.integers(), st.floats(), st.text(), st.lists(st.integers())))
def test_whatever_is_read_a_kind_takes_it_or_raises_valueerror(value):
    for kind in (v.whole(0, 5), v.number(), v.text(), v.choice("a"), v.texts("x"), v.pair(), v.table(v.number(), "x")):
        takes(kind, value)
