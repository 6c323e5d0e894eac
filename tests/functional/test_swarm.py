"""`mmod swarm` against a daemon, as a user would run it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mmod.swarm.patterns import PATTERNS

from .harness.daemon import Daemon
from .harness.waiting import eventually

#: Seconds for a whole run of a few seconds, on a busy machine.
PATIENCE = 60.0

CLIENTS = 20


def command(daemon: Daemon, *options: str) -> list[str]:
    clients = ("--clients", str(CLIENTS), "--ramp", "0.2")
    return [sys.executable, "-m", "mmod", "swarm", daemon.ws_url, *clients, *options]


def swarm(daemon: Daemon, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(daemon, *options), capture_output=True, text=True, timeout=PATIENCE, check=False)


def interruptible(words: list[str]) -> subprocess.Popen[str]:
    """Start a command that hears SIGINT, which a shell that runs the tests in the background has them ignore."""
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    return subprocess.Popen(words, stderr=subprocess.PIPE, text=True, preexec_fn=heard)


def told(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.fixture
def crowded(launch: Any) -> Daemon:
    """A daemon in which players join close to each other."""
    return launch(settings={"world.spawn_radius": 30})


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_is_played_and_measured(crowded, pattern):
    options = ("--storm", "5", "--session", "1", "--pid", str(crowded.pid), "--require", "refused=0")
    figures = told(swarm(crowded, "--json", "--seconds", "3", "--pattern", pattern, *options))["figures"]
    assert figures["states_per_second"] > 0
    assert figures["ack_p50"] > 0
    assert figures["cpu_per_state"] > 0
    assert figures["entities_per_state"] > 0
    assert (figures["lost"], figures["refused"]) == (0, 0)
    assert (figures["resumed"] > 0) is (pattern == "reconnect")
    if pattern == "border-run":
        assert crowded.operator.metrics()["mmod_handovers_total"] > 0


def test_a_target_out_of_reach_is_missed_with_status_1(crowded):
    run = swarm(crowded, "--seconds", "1", "--require", "clients=20", "--require", "interval_p99=0.001")
    assert run.returncode == 1
    assert run.stderr.startswith("mmod: interval_p99 is ")
    assert "clients is" not in run.stderr
    assert "states received a second" in run.stdout


def test_a_report_is_one_page_with_the_server_seen_from_its_admin_endpoint(crowded, tmp_path):
    report = tmp_path / "report.html"
    run = swarm(crowded, "--seconds", "1", "--report", str(report), "--admin", crowded.admin_url)
    assert run.returncode == 0, run.stderr
    text = report.read_text(encoding="utf-8")
    assert "Memory of the server" in text
    assert Path(report).stat().st_size < 200_000


def test_an_interrupted_run_ends_with_one_line(crowded):
    with interruptible(command(crowded, "--seconds", "60")) as run:
        eventually(lambda: crowded.operator.metrics()["mmod_players"] == CLIENTS, "all have joined", PATIENCE)
        run.send_signal(signal.SIGINT)
        _, complaint = run.communicate(timeout=PATIENCE)
    assert (run.returncode, complaint) == (1, "mmod: interrupted\n")


def test_a_server_that_cannot_be_seen_is_told_before_anyone_joins(crowded):
    run = swarm(crowded, "--admin", "http://127.0.0.1:1")
    assert run.returncode == 1
    assert run.stderr.startswith("mmod: http://127.0.0.1:1/metrics cannot be read: ")
    assert crowded.operator.metrics()["mmod_players"] == 0


def test_without_the_extra_it_says_what_to_install():
    program = "import sys; sys.modules['picows'] = None; from mmod.__main__ import main; sys.exit(main(['swarm', 'ws://x/ws']))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert run.returncode == 1
    assert run.stderr == "mmod: there is no picows; install the extra: pip install 'mmod[swarm]'\n"


def test_a_server_that_is_not_there_is_told_in_one_line():
    run = subprocess.run(
        [sys.executable, "-m", "mmod", "swarm", "ws://127.0.0.1:1/ws", "--clients", "2"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr == "mmod: nobody could join ws://127.0.0.1:1/ws: ConnectionRefusedError (2)\n"
