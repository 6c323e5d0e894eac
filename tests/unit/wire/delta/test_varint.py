import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.wire.delta.layout import LARGEST_VARINT
from mmod.wire.delta.reader import Reader
from mmod.wire.delta.varint import varint, varints


@pytest.mark.parametrize(
    ("number", "encoded"),
    [(0, "00"), (1, "01"), (127, "7f"), (128, "8001"), (300, "ac02"), (16_383, "ff7f"), (16_384, "808001")],
)
def test_seven_bits_go_into_a_byte_the_lowest_first(number, encoded):
    assert varint(number).hex() == encoded


@pytest.mark.parametrize("number", [0, 127, 128, 2**32, LARGEST_VARINT])
def test_a_reader_gets_the_number_back(number):
    read = Reader(varint(number))
    assert read.varint() == number
    read.end()


def test_there_is_nothing_below_zero():
    with pytest.raises(ValueError, match="-1 is below 0"):
        varint(-1)


@given(st.lists(st.tuples(*[st.integers(0, LARGEST_VARINT)] * 3), min_size=1, max_size=5))
def test_many_at_once_are_the_same_as_one_by_one(rows):
    assert varints(np.array(rows)) == [b"".join(map(varint, row)) for row in rows]
