import pytest

from mmod.errors import BadDelta
from mmod.wire.delta.layout import SHORT_MOTION
from mmod.wire.delta.reader import Reader


def test_it_goes_from_the_first_byte_to_the_last():
    read = Reader(b"ab" + b"\x02\xc3\xa9" + SHORT_MOTION.pack(1, -2, 3, -4))
    assert (read.take(2), read.text(), read.record(SHORT_MOTION)) == (b"ab", "\xe9", (1, -2, 3, -4))
    read.end()


@pytest.mark.parametrize("payload", [b"", b"\x80", b"\xff\xff"])
def test_a_number_that_does_not_end_is_refused(payload):
    with pytest.raises(BadDelta, match="ends after"):
        Reader(payload).varint()


@pytest.mark.parametrize("payload", [b"\x80" * 7 + b"\x10", b"\xff" * 9, b"\x80" * 40 + b"\x01"])
def test_a_number_too_large_for_a_double_is_refused(payload):
    with pytest.raises(BadDelta, match="too large"):
        Reader(payload).varint()


def test_a_text_longer_than_the_payload_is_refused():
    with pytest.raises(BadDelta, match="ends after 3 bytes"):
        Reader(b"\x05ab").text()


def test_bytes_that_are_left_over_are_refused():
    read = Reader(b"abc")
    read.take(1)
    with pytest.raises(BadDelta, match="2 bytes are left over"):
        read.end()
