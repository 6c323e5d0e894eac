"""The examples do what they say."""

import os
import subprocess
import sys
from pathlib import Path

from .conftest import unique
from .harness.daemon import LIFE_CYCLE

EXAMPLES = Path(__file__).parents[2] / "examples"


def printed(name, *arguments):
    """Run an example and return its lines; it must end well and complain of nothing."""
    words = [sys.executable, EXAMPLES / name, *arguments]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(EXAMPLES.parent), os.environ.get("PYTHONPATH", "")]),
    }
    done = subprocess.run(words, capture_output=True, text=True, timeout=LIFE_CYCLE, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_every_example_is_run_by_a_test():
    """The plugin's is in test_operators, those of the bots in test_bots."""
    assert {path.name for path in EXAMPLES.iterdir()} == {"auth_plugin", "bots", "first_client.py", "headless_world.py"}


def test_a_headless_world_keeps_what_was_done_in_it():
    refused, armed, moved, back = printed("headless_world.py")
    assert "skill_gate" in refused
    assert armed == "the sword is in her hand"
    assert moved.endswith("at x 258.10 from Cell(cx=0, cz=0) to Cell(cx=1, cz=0)")
    assert back == "back at x 258.10 in Cell(cx=1, cz=0), wearing {'main_hand': 'sword_iron'}"


def test_the_first_client_walks_east(daemon):
    name = unique("first")
    joined, *lines = printed("first_client.py", daemon.ws_url, f"dev:{name}")
    assert joined.startswith(f"joined as {name} in cell")
    assert len([line for line in lines if line.startswith("at x ")]) == 30
    assert daemon.operator.player(name)["pos"]["x"] > 5
