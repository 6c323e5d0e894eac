"""The processes of a benchmark, each on the core it is given: the daemon, the swarm, and the bare sends."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.request import urlopen

from mmod.swarm.observation import ProcessFile, Usage

#: Seconds for a start or a stop: a stop with a thousand players saves them all.
LIFE_CYCLE = 60.0

#: Seconds between two looks.
LOOK = 0.1

TWISTD = Path(sys.executable).with_name("twistd")

#: The environment of all: compiled files may be kept, or each start takes seconds longer.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Daemon:
    """A daemon on a core, with settings; ends with the block."""

    def __init__(self, directory: Path, core: int, settings: Mapping[str, object]) -> None:
        given = [f"--set={key}={json.dumps(value)}" for key, value in settings.items()]
        endpoints = ["--listen=tcp:0:interface=127.0.0.1", "--admin=tcp:0:interface=127.0.0.1"]
        self._log = directory / "log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own
                [*pinned(core), str(TWISTD), "-n", "--pidfile=", "mmod", "--dev", *endpoints, *given],
                cwd=directory,
                env=ENVIRONMENT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._ready, "the daemon is ready", LIFE_CYCLE)

    def __enter__(self) -> Daemon:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        try:
            self._process.wait(LIFE_CYCLE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    @property
    def url(self) -> str:
        """Where clients connect."""
        return f"ws://127.0.0.1:{self._port('public')}/ws"

    def usage(self) -> Usage:
        """Return the CPU and memory it has used."""
        return asyncio.run(ProcessFile(self.pid).read())

    def metrics(self) -> dict[str, float]:
        """Return the samples of its metrics page, by name and labels as they stand there."""
        with urlopen(f"http://127.0.0.1:{self._port('admin')}/metrics") as page:
            lines = page.read().decode().splitlines()
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[:1] != "#")}

    def _port(self, name: str) -> int:
        found = re.search(rf"{name} endpoint: http://127\.0\.0\.1:(\d+)/", self._log.read_text())
        if found is None:
            raise LookupError(f"no {name} endpoint yet")
        return int(found[1])

    def _ready(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError(f"the daemon has ended: {self._log.read_text()[-2000:]}")
        try:
            self._port("public")
        except LookupError:
            return False
        return True


def swarm(daemon: Daemon, core: int, **options: object) -> dict[str, Any]:
    """Return what `mmod swarm` tells as JSON."""
    words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "mmod", "swarm", daemon.url, "--json", f"--pid={daemon.pid}", *words]
    run = subprocess.run([*pinned(core), *command], env=ENVIRONMENT, capture_output=True, text=True, check=False)  # noqa: S603
    if run.returncode:
        raise RuntimeError(run.stderr)
    told: dict[str, Any] = json.loads(run.stdout)
    return told


def bare_send(core: int, sink_core: int, clients: int, size: int, seconds: float) -> float:
    """Return the microseconds of CPU of one bare send."""
    words = [f"--clients={clients}", f"--bytes={size}", f"--seconds={seconds}", f"--sink-core={sink_core}"]
    command = [*pinned(core), sys.executable, "-m", "bench.floor", *words]
    return float(subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True).stdout)  # noqa: S603


def pinned(core: int) -> list[str]:
    """Return the words that let a command run on one core."""
    return ["taskset", "--cpu-list", str(core)]


def wait_until(condition: Callable[[], bool], words: str, seconds: float) -> None:
    """Return when a condition holds, or raise `TimeoutError`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s: {words}")
        time.sleep(LOOK)
