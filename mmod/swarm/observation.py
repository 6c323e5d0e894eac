"""What the server uses, seen from outside, and how the swarm itself does."""

from __future__ import annotations

import asyncio
import os
import re
import time
from pathlib import Path
from typing import Protocol
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from attrs import frozen

from mmod.errors import LocalError
from mmod.swarm.histogram import Histogram

#: Seconds between two looks at the own event loop: a delay that a snapshot notices is not missed.
LOOK = 0.01

#: Seconds for an answer of the admin endpoint, which shares its thread with the world.
PATIENCE = 5.0

#: From these on the swarm may be what is slow: its share of a core, and the 99th percentile (s) of its loop's delay.
BUSY, LATE = 0.9, 0.025


class ServerUnseen(LocalError):
    """Nothing can be read about the server's process."""


@frozen
class Usage:
    """CPU seconds of a process, user and system, since it began, and its resident memory in bytes."""

    cpu: float
    memory: float


class Source(Protocol):
    """Where the usage of the server is read."""

    async def read(self) -> Usage:
        """Return the usage now, or raise `ServerUnseen`."""
        ...


@frozen
class ProcessFile:
    """A process of this machine, by way of /proc."""

    pid: int

    async def read(self) -> Usage:
        """Return the usage now, or raise `ServerUnseen`."""
        try:
            text = Path(f"/proc/{self.pid}/stat").read_text()  # noqa: ASYNC240 - /proc waits for nothing
        except OSError as error:
            raise ServerUnseen(f"process {self.pid} cannot be read: {error.strerror}") from None
        return parsed_stat(text, os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE"))


@frozen
class MetricsPage:
    """The admin endpoint's /metrics, anywhere."""

    url: str

    async def read(self) -> Usage:
        """Return the usage now, or raise `ServerUnseen`."""
        try:
            return parsed_metrics(await asyncio.to_thread(self._page))
        except (URLError, OSError, ValueError) as error:
            raise ServerUnseen(f"{self.url} cannot be read: {error}") from None

    def _page(self) -> str:
        with build_opener(ProxyHandler({})).open(self.url, timeout=PATIENCE) as answer:
            return str(answer.read(), "utf-8")


def parsed_stat(text: str, ticks: int, page: int) -> Usage:
    """Return what a line of /proc/PID/stat says; `ticks` is clock ticks a second, `page` the size of a page."""
    fields = text.rpartition(")")[2].split()  # the name before may hold anything
    return Usage((int(fields[11]) + int(fields[12])) / ticks, int(fields[21]) * page)


def parsed_metrics(text: str) -> Usage:
    """Return what a Prometheus page says, or raise `ValueError`."""

    def value(name: str) -> float:
        found = re.search(rf"^{name} (\S+)", text, re.MULTILINE)
        if found is None:
            raise ValueError(f"there is no {name}")
        return float(found[1])

    return Usage(value("process_cpu_seconds_total"), value("process_resident_memory_bytes"))


class OwnLoop:
    """Notes how late the event loop of the swarm itself is, and the CPU it takes."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Forget everything so far."""
        self.delays = Histogram()
        self._cpu, self._since = time.process_time(), time.monotonic()

    @property
    def cpu(self) -> float:
        """The share of a core since `begin`."""
        return (time.process_time() - self._cpu) / max(time.monotonic() - self._since, LOOK)

    async def watch(self) -> None:
        """Look for ever."""
        while True:
            due = time.monotonic() + LOOK
            await asyncio.sleep(LOOK)
            self.delays.add(time.monotonic() - due)


def bottleneck(cpu: float, delay: float) -> str | None:
    """Say why the figures may be the swarm's own, or return None; `cpu` in cores, `delay` (p99) in seconds."""
    if cpu >= BUSY:
        return f"the swarm itself took {cpu:.0%} of a core: use fewer clients, or several swarms"
    if delay >= LATE:
        return f"the swarm itself was {delay * 1000:.0f} ms late (p99): give it a core of its own"
    return None
