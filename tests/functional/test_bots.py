"""examples/bots: each does what it says, as a program of its own."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from .conftest import unique
from .harness.daemon import LIFE_CYCLE
from .harness.waiting import eventually

pytestmark = pytest.mark.any_store

ROOT = Path(__file__).parents[2]
BOTS = ROOT / "examples" / "bots"


class Bot:
    """A bot as a process, and what it prints."""

    def __init__(self, log, name, *words):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
        self._log = log
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, BOTS / name, *words], stdout=out, stderr=subprocess.STDOUT, env=environment
            )

    @property
    def lines(self):
        return self._log.read_text().splitlines()

    def says(self, line):
        assert eventually(lambda: line in self.lines, f"the bot says {line!r}, not only {self.lines}", LIFE_CYCLE)

    def ended(self):
        return self._process.wait(LIFE_CYCLE)

    def stop(self):
        """Interrupt it, as at a keyboard."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(LIFE_CYCLE)
        assert "Traceback" not in self._log.read_text()


@pytest.fixture
def bot(tmp_path, launch):
    """Start a bot that ends before any daemon does."""
    with ExitStack() as stack:

        def start(name, daemon, *words):
            started = Bot(tmp_path / f"{name}.log", name, "--url", daemon.ws_url, *words)
            stack.callback(started.stop)
            return started

        yield start


def test_the_bots_that_are_tested_here_are_all_there_are():
    assert {path.name for path in BOTS.glob("*.py")} == {
        "asyncio_wanderer.py",
        "collector.py",
        "follower.py",
        "wanderer.py",
    }


@pytest.mark.parametrize("program", ["wanderer.py", "asyncio_wanderer.py"])
def test_a_wanderer_walks_and_says_whom_it_meets(daemon, join, bot, program):
    name, other = unique("rosa"), unique("ben")
    join(daemon, other)
    wanderer = bot(program, daemon, "--token", f"dev:{name}", "--seconds", "2")
    assert wanderer.ended() == 0
    assert any(line.endswith(f"met {other}") for line in wanderer.lines)
    assert [line for line in wanderer.lines if "in asyncio" in line] == [] or program == "asyncio_wanderer.py"
    at = daemon.operator.player(name)["pos"]
    assert at["x"] ** 2 + at["z"] ** 2 > 3**2


def test_an_asyncio_program_goes_on_beside_its_bot(daemon, bot):
    wanderer = bot("asyncio_wanderer.py", daemon, "--token", f"dev:{unique('rosa')}", "--seconds", "2")
    assert wanderer.ended() == 0
    assert "1 s in asyncio" in wanderer.lines


def test_a_follower_comes_to_the_one_it_was_told(daemon, join, bot):
    leader, name = unique("leader"), unique("dog")
    followed = join(daemon, leader)
    daemon.operator.teleport(leader, 8, 6)
    follower = bot("follower.py", daemon, leader, "--token", f"dev:{name}")
    follower.says(f"following {leader}")

    def close(state):
        return any(
            entity.id == name and abs(entity.pos.x - 8) + abs(entity.pos.z - 6) < 3 and entity.vel.x == 0
            for entity in state.entities
        )

    followed.state(close)


def test_a_collector_wears_what_it_is_given_and_handles_refusals(daemon, bot):
    name = unique("magpie")
    collector = bot("collector.py", daemon, "--token", f"dev:{name}", "--slots", "main_hand,head")
    eventually(lambda: present(daemon, name), "the collector is in the world")
    sword = daemon.operator.grant(name, "sword_iron")
    collector.says("skipping sword_iron: skill_gate")
    daemon.operator.grant(name, "rock_small")
    cap = daemon.operator.grant(name, "cap_wool")
    collector.says("wearing cap_wool on head")
    daemon.operator.train(name, "melee", 10)
    collector.says("wearing sword_iron on main_hand")
    slots = daemon.operator.player(name)["equipment"]["slots"]
    assert {slot: worn["instance"]["instance_id"] for slot, worn in slots.items()} == {"head": cap, "main_hand": sword}


def present(daemon, name):
    players = daemon.operator.get("/players")["players"]
    return any(player["id"] == name and player["connected"] for player in players)
