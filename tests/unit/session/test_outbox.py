from mmod.session.outbox import Outbox


def test_an_empty_outbox_is_not_full_and_has_no_deadline():
    outbox = Outbox(timeout=10.0)
    assert (outbox.full, outbox.deadline) == (False, None)


def test_the_deadline_counts_from_the_first_moment_of_being_full():
    outbox = Outbox(timeout=10.0)
    outbox.filled(5.0)
    outbox.filled(9.0)
    assert outbox.deadline == 15.0


def test_reading_everything_ends_it_and_the_next_time_counts_anew():
    outbox = Outbox(timeout=10.0)
    outbox.filled(5.0)
    outbox.drained()
    assert (outbox.full, outbox.deadline) == (False, None)
    outbox.filled(12.0)
    assert outbox.deadline == 22.0


def test_a_moment_of_zero_is_a_moment():
    outbox = Outbox(timeout=1.0)
    outbox.filled(0.0)
    assert outbox.full
    assert outbox.deadline == 1.0
