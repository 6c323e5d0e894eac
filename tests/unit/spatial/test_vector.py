import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.spatial.vector import Vector, clamped_intent


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_an_intent_is_never_longer_than_one(x, z):
    assert math.hypot(*clamped_intent(x, z)) <= 1 + 1e-12


def test_each_component_is_clamped_before_the_length():
    assert clamped_intent(1e6, 1e6) == pytest.approx((math.sqrt(0.5), math.sqrt(0.5)))
    assert clamped_intent(1e6, 1.0) == pytest.approx((math.sqrt(0.5), math.sqrt(0.5)))


def test_a_short_intent_stays_as_it_is():
    assert clamped_intent(0.25, -0.5) == Vector(0.25, -0.5)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_vector_with_a_nan_or_an_infinity_is_not_finite(bad):
    assert not Vector(bad, 0.0).finite
    assert not Vector(0.0, bad).finite
    assert Vector(0.0, -1e300).finite
