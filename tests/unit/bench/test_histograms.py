import pytest

from bench.histograms import quantile


def page(*counts):
    edges = ("0.01", "0.02", "0.05", "+Inf")
    return {f'tick_bucket{{le="{edge}"}}': float(count) for edge, count in zip(edges, counts, strict=True)}


def test_a_quantile_lies_straight_between_the_edges_of_its_bucket():
    assert quantile("tick", {}, page(50, 100, 100, 100), 0.75) == pytest.approx(0.015)
    assert quantile("tick", {}, page(100, 100, 100, 100), 0.5) == pytest.approx(0.005)


def test_only_what_came_between_the_two_looks_counts():
    assert quantile("tick", page(100, 100, 100, 100), page(100, 100, 200, 200), 0.5) == pytest.approx(0.035)


def test_a_bucket_without_an_upper_edge_and_nothing_at_all_have_no_quantile():
    assert quantile("tick", {}, page(0, 0, 0, 9), 0.5) is None
    assert quantile("tick", page(1, 1, 1, 1), page(1, 1, 1, 1), 0.5) is None
    assert quantile("tock", {}, page(1, 1, 1, 1), 0.5) is None
