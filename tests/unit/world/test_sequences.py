from hypothesis import given
from hypothesis import strategies as st

from mmod.world.sequences import REMEMBERED, seen, taken
from mmod.world.state import Sequences


def after(numbers, sequences=None):
    sequences = sequences or Sequences()
    for number in numbers:
        sequences = taken(sequences, number)
    return sequences


@given(st.lists(st.integers(1, 60)), st.integers(1, 60))
def test_a_number_is_seen_exactly_when_it_was_taken(numbers, probe):
    assert seen(after(numbers), probe) == (probe in set(numbers))


@given(st.lists(st.integers(1, 60)))
def test_the_floor_is_the_end_of_the_numbers_without_a_gap(numbers):
    sequences = after(numbers)
    missing = next(number for number in range(1, 62) if number not in numbers)
    assert sequences.floor == missing - 1
    assert sequences.above == tuple(sorted({number for number in numbers if number > missing}))


@given(st.permutations(range(1, 30)))
def test_a_filled_gap_leaves_nothing_to_remember(numbers):
    assert after(numbers) == Sequences(floor=29)


def test_as_many_numbers_as_promised_are_remembered_above_a_gap():
    evens = range(2, 2 * REMEMBERED + 1, 2)
    sequences = after(evens)
    assert len(sequences.above) == REMEMBERED
    assert not seen(sequences, 1)
    assert not seen(sequences, 3)


def test_one_more_lifts_the_floor_to_the_lowest_remembered():
    sequences = after(range(2, 2 * REMEMBERED + 3, 2))
    assert sequences.floor == 2
    assert sequences.above[0] == 4
    assert len(sequences.above) == REMEMBERED
    assert seen(sequences, 1)
    assert not seen(sequences, 3)


def test_a_lifted_floor_swallows_what_follows_on_it():
    full = after(range(10, 10 + 2 * REMEMBERED, 2))
    assert len(full.above) == REMEMBERED
    lifted = after([11, 12], full)
    assert lifted.floor == 12
    assert lifted.above[0] == 14


def test_a_number_taken_before_changes_nothing():
    sequences = after([1, 2, 5])
    assert taken(sequences, 5) is sequences
    assert taken(sequences, 2) is sequences


def test_the_acknowledged_input_is_another_sequence():
    assert after([1, 9], Sequences(ack=77)).ack == 77


def test_the_largest_number_of_the_protocol_is_taken():
    assert seen(after([2**53 - 1]), 2**53 - 1)
