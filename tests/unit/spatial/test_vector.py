import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.spatial.vector import Vector, clamped_intents


@given(st.lists(st.tuples(st.floats(allow_nan=False), st.floats(allow_nan=False)), min_size=1))
def test_an_intent_is_never_longer_than_one(wishes):
    intents = clamped_intents(np.array(wishes))
    assert intents.shape == (len(wishes), 2)
    assert (np.hypot(*intents.T) <= 1 + 1e-12).all()


def test_each_component_is_clamped_before_the_length():
    intents = clamped_intents(np.array([(1e6, 1e6), (1e6, 1.0)]))
    assert intents == pytest.approx(math.sqrt(0.5))


def test_a_short_intent_stays_as_it_is():
    assert clamped_intents(np.array([(0.25, -0.5), (0.0, 1.0)])).tolist() == [[0.25, -0.5], [0.0, 1.0]]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_vector_with_a_nan_or_an_infinity_is_not_finite(bad):
    assert not Vector(bad, 0.0).finite
    assert not Vector(0.0, bad).finite
    assert Vector(0.0, -1e300).finite
