import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.wire.delta.layout import SHORT, SHORT_MOTION, WHOLE, WHOLE_MOTION
from mmod.wire.delta.varint import varint
from tests.twins import twins

TWINS = twins("mmod.wire.delta.bodies", "mmod.wire.delta._bodies")

TURN, LEAP = (1, -2, 3, -32_767), (1e6, -0.5, 0.0, 1e15)

numbers = st.one_of(st.integers(0, 300), st.integers(0, 2**53 - 1))
viewers = st.lists(
    st.tuples(
        st.tuples(numbers, numbers, numbers, numbers),
        st.binary(max_size=5),
        st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=6),
        st.binary(max_size=5),
    ),
    min_size=1,
    max_size=4,
)


@given(viewers)
def test_a_state_is_its_head_who_came_and_went_codes_records_and_own_parts(told):
    codes = [0x88, SHORT, WHOLE, 0xF1]
    expected = []
    for head, crowd, seen, tail in told:
        said = [codes[entity] for entity, stayed in seen if stayed]
        records = [SHORT_MOTION.pack(*TURN)] * said.count(SHORT) + [WHOLE_MOTION.pack(*LEAP)] * said.count(WHOLE)
        expected.append(b"".join((*map(varint, head), crowd, bytes(said), *records, tail)))
    heads, crowds, lists, tails = zip(*told, strict=True)
    entities = [each for seen in lists for each in seen]
    for twin in TWINS:
        states = twin.states(
            np.array(heads),
            crowds,
            np.cumsum([0, *map(len, lists)]),
            np.array([entity for entity, _ in entities]),
            np.array([stayed for _, stayed in entities]),
            np.array(codes, np.uint8),
            np.array([TURN] * 4, "<i2"),
            np.array([LEAP] * 4, "<f8"),
            tails,
        )
        assert states == expected


@pytest.mark.parametrize("twin", TWINS)
def test_records_follow_in_the_order_of_the_list(twin):
    short = np.array([(number,) * 4 for number in range(3)], "<i2")
    (state,) = twin.states(
        np.array([(0, 0, 0, 0)]),
        [b""],
        np.array([0, 3]),
        np.array([2, 0, 1]),
        np.array([True] * 3),
        np.array([SHORT] * 3, np.uint8),
        short,
        np.zeros((3, 4)),
        [b""],
    )
    assert state[7:] == short[[2, 0, 1]].tobytes()


@pytest.mark.parametrize("twin", TWINS)
def test_each_viewer_has_everything(twin):
    numbers = (np.array([0, 0]), np.array([], np.int64), np.array([], bool), np.array([], np.uint8))
    records = (np.zeros((0, 4), "<i2"), np.zeros((0, 4)))
    with pytest.raises(ValueError, match=r"viewer|argument"):
        twin.states(np.zeros((1, 4), np.int64), [b""], *numbers, *records, [])
