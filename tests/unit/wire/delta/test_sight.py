import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mmod.wire.delta.sight import Lists, compared, with_themselves
from mmod.world.interest import Views


def lists(*each):
    offsets = np.concatenate(([0], np.cumsum([len(one) for one in each])))
    return Lists(offsets, np.array([slot for one in each for slot in one], dtype=np.int64))


def as_bytes(*each):
    return [np.array(one, dtype=np.int64).tobytes() for one in each]


def against(old, new, known):
    return compared(old, new.split(), new, known)


def test_each_viewer_comes_before_what_it_sees():
    views = Views(np.array([3, 0, 1]), np.array([0, 2, 2, 3]), np.array([1, 2, 9]))
    seen = with_themselves(views)
    assert (seen.offsets.tolist(), seen.of.tolist()) == ([0, 3, 4, 6], [3, 1, 2, 0, 1, 9])


def test_a_part_of_lists_is_lists():
    part = lists([1, 2], [3], [4, 5, 6]).part(1, 3)
    assert (part.offsets.tolist(), part.of.tolist()) == ([0, 1, 4], [3, 4, 5, 6])
    assert part.split() == as_bytes([3], [4, 5, 6])


def test_whoever_sees_the_same_has_no_change():
    comparison = against(as_bytes([5, 1, 2], [1]), lists([5, 1, 2], [1]), np.ones(4, dtype=np.bool_))
    assert (comparison.changes, comparison.stayed.tolist()) == ([], [True] * 4)


def test_the_same_slot_with_somebody_else_in_it_is_a_change():
    known = np.array([True, False, True, True])
    comparison = against(as_bytes([5, 1, 2], [1]), lists([5, 1, 2], [1]), known)
    assert comparison.changes == [(0, [1], [1])]
    assert comparison.stayed.tolist() == known.tolist()


def test_a_viewer_without_a_past_enters_itself_first():
    comparison = against(as_bytes([], [7]), lists([5, 1], [7]), np.ones(3, dtype=np.bool_))
    assert comparison.changes == [(0, [], [0, 1])]


_LIST = st.tuples(st.integers(0, 9), st.sets(st.integers(0, 9))).map(
    lambda pair: [pair[0], *sorted(pair[1] - {pair[0]})]
)


@given(st.lists(st.tuples(_LIST, _LIST), min_size=1, max_size=5), st.sets(st.integers(0, 9)))
def test_it_equals_comparing_sets(pairs, strangers):
    pairs = [
        ([new[0], *(slot for slot in old[1:] if slot != new[0])], new) for old, new in pairs
    ]  # nobody changes slots
    new = lists(*(new for _, new in pairs))
    known = ~np.isin(new.of, list(strangers))
    comparison = against(as_bytes(*(old for old, _ in pairs)), new, known)
    wanted = []
    for viewer, (old, now) in enumerate(pairs):
        stayed = {slot for slot in now if slot in old and slot not in strangers}
        left = [place for place, slot in enumerate(old) if slot not in stayed]
        entered = [place for place, slot in enumerate(now) if slot not in stayed]
        if left or entered:
            wanted.append((viewer, left, entered))
    assert comparison.changes == wanted
