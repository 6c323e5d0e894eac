import math

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.twins import twins

TWINS = twins("mmod.wire.fragments", "mmod.wire._fragments")

#: Rounded as they are on the wire; and what no world contains, but a double can.
coordinates = st.one_of(
    st.integers(-(10**12), 10**12).map(lambda thousandths: thousandths / 1000),
    st.sampled_from(
        [0.0, 0.001, -0.001, 0.01, 0.1, 1.0, -7.1, 99.999, 1e9, -1e9, 123456789.125, 1e300, -2e16, math.nan, math.inf]
    ),
)


@given(st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=5), st.binary(max_size=9))
def test_a_fragment_is_its_head_where_it_is_and_what_follows(positions, going):
    text, count = msgspec.json.encode, len(positions)
    for twin in TWINS:
        fragments, rows = [b"before"] * (count + 1), np.arange(count)[::-1] + 1
        twin.move(fragments, [b"["] * (count + 1), [going] * (count + 1), rows, np.array(positions))
        assert fragments[0] == b"before"
        assert fragments[:0:-1] == [b"[" + text(x) + b',"z":' + text(z) + going for x, z in positions]


@given(st.lists(st.lists(st.integers(0, 4), max_size=9), min_size=1, max_size=5), st.data())
def test_states_are_heads_fragments_and_private_parts(sights, data):
    fragments = [b'{"id":"%d","vel":{},"kind":"bot"}' % number for number in range(5)]
    tails = [b'},"kind":"bot"}'] * 5
    numbers = st.integers(0, 2**53 - 1)
    acks, tick = [data.draw(numbers) for _ in sights], data.draw(numbers)
    viewers = [number % 5 for number in range(len(sights))]
    privates = [data.draw(st.sampled_from([b"", b',"skills":{"melee":10}'])) for _ in sights]
    offsets, rows = np.cumsum([0, *map(len, sights)]), np.array([row for sight in sights for row in sight], np.int64)
    described = [
        {
            "type": "state",
            "data": {
                "ack": ack,
                "tick": tick,
                "player": {"id": str(viewer), "vel": {}},
                "entities": [{"id": str(row), "vel": {}, "kind": "bot"} for row in sight],
                **({"skills": {"melee": 10}} if private else {}),
            },
        }
        for ack, viewer, sight, private in zip(acks, viewers, sights, privates, strict=True)
    ]
    for twin in TWINS:
        made = twin.states(tick, np.array(acks), np.array(viewers), offsets, rows, fragments, tails, privates)
        assert made == [msgspec.json.encode(state) for state in described]
