"""The daemon as a process: started, signalled, started again on the same state, and listened to."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from .database import FILE
from .operator import Operator
from .waiting import eventually

TWISTD = Path(sys.executable).with_name("twistd")

#: Any free port of this machine.
ANY_PORT = "tcp:0:interface=127.0.0.1"

#: Seconds a start or a stop may take on a busy machine; alone it is well under one.
LIFE_CYCLE = 20.0

#: What no log may hold unless a test says so.
_FAULT = re.compile(r"Traceback|Unhandled|#critical\]")

#: Lines of the log shown from the first fault on: a long traceback.
_SHOWN = 60

#: The state directory, in the directory of a daemon.
STATE = "state"

_ENDPOINT = r"{name} endpoint: http://127\.0\.0\.1:(\d+)/"


def command(*arguments: str, settings: Mapping[str, Any] | None = None) -> list[str]:
    """Return the command line of a daemon in the foreground."""
    given = [
        f"{key}={value if isinstance(value, str) else json.dumps(value)}" for key, value in (settings or {}).items()
    ]
    return [str(TWISTD), "-n", "--pidfile=", "mmod", *arguments, *(word for pair in given for word in ("--set", pair))]


class Daemon:
    """One state directory and the process that runs on it, if one does.

    `arguments` are options of `twistd mmod` beside the endpoints and the state directory; `settings` go after `--set`;
    `environment` goes over that of the tests.
    """

    def __init__(
        self,
        directory: Path,
        *arguments: str,
        settings: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.state_dir = directory / STATE
        self._directory = directory
        self._arguments = arguments
        self._settings = settings
        self._environment = {**os.environ, **(environment or {})}
        self._log = directory / "log"
        self._log.touch()
        self._start_of_run = 0
        self._checked = 0
        self._expected: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._operator: Operator | None = None

    # --- life ---

    def start(self, *, until_ready: bool = True, port: int = 0) -> Daemon:
        """Start it, at a public port if one is given, and wait until players can join."""
        self._start_of_run = len(self.log)
        public = f"tcp:{port}:interface=127.0.0.1"
        endpoints = ("--listen", public, "--admin", ANY_PORT, "--state-dir", str(self.state_dir))
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command(*endpoints, *self._arguments, settings=self._settings),
                cwd=self._directory,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )
        if until_ready:
            eventually(self.ready, "the daemon is ready", LIFE_CYCLE)
        return self

    def ready(self) -> bool:
        """Tell whether players can join."""
        assert self.running, f"the daemon has ended: {self.log[-2000:]}"
        if self._port_of("public") is None:
            return False
        return httpx.get(f"{self.admin_url}/readyz", trust_env=False).status_code == 200

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process is not None
        return self._process.pid

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def ended(self, within: float = LIFE_CYCLE) -> int:
        """Wait for the end; return the exit status, negative for the signal that caused it."""
        assert self._process is not None
        if self._operator is not None:
            self._operator.close()
            self._operator = None
        try:
            return self._process.wait(within)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"still running after {within} s: {self.log[-2000:]}") from None

    def terminate(self) -> int:
        """Ask it to stop; return the exit status."""
        self.signal(signal.SIGTERM)
        return self.ended()

    def kill(self) -> None:
        """End it without a warning."""
        self.signal(signal.SIGKILL)
        self.ended()

    def stop(self) -> None:
        """Stop it if it runs, which must succeed, and look through its log."""
        if self.running:
            assert self.terminate() == 0, self.log[-2000:]
        self.check_log()

    # --- where it is ---

    @property
    def port(self) -> int:
        """The public port."""
        return self._known_port("public")

    @property
    def admin_port(self) -> int:
        """The admin port."""
        return self._known_port("admin")

    @property
    def url(self) -> str:
        """The public endpoint."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws_url(self) -> str:
        """Where clients connect."""
        return f"ws://127.0.0.1:{self.port}/ws"

    @property
    def admin_url(self) -> str:
        """The admin endpoint."""
        return f"http://127.0.0.1:{self.admin_port}"

    @property
    def operator(self) -> Operator:
        """Somebody at the admin endpoint."""
        if self._operator is None:
            self._operator = Operator(self.admin_url)
        return self._operator

    @property
    def database(self) -> Path:
        """The file that holds the players, unless they are kept elsewhere."""
        return self.state_dir / FILE

    def _known_port(self, name: str) -> int:
        port = self._port_of(name)
        assert port is not None, f"no {name} endpoint yet"
        return port

    def _port_of(self, name: str) -> int | None:
        found = re.search(_ENDPOINT.format(name=name), self.log[self._start_of_run :])
        return int(found[1]) if found else None

    # --- what it says ---

    @property
    def log(self) -> str:
        """Everything it has written so far, of all its lives."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def expect_in_log(self, text: str) -> None:
        """Take lines with this text for no fault: the test causes them."""
        self._expected.append(text)

    def check_log(self) -> None:
        """Fail if a fault was logged since the last look."""
        log = self.log
        lines, self._checked = log[self._checked :].splitlines(), len(log)
        for number, line in enumerate(lines):
            fault = _FAULT.search(line) and not any(text in line for text in self._expected)
            assert not fault, "\n".join([*lines[number : number + _SHOWN], "...", log[-3000:]])
