import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.net.frames import BINARY, PONG, SHORT, SHORT_HEAD, TEXT, frame, short_payload

MASK = b"\x37\xfa\x21\x3d"


def client_frame(payload, first=0x81, mask=MASK):
    """Return a short frame, masked octet by octet as RFC 6455 (5.3) says it."""
    masked = bytes(octet ^ mask[place % 4] for place, octet in enumerate(payload))
    return bytes([first, 0x80 | len(payload)]) + mask + masked


@given(st.binary(max_size=SHORT), st.binary(min_size=4, max_size=4))
def test_a_mask_applied_octet_by_octet_is_taken_off(payload, mask):
    assert short_payload(client_frame(payload, 0x8A, mask)) == payload


@given(st.text(max_size=30), st.binary(max_size=20))
def test_a_short_text_is_taken_and_what_follows_is_not_touched(text, rest):
    payload = text.encode()
    data = client_frame(payload)
    assert short_payload(data + rest) == payload
    assert SHORT_HEAD + len(payload) == len(data)


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, SHORT - 1, SHORT])
def test_every_length_that_fits_into_one_octet_is_short(size):
    assert short_payload(client_frame(b"x" * size)) == b"x" * size


def test_a_pong_is_taken_with_any_octets_in_it():
    assert short_payload(client_frame(b"\xff\x00", first=0x8A)) == b"\xff\x00"


def test_of_an_incomplete_frame_nothing_is_taken():
    data = client_frame(b"hello")
    assert [short_payload(data[:size]) for size in range(len(data))] == [None] * len(data)


def test_fragments_reserved_bits_and_all_other_opcodes_are_left_to_autobahn():
    taken = [first for first in range(256) if short_payload(client_frame(b"hello", first)) is not None]
    assert taken == [0x80 | TEXT, 0x80 | PONG]


def test_frames_without_a_mask_and_longer_ones_are_left_to_autobahn():
    taken = [second for second in range(256) if short_payload(bytes([0x81, second]) + b"\0" * 200) is not None]
    assert taken == list(range(0x80, 0x80 + SHORT + 1))


@pytest.mark.parametrize("text", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80", b"ok \xe2\x82"])
def test_what_is_not_utf_8_is_left_to_autobahn(text):
    assert short_payload(client_frame(text)) is None


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, b"\x81\x00"),
        (125, b"\x81\x7d"),
        (126, b"\x81\x7e\x00\x7e"),
        (65535, b"\x81\x7e\xff\xff"),
        (65536, b"\x81\x7f" + (65536).to_bytes(8, "big")),
    ],
)
def test_a_frame_says_its_length_in_as_few_octets_as_possible(size, head):
    assert frame(TEXT, b"x" * size) == head + b"x" * size


def test_a_frame_says_what_it_is():
    assert frame(BINARY, b"x") == b"\x82\x01x"
