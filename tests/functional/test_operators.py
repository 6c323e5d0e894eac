"""What operators put around the daemon: a login service, a plugin of their own, Prometheus, systemd and a log."""

import json
import os
import re
import shutil
import socket
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from mmod.wire.messages import Error

from .harness.daemon import LIFE_CYCLE, TWISTD, Daemon
from .harness.waiting import PATIENCE, eventually

ROOT = Path(__file__).parents[2]
UNIT = ROOT / "etc" / "systemd" / "mmod.service"

#: Series a daemon may have at most, whatever clients do: one Prometheus takes a million.
MOST_SERIES = 5000

#: What `systemd-analyze security` may find at most, of 10.
MOST_EXPOSURE = 1.5


def needs(program):
    """Return the mark of a test that is skipped where a program is missing, but never under CI=true."""
    missing = shutil.which(program) is None and os.environ.get("CI") != "true"
    return pytest.mark.skipif(missing, reason=f"{program} is not installed")


# --- a login service --------------------------------------------------------------------------------------------------

#: What the service says to each token; it answers 500 to all others.
ANSWERS = {
    "good": (200, b'{"player_id": "user/17", "name": "Ada L."}'),
    "bad": (401, b"<html>no such token</html>"),
    "banned": (403, b"<html>not any more</html>"),
}


class Login(BaseHTTPRequestHandler):
    """Answers by the table, and keeps its connections open as most services do."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        question = json.loads(self.rfile.read(int(self.headers["content-length"])))
        status, body = ANSWERS.get(question["token"], (500, b"fault"))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@contextmanager
def login_service(port=0):
    """Yield the port of a service that runs meanwhile."""
    with ThreadingHTTPServer(("127.0.0.1", port), Login) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def login():
    with login_service() as port:
        yield port


@pytest.fixture
def asking(tmp_path, login):
    """A daemon that asks the service."""
    daemon = Daemon(tmp_path, "--auth", f"http:url=http\\://127.0.0.1\\:{login}/mmod").start()
    yield daemon
    daemon.stop()


def refusal(connect, daemon, token):
    """Return the error code and the close code that a token gets."""
    client = connect(daemon)
    client.hello(token)
    return client.expect(Error).code, client.closed()


def connections(pid, port):
    """Return the connections of a process to a port."""
    return [each for each in psutil.net_connections("tcp") if each.pid == pid and each.raddr and each.raddr[1] == port]


def test_players_whom_the_login_service_knows_join_under_its_names(asking, connect):
    assert connect(asking).join("good").playerID == "user/17"
    assert asking.operator.player("user/17")["name"] == "Ada L."


@pytest.mark.parametrize("token", ["bad", "banned"])
def test_players_whom_the_login_service_refuses_are_refused(asking, connect, token):
    assert refusal(connect, asking, token) == ("auth", 4001)


def test_while_the_login_service_is_broken_players_may_come_back_later(asking, connect):
    assert refusal(connect, asking, "odd") == ("unavailable", 1013)
    assert connect(asking).join("good")


def test_while_the_login_service_is_away_players_may_come_back_later(tmp_path, connect):
    with login_service() as port:
        pass
    daemon = Daemon(tmp_path, "--auth", f"http:url=http\\://127.0.0.1\\:{port}/mmod").start()
    assert refusal(connect, daemon, "good") == ("unavailable", 1013)
    with login_service(port):
        assert connect(daemon).join("good").playerID == "user/17"
    daemon.stop()


def test_refused_tokens_leave_no_connection_to_the_login_service_behind(asking, connect, login):
    for token in ("bad", "odd") * 5:
        refusal(connect, asking, token)
    eventually(lambda: not connections(asking.pid, login), "all connections to the service are closed")


def test_the_example_plugin_decides_who_plays(tmp_path, connect):
    (tmp_path / "players.txt").write_text("s3cret 17 Ada Lovelace\n")
    shutil.copytree(ROOT / "examples" / "auth_plugin", tmp_path / "plugin")
    path = os.pathsep.join(filter(None, [str(tmp_path / "plugin"), os.environ.get("PYTHONPATH")]))
    daemon = Daemon(tmp_path, "--auth", "tokenfile:players.txt", environment={"PYTHONPATH": path}).start()
    assert connect(daemon).join("s3cret").playerID == "17"
    assert daemon.operator.player("17")["name"] == "Ada Lovelace"
    assert refusal(connect, daemon, "s3cre") == ("auth", 4001)
    daemon.stop()


# --- Prometheus -------------------------------------------------------------------------------------------------------


@pytest.fixture
def busy(daemon, join, connect):
    """A daemon that has seen joins, walks, refusals, items and a client with a name made to hurt."""
    name = 'label="x",} \\ 1\u2028'
    client = join(daemon, "metrics-walker")
    club = daemon.operator.grant("metrics-walker", "club_oak")
    client.equip(club, "main_hand")
    client.equip(club, "nose")
    client.walk(1, 0)
    client.state(lambda state: state.ack == 1)
    for token in (f"dev:{name}", "dev:", "nonsense"):
        refused = connect(daemon)
        refused.hello(token)
        refused.expect(Error)
    return daemon


def exposition(daemon):
    return daemon.operator.http.get("/metrics", headers={"Accept": "text/plain"}).raise_for_status().text


@needs("promtool")
def test_promtool_has_nothing_to_say_to_the_metrics(busy):
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=exposition(busy), capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_the_metrics_are_few_and_name_nobody(busy, join):
    before = busy.operator.metrics()
    for number in range(20):
        join(busy, f"metrics-crowd-{number}")
    text = exposition(busy)
    assert set(busy.operator.metrics()) == set(before)
    assert len(before) < MOST_SERIES
    assert "metrics-" not in text
    assert "label=" not in text


# --- systemd ----------------------------------------------------------------------------------------------------------


class Manager:
    """The socket on which systemd hears of a service."""

    def __init__(self, directory):
        self.path = str(directory / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        self._socket.settimeout(LIFE_CYCLE)

    def told(self):
        """Wait for the next message."""
        return self._socket.recv(4096).decode()

    def is_told_nothing_more(self):
        self._socket.setblocking(False)
        with pytest.raises(BlockingIOError):
            self._socket.recv(4096)
        self._socket.close()


def test_systemd_is_told_of_readiness_life_and_end(tmp_path):
    manager = Manager(tmp_path)
    environment = {"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "200000"}
    daemon = Daemon(tmp_path, "--dev", environment=environment).start(until_ready=False)
    assert manager.told() == "READY=1"
    assert daemon.ready()
    assert [manager.told() for _ in range(5)] == ["WATCHDOG=1"] * 5
    assert daemon.terminate() == 0
    assert set(iter(manager.told, "STOPPING=1")) <= {"WATCHDOG=1"}
    manager.is_told_nothing_more()
    daemon.check_log()


@pytest.fixture
def unit(tmp_path):
    """The shipped unit with a program that exists on this machine."""
    path = tmp_path / "mmod.service"
    text = UNIT.read_text()
    assert text.count("ExecStart=/opt/mmod/bin/twistd ") == 1
    path.write_text(text.replace("ExecStart=/opt/mmod/bin/twistd ", f"ExecStart={TWISTD} "))
    return path


def analyzed(*arguments):
    """Return the status of systemd-analyze and all it says."""
    words = ["systemd-analyze", "--no-pager", *map(str, arguments)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@needs("systemd-analyze")
def test_systemd_has_nothing_to_say_to_the_unit(unit):
    assert analyzed("verify", "--man=no", unit) == (0, "")


@needs("systemd-analyze")
def test_the_unit_exposes_little(unit):
    status, said = analyzed("security", "--offline=true", unit)
    exposure = re.search(r"Overall exposure level for mmod\.service: (\S+)", said)
    assert status == 0
    assert exposure, said
    assert float(exposure[1]) <= MOST_EXPOSURE


def test_the_unit_starts_the_daemon_with_options_it_knows(unit, tmp_path):
    """What stands in ExecStart, but with settings and state of the test."""
    (line,) = [line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
    words = line.removeprefix("ExecStart=").split()
    (tmp_path / "mmod.toml").write_text("[world]\ntick_hz = 7\n")
    given = {"/etc/mmod/mmod.toml": str(tmp_path / "mmod.toml"), "/var/lib/mmod": str(tmp_path / "state")}
    assert set(given) < set(words)
    started = subprocess.run(
        [given.get(word, word) for word in words], capture_output=True, text=True, timeout=LIFE_CYCLE, check=False
    )
    assert started.returncode == 1
    assert "world.snapshot_hz" in started.stderr


# --- the log ----------------------------------------------------------------------------------------------------------


def lines_of(daemon, number):
    """Return what was logged about one connection."""
    return [line for line in daemon.log.splitlines() if re.search(rf"\bconnection {number}\b", line)]


def test_the_log_follows_a_connection_by_its_number_from_accept_to_close(launch, join):
    daemon = launch()
    first, second = join(daemon, "ada"), join(daemon, "ben")
    first.close()
    second.close()
    eventually(lambda: "connection 2 closed" in daemon.log, "the close is logged", PATIENCE)
    for number, name in ((1, "ada"), (2, "ben")):
        opened, joined, closed = lines_of(daemon, number)
        assert f"connection {number} opened from tcp4:127.0.0.1:" in opened
        assert f"connection {number} joined" in joined
        assert name in joined
        assert f"connection {number} closed: " in closed


def test_the_log_says_why_a_connection_was_refused(launch, connect):
    daemon = launch()
    assert refusal(connect, daemon, "nonsense") == ("auth", 4001)
    eventually(lambda: "connection 1 closed" in daemon.log, "the close is logged", PATIENCE)
    opened, *refused, closed = lines_of(daemon, 1)
    assert "opened" in opened
    assert "auth" in " ".join([*refused, closed])
