import pytest

from mmod.swarm.figures import FIGURES, arrived, received, used
from mmod.swarm.observation import Usage
from mmod.swarm.tally import Tally


def test_what_was_received_is_compared_with_what_was_due():
    tally = Tally(0.0)
    tally.entered(0.0, 0.05)
    tally.begin(10.0)
    tally.states, tally.bytes, tally.inputs = 90, 90 * 700, 100
    tally.intervals.add(0.1)
    tally.acks.add(0.06)
    tally.sample(700, 7)
    figures = received(tally, 20.0, 10.0, snapshot_hz=10)
    assert figures["delivered"] == pytest.approx(0.9)
    assert figures["interval_p99"] == pytest.approx(100.0, abs=0.2)
    assert figures["ack_p50"] == pytest.approx(60.0, abs=0.2)
    assert (figures["bytes_per_state"], figures["bytes_per_entity"], figures["entities_per_state"]) == (700, 100, 7)
    assert figures["inputs_per_second"] == 10.0


def test_nothing_received_has_no_figures_but_is_no_fault():
    figures = received(Tally(0.0), 1.0, 1.0, snapshot_hz=10)
    assert figures["interval_p99"] is None
    assert figures["delivered"] is None


def test_joins_are_timed_from_the_first_try():
    tally = Tally(0.0)
    tally.entered(1.5, 0.5)
    tally.entered(3.0, 0.1)
    figures = arrived(tally, since=1.0)
    assert figures["join_all"] == 2.0
    assert figures["join_p99"] == pytest.approx(500.0, abs=0.2)
    assert arrived(Tally(0.0), since=0.0)["join_all"] is None


def test_the_cost_of_a_state_is_the_cpu_of_the_server_over_all_states():
    figures = used(Usage(10.0, 0), Usage(15.0, 100 * 2**20), 10.0, 50_000)
    assert figures["server_cpu"] == 0.5
    assert figures["cpu_per_state"] == pytest.approx(100.0)
    assert figures["server_memory"] == 100.0
    assert figures["states_per_second"] == 5000.0


def test_a_server_that_cannot_be_seen_costs_nothing_known():
    assert used(None, None, 10.0, 100) == {
        "states_per_second": 10.0,
        "server_cpu": None,
        "cpu_per_state": None,
        "server_memory": None,
    }


def test_every_figure_has_a_name_that_options_can_hold():
    assert all(name.isidentifier() for name in FIGURES)
