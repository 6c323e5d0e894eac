from mmod.wire.delta.decoder import read_header
from mmod.wire.delta.layout import ALL_FLAGS, CROWD_CHANGED, SHORT, WHOLE
from mmod.wire.delta.reader import Reader
from mmod.wire.delta.vectors import delta_vectors

STATES = [bytes.fromhex(state["hex"]) for stream in delta_vectors()["streams"] for state in stream["states"]]


def test_there_is_a_state_with_every_flag_and_one_with_none():
    flags = {read_header(state).flags for state in STATES}
    together = 0
    for each in flags:
        together |= each
    assert (together, 0 in flags) == (ALL_FLAGS, True)


def test_there_are_short_and_whole_motions():
    codes = set()
    for state in STATES:
        read = Reader(state)
        flags, _, _, seen = (read.varint() for _ in range(4))
        if not flags & CROWD_CHANGED:
            codes |= {*read.take(seen)}
    assert {SHORT, WHOLE} <= codes
