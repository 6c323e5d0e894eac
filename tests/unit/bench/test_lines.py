import pytest

from bench.lines import LINES, Line
from bench.runs import Load


def line(*, more=False):
    return Line("name", "words", "x", *((5.0, 9.0) if more else (6.0, 4.0)), lambda runs: None, more=more)


@pytest.mark.parametrize(
    ("figure", "verdict"), [(3.0, "goal"), (4.0, "goal"), (6.0, "must"), (6.1, "missed"), (None, "not measured")]
)
def test_less_is_better_unless_it_says_otherwise(figure, verdict):
    assert line().verdict(figure) == verdict


@pytest.mark.parametrize(("figure", "verdict"), [(9.0, "goal"), (5.0, "must"), (4.9, "missed")])
def test_of_clients_more_is_better(figure, verdict):
    assert line(more=True).verdict(figure) == verdict


def test_every_goal_is_beyond_what_must_be_and_every_name_is_one_of_its_own():
    assert all(each.verdict(each.goal) == "goal" and each.verdict(each.must) == "must" for each in LINES)
    assert len({each.name for each in LINES}) == len(LINES)


def load(**figures):
    good = {"delivered": 1.0, "interval_p99": 120.0, "lost": 0, "refused": 0}
    return Load({**good, **figures}, memory_before=0.0, bottleneck=None)


@pytest.mark.parametrize("bad", [{"delivered": 0.94}, {"interval_p99": 151.0}, {"lost": 1}, {"refused": 1}])
def test_a_server_holds_its_clients_while_all_are_served_on_time(bad):
    assert load().holds
    assert not load(**bad).holds
    assert not load(delivered=None).holds
