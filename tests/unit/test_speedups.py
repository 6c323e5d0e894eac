import os
import subprocess
import sys

import pytest

from mmod.speedups import COMPILED, OBSTACLE, SWITCH, TWINS, obstacle

ALL = dict.fromkeys(TWINS, True)


def said_by(code, **environment):
    """Return what a Python of its own prints."""
    words = [sys.executable, "-c", code]
    inherited = {name: value for name, value in os.environ.items() if name != SWITCH}
    return subprocess.run(words, env={**inherited, **environment}, capture_output=True, text=True, check=True).stdout


def test_they_are_used_when_all_are_there():
    assert obstacle({}, True, ALL) is None


@pytest.mark.parametrize(
    ("environment", "fitting", "found", "words"),
    [
        ({SWITCH: "1"}, True, ALL, "MMOD_PURE is set"),
        ({}, False, ALL, "64 bits"),
        ({}, True, {**ALL, TWINS[1]: False, TWINS[3]: False}, f"not built: {TWINS[1]}, {TWINS[3]}"),
    ],
)
def test_one_obstacle_is_enough_for_using_none(environment, fitting, found, words):
    assert words in obstacle(environment, fitting, found)


def test_the_environment_of_the_process_counts():
    asked = "from mmod.speedups import OBSTACLE; print(OBSTACLE)"
    assert said_by(asked, **{SWITCH: "1"}) == "MMOD_PURE is set\n"
    assert (OBSTACLE is None) == COMPILED


def test_each_module_uses_the_twin_that_was_chosen():
    asked = """
from mmod.net import ear, intake
from mmod.spatial import index
from mmod.wire import snapshot
from mmod.wire.delta import encoder
print(*(each.__module__ for each in (
    ear.only_payload, intake.read_ready, index.reached, snapshot.move, snapshot.states, encoder.states)))
"""
    pure = "frames sockets reach fragments fragments bodies"
    assert [name.rpartition(".")[2] for name in said_by(asked, **{SWITCH: "1"}).split()] == pure.split()
    chosen = [name.rpartition(".")[2] for name in said_by(asked).split()]
    compiled = said_by("from mmod.speedups import COMPILED; print(COMPILED)") == "True\n"
    assert chosen == ("_sockets _sockets _reach _fragments _fragments _bodies" if compiled else pure).split()


@pytest.mark.parametrize("module", ["mmod.world.engine", "mmod.wire.delta.encoder", "mmod.session.session"])
def test_the_core_loads_no_twisted_with_either_twin(module):
    asked = f"import sys, {module}; print('twisted' in sys.modules)"
    assert said_by(asked) == said_by(asked, **{SWITCH: "1"}) == "False\n"
