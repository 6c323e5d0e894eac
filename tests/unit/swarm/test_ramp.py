from mmod.swarm.ramp import default_ramp, starts


def test_clients_join_evenly_over_the_ramp():
    assert starts(4, 2.0) == [0.0, 0.5, 1.0, 1.5]


def test_without_a_ramp_they_join_at_once():
    assert starts(3, 0.0) == [0.0, 0.0, 0.0]


def test_the_default_is_a_hundred_a_second():
    assert default_ramp(250) == 2.5
