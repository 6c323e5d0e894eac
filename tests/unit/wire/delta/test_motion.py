import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.wire.delta.layout import SHORT, SHORT_REACH, WHOLE
from mmod.wire.delta.motion import corrections, expected

TICK_HZ = 20


def motions(*each):
    return np.array(each, dtype=np.float64).T


@pytest.mark.parametrize(
    ("speed", "ticks", "moved"),
    [(3000, 2, 30), (99, 1, 0), (100, 1, 1), (-100, 1, 0), (-101, 1, -1), (-3000, 2, -30), (1, 200, 1), (5000, 0, 0)],
)
def test_what_goes_on_is_expected_at_the_nearest_centimetre_halves_above(speed, ticks, moved):
    assert expected(motions((10, -10, speed, speed)), ticks, TICK_HZ).tolist() == [[10 + moved], [-10 + moved]]


@given(st.integers(-(10**7), 10**7), st.integers(-40_000, 40_000), st.integers(1, 2_000))
def test_who_goes_on_needs_no_more_than_a_step_of_one_centimetre(start, speed, ticks):
    after = np.rint(start + speed * ticks / (10 * TICK_HZ))
    said = corrections(motions((start, 0, speed, 0)), motions((after, 0, speed, 0)), ticks, TICK_HZ)
    assert int(said.codes[0]) in (0x78, 0x88, 0x98)


@pytest.mark.parametrize(
    ("off", "code"), [((0, 0), 0x88), ((7, -7), 0xF1), ((-7, 7), 0x1F), ((8, 0), SHORT), ((0, -8), SHORT)]
)
def test_small_steps_are_one_byte(off, code):
    assert corrections(motions((5, 5, 0, 0)), motions((5 + off[0], 5 + off[1], 0, 0)), 2, TICK_HZ).codes[0] == code


@pytest.mark.parametrize(
    ("now", "code"),
    [
        ((0, 0, 1, 0), SHORT),
        ((SHORT_REACH, -SHORT_REACH, SHORT_REACH, -SHORT_REACH), SHORT),
        ((SHORT_REACH + 1, 0, 0, 0), WHOLE),
        ((0, -SHORT_REACH - 1, 0, 0), WHOLE),
        ((0, 0, SHORT_REACH + 1, 0), WHOLE),
        ((0, 0, 0, -SHORT_REACH - 1), WHOLE),
        ((1e12, -1e12, 1e15, 0), WHOLE),
    ],
)
def test_a_turn_is_short_and_a_leap_is_whole(now, code):
    assert corrections(motions((0, 0, 0, 0)), motions(now), 2, TICK_HZ).codes[0] == code
