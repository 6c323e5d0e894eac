from mmod.session.outbox import Outbox


def test_an_empty_outbox_takes_every_snapshot():
    outbox = Outbox(timeout=10.0)
    assert outbox.takes_snapshot()
    assert (outbox.full, outbox.skipped, outbox.deadline) == (False, 0, None)


def test_a_full_outbox_skips_snapshots_and_counts_them():
    outbox = Outbox(timeout=10.0)
    outbox.filled(5.0)
    assert [outbox.takes_snapshot() for _ in range(3)] == [False] * 3
    assert (outbox.full, outbox.skipped) == (True, 3)


def test_the_deadline_counts_from_the_first_moment_of_being_full():
    outbox = Outbox(timeout=10.0)
    outbox.filled(5.0)
    outbox.filled(9.0)
    assert outbox.deadline == 15.0


def test_reading_everything_ends_it_and_the_next_time_counts_anew():
    outbox = Outbox(timeout=10.0)
    outbox.filled(5.0)
    outbox.drained()
    assert (outbox.full, outbox.deadline, outbox.takes_snapshot()) == (False, None, True)
    outbox.filled(12.0)
    assert outbox.deadline == 22.0


def test_a_moment_of_zero_is_a_moment():
    outbox = Outbox(timeout=1.0)
    outbox.filled(0.0)
    assert outbox.full
    assert outbox.deadline == 1.0
