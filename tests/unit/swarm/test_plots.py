import re
from xml.etree import ElementTree

import pytest

from mmod.swarm.plots import COLOURS, HEIGHT, WIDTH, bars, lines, steps


def elements(svg, name):
    return [each for each in ElementTree.fromstring(svg).iter() if each.tag == name]  # noqa: S314 - our own


def test_lines_stay_inside_and_are_as_many_as_the_series():
    svg = lines("CPU <cores>", "seconds", {"server": [(1, 0.2), (2, 1.5)], "swarm": [(1, 0.1), (2, 0.0)]})
    drawn = elements(svg, "polyline")
    assert [each.get("stroke") for each in drawn] == list(COLOURS[:2])
    for each in drawn:
        points = [tuple(map(float, point.split(","))) for point in each.get("points").split()]
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert {"CPU <cores>", "seconds", "server", "swarm"} <= {each.text for each in elements(svg, "text")}


def test_higher_values_stand_higher():
    (line,) = elements(lines("x", "y", {"one": [(0, 1), (1, 2)]}), "polyline")
    (_, low), (_, high) = (tuple(map(float, point.split(","))) for point in line.get("points").split())
    assert high < low


def test_bars_show_shares_and_leave_out_empty_bins():
    drawn = elements(bars("x", "ms", [1, 0, 3], 5.0), "rect")
    low, high = (float(each.get("height")) for each in drawn)
    assert high == pytest.approx(3 * low, rel=0.01)


def test_nothing_can_be_drawn_too():
    assert elements(bars("x", "ms", [0, 0], 5.0), "rect") == []
    assert elements(lines("x", "s", {"none": []}), "polyline")[0].get("points") == ""


@pytest.mark.parametrize(
    ("most", "expected"),
    [(1.05, [0, 0.5, 1.0]), (105.0, [0, 50, 100]), (4.2, [0, 1, 2, 3, 4]), (0.0021, [0, 0.0005, 0.001, 0.0015, 0.002])],
)
def test_numbers_along_an_axis_are_round(most, expected):
    assert steps(most) == pytest.approx(expected)


def test_a_plot_asks_for_nothing_from_elsewhere():
    assert not re.search(r"https?:|url\(|href", bars("x", "ms", [1], 5.0))
