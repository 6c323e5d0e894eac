from random import Random

from mmod.client.backoff import FIRST, GOOD, JITTER, MOST, Backoff


class Fixed(Random):
    """Chance that always says the same."""

    def __init__(self, value):
        super().__init__()
        self._value = value

    def random(self):
        return self._value


def test_pauses_double_up_to_a_limit():
    backoff = Backoff(Fixed(0.0))
    pauses = [backoff.pause() for _ in range(8)]
    assert pauses[:3] == [FIRST, 2 * FIRST, 4 * FIRST]
    assert pauses[-2:] == [MOST, MOST]


def test_chance_takes_up_to_a_part_of_each():
    assert Backoff(Fixed(1.0)).pause() == FIRST * (1 - JITTER)
    spread = {Backoff(Random(seed)).pause() for seed in range(10)}
    assert len(spread) == 10
    assert FIRST * (1 - JITTER) <= min(spread) <= max(spread) <= FIRST


def test_only_a_connection_that_lasts_makes_them_short_again():
    backoff = Backoff(Fixed(0.0))
    backoff.pause()
    backoff.lasted(GOOD - 1)
    assert backoff.pause() == 2 * FIRST
    backoff.lasted(GOOD)
    assert backoff.pause() == FIRST
