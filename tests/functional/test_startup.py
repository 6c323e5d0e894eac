"""How the daemon starts, refuses to start, and is ended while it starts."""

import re
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from attrs import field, frozen

from .harness.daemon import ANY_PORT, LIFE_CYCLE, Daemon, command
from .harness.database import SQLITE
from .harness.waiting import eventually

pytestmark = pytest.mark.stores(SQLITE)

LOOPBACK = ("--listen", ANY_PORT, "--admin", ANY_PORT)


@frozen
class Attempt:
    """A start that ends by itself."""

    arguments: tuple[str, ...] = LOOPBACK
    settings: dict[str, Any] = field(factory=dict)
    #: What the one line that names the cause must say.
    says: tuple[str, ...] = ()


def run(directory: Path, *arguments: str, settings: dict[str, Any] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a daemon until it ends."""
    words = command("--state-dir", str(directory / "state"), *arguments, settings=settings)
    return subprocess.run(words, cwd=directory, capture_output=True, text=True, timeout=LIFE_CYCLE, check=False)


def assert_one_line(ended: subprocess.CompletedProcess[str], *says: str) -> None:
    """The process has ended with status 1, and one line on stderr says why."""
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    (line,) = ended.stderr.splitlines()
    assert line.startswith("mmod: ")
    for words in says:
        assert words in line


WRONG_SETTINGS = {
    "an unknown key": Attempt(settings={"world.gravity": 9.81}, says=("--set", "world.gravity", "move_speed")),
    "a wrong type": Attempt(settings={"world.tick_hz": "fast"}, says=("world.tick_hz", "whole number", "fast")),
    "rates that do not divide": Attempt(settings={"world.snapshot_hz": 7}, says=("world.snapshot_hz", "7", "20")),
    "no catalogue": Attempt(settings={"items.catalogue": "nowhere.toml"}, says=("items.catalogue", "nowhere.toml")),
    "a database of no kind": Attempt(settings={"store.url": "oracle://canary@db"}, says=("store.url",)),
    "players without proof": Attempt(("--listen", "tcp:0", "--admin", ANY_PORT), says=("listen.public", "auth")),
    "operators without a token": Attempt(
        ("--listen", ANY_PORT, "--admin", "tcp:0", "--dev"), says=("listen.admin", "admin.token")
    ),
    "jwt without a key": Attempt((*LOOPBACK, "--auth", "jwt:key_file=nokey"), says=("auth.key_file", "nokey")),
    "no configuration file": Attempt((*LOOPBACK, "--config", "nowhere.toml"), says=("nowhere.toml",)),
    "an endpoint that is none": Attempt(("--listen", "pigeon:3", "--admin", ANY_PORT, "--dev"), says=("pigeon",)),
}


@pytest.mark.parametrize("attempt", WRONG_SETTINGS.values(), ids=WRONG_SETTINGS)
def test_a_wrong_setting_ends_the_start_with_one_line(tmp_path, attempt):
    ended = run(tmp_path, *attempt.arguments, settings=attempt.settings)
    assert_one_line(ended, *attempt.says)
    assert "canary" not in ended.stderr


WRONG_FILES = {
    "not TOML": (b"[world\n", ("mmod.toml", "TOML")),
    "a wrong type": (b"[bots]\nmax = true\n", ("mmod.toml", "bots.max", "True")),
}


@pytest.mark.parametrize(("content", "says"), WRONG_FILES.values(), ids=WRONG_FILES)
def test_a_wrong_configuration_file_ends_the_start_with_one_line(tmp_path, content, says):
    file = tmp_path / "mmod.toml"
    file.write_bytes(content)
    assert_one_line(run(tmp_path, *LOOPBACK, "--config", str(file)), *says)


def test_a_bad_catalogue_ends_the_start_with_one_line(tmp_path):
    file = tmp_path / "items.toml"
    file.write_text('[sword]\nname = "Sword"\nslots = ["nose"]\n')
    assert_one_line(run(tmp_path, *LOOPBACK, settings={"items.catalogue": str(file)}), "items.toml", "sword", "nose")


def test_a_state_directory_that_cannot_be_made_ends_the_start_with_one_line(tmp_path):
    (tmp_path / "state").write_text("in the way")
    assert_one_line(run(tmp_path, *LOOPBACK, "--dev"), "--state-dir", str(tmp_path / "state"))


@pytest.mark.parametrize("option", ["--listen", "--admin"])
def test_a_port_in_use_ends_the_start_with_one_line(tmp_path, daemon, option):
    taken = f"tcp:{daemon.port}:interface=127.0.0.1"
    other = "--admin" if option == "--listen" else "--listen"
    assert_one_line(run(tmp_path, option, taken, other, ANY_PORT, "--dev"), str(daemon.port))


def test_a_database_that_is_newer_than_the_program_ends_the_start_with_one_line(tmp_path):
    daemon = Daemon(tmp_path, "--dev").start()
    daemon.stop()
    with closing(sqlite3.connect(daemon.database)) as database:
        database.execute("INSERT INTO schema_version VALUES (9999, 'from the future', 0)")
        database.commit()
    assert_one_line(run(tmp_path, *LOOPBACK, "--dev"), "newer")


def test_a_file_that_is_no_database_ends_the_start_with_one_line(tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "players.sqlite").write_bytes(b"not a database, " * 100)
    assert_one_line(run(tmp_path, *LOOPBACK, "--dev"), "players.sqlite")


def test_a_failed_start_leaves_nothing_in_the_way_of_the_next(tmp_path, daemon):
    run(tmp_path, "--listen", f"tcp:{daemon.port}:interface=127.0.0.1", "--admin", ANY_PORT, "--dev")
    Daemon(tmp_path, "--dev").start().stop()


def test_the_help_names_the_options(tmp_path):
    helped = run(tmp_path, "--help")
    assert helped.returncode == 0
    for option in ("--config", "--listen", "--admin", "--database", "--state-dir", "--auth", "--dev", "--set"):
        assert option in helped.stdout


def test_an_unknown_option_is_refused(tmp_path):
    refused = run(tmp_path, "--frobnicate")
    assert refused.returncode == 1
    assert "frobnicate" in refused.stdout + refused.stderr


def test_without_any_authentication_it_says_so_loudly(launch):
    assert "DEVELOPMENT AUTHENTICATION" in launch().log


def test_the_shipped_configuration_file_is_taken(launch, join):
    shipped = Path(__file__).parents[2] / "etc" / "mmod.toml"
    daemon = launch("--config", str(shipped))
    assert join(daemon, "ada").joined.config.tick_hz == 20


def test_state_is_readable_by_its_owner_only(launch):
    daemon = launch()
    assert daemon.state_dir.stat().st_mode & 0o077 == 0
    assert daemon.database.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_both_signals_stop_it_with_status_0(tmp_path, number):
    daemon = Daemon(tmp_path, "--dev").start()
    daemon.signal(number)
    assert daemon.ended() == 0
    daemon.check_log()


def test_it_waits_for_a_store_that_is_away_and_can_be_ended_meanwhile(tmp_path):
    daemon = Daemon(tmp_path, "--dev")
    daemon.state_dir.mkdir()
    with closing(sqlite3.connect(daemon.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        daemon.start(until_ready=False)
        eventually(lambda: "the store is away" in daemon.log, "it waits for the store", LIFE_CYCLE)
        answer = httpx.get(f"{daemon.admin_url}/readyz", trust_env=False)
        assert (answer.status_code, answer.text) == (503, "waiting for the store\n")
        assert httpx.get(f"{daemon.admin_url}/healthz", trust_env=False).status_code == 200
        assert "public endpoint" not in daemon.log
        assert daemon.terminate() == 0
    daemon.check_log()


def test_it_is_ready_by_itself_when_the_store_comes_back(tmp_path):
    daemon = Daemon(tmp_path, "--dev")
    daemon.state_dir.mkdir()
    with closing(sqlite3.connect(daemon.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        daemon.start(until_ready=False)
        eventually(lambda: "the store is away" in daemon.log, "it waits for the store", LIFE_CYCLE)
    eventually(daemon.ready, "it is ready", LIFE_CYCLE)
    daemon.stop()


def test_a_signal_in_the_first_moments_ends_it(tmp_path):
    daemon = Daemon(tmp_path, "--dev").start(until_ready=False)
    eventually(lambda: "admin endpoint" in daemon.log, "it has begun", LIFE_CYCLE)
    assert daemon.terminate() == 0
    daemon.check_log()


def test_signals_in_quick_succession_are_one_stop(tmp_path):
    daemon = Daemon(tmp_path, "--dev").start()
    for _ in range(5):
        daemon.signal(signal.SIGTERM)
        daemon.signal(signal.SIGINT)
    assert daemon.ended() == 0
    daemon.check_log()


def test_one_line_is_logged_for_each_join_and_close(launch, join):
    daemon = launch()
    join(daemon, "ada").close()
    eventually(lambda: "closed" in daemon.log, "the close is logged")
    assert len(re.findall(r"connection 1 joined", daemon.log)) == 1
    assert len(re.findall(r"connection 1 closed", daemon.log)) == 1
