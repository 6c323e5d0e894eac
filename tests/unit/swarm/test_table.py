from io import StringIO

import pytest
from rich.console import Console

from mmod.swarm.figures import FIGURES
from mmod.swarm.table import formatted, show

from .results import result


def printed(of):
    text = StringIO()
    show(of, Console(file=text, width=120))
    return text.getvalue()


def test_every_figure_has_a_line_with_the_name_to_ask_for_it():
    lines = printed(result())
    assert all(name in lines and figure.words in lines for name, figure in FIGURES.items())
    assert "2 clients and 1 at once, join-storm, json, 2 s" in lines


def test_figures_that_could_not_be_measured_are_left_out():
    assert "CPU of the server per state" not in printed(result(server=False))


def test_losses_bottleneck_and_missed_targets_are_told():
    lines = printed(result(lost={"close 4003": 2}, bottleneck="the swarm was slow", complaints=["lost is 2 [b]"]))
    assert "lost: close 4003, 2 times" in lines
    assert "the swarm was slow" in lines
    assert "missed: lost is 2 [b]" in lines


@pytest.mark.parametrize(
    ("value", "text"), [(12345.6, "12,346"), (0.95123, "0.951"), (99.94, "99.9"), (20.0, "20"), (3.14159, "3.14")]
)
def test_numbers_have_as_many_digits_as_matter(value, text):
    assert formatted(value) == text
