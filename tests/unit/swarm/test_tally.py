from mmod.swarm.tally import Tally


def test_the_time_in_the_world_is_added_up_over_all_clients():
    tally = Tally(0.0)
    tally.entered(1.0, 0.1)
    tally.entered(2.0, 0.1)
    tally.left(5.0)
    assert tally.joined == 1
    assert tally.present(6.0) == (5 - 1) + (6 - 2)


def test_a_beginning_forgets_what_was_counted_but_not_who_is_there_nor_how_they_joined():
    tally = Tally(0.0)
    tally.entered(1.0, 0.1)
    tally.states = 5
    tally.intervals.add(0.1)
    tally.lost["cut"] += 1
    tally.refused["auth"] += 1
    tally.begin(3.0)
    assert (tally.states, tally.intervals.count, tally.lost.total()) == (0, 0, 0)
    assert (tally.joined, tally.joins.count, tally.last_join, tally.refused.total()) == (1, 1, 1.0, 1)
    assert tally.present(4.0) == 1.0


def test_a_beginning_of_joins_forgets_the_joins_alone():
    tally = Tally(0.0)
    tally.entered(1.0, 0.1)
    tally.resumed = 1
    tally.begin_joins(2.0)
    assert (tally.joins.count, tally.resumed, tally.joined) == (0, 0, 1)


def test_samples_are_counted_beside_the_states():
    tally = Tally(0.0)
    tally.sample(1000, 10)
    tally.sample(500, 5)
    assert (tally.sampled, tally.sampled_bytes, tally.sampled_entities, tally.states) == (2, 1500, 15, 0)
