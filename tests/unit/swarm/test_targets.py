import pytest

from mmod.swarm.figures import FIGURES
from mmod.swarm.targets import Target, missed, parsed


def test_a_target_is_a_figure_and_a_number():
    assert parsed("interval_p99=150") == Target("interval_p99", 150.0)


@pytest.mark.parametrize("text", ["interval_p99", "nonsense=1", "interval_p99=fast", "=3"])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="not"):
        parsed(text)


@pytest.mark.parametrize(("text", "good", "bad"), [("interval_p99=150", 150.0, 150.1), ("delivered=0.95", 0.95, 0.949)])
def test_times_may_not_be_more_and_deliveries_not_less(text, good, bad):
    target = parsed(text)
    assert target.met(good)
    assert not target.met(bad)


def test_what_could_not_be_measured_is_missed():
    assert not Target("cpu_per_state", 100.0).met(None)
    assert "could not be measured" in Target("cpu_per_state", 100.0).complaint(None)


def test_the_complaints_name_figure_and_limit():
    values = dict.fromkeys(FIGURES, 0.0) | {"interval_p99": 180.0, "delivered": 0.5}
    targets = [parsed("interval_p99=150"), parsed("delivered=0.95"), parsed("lost=0")]
    assert missed(targets, values) == [
        "interval_p99 is 180, required at most 150",
        "delivered is 0.5, required at least 0.95",
    ]
