"""Where and of what a figure is: without that it says nothing later."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from attrs import frozen

from mmod.speedups import COMPILED

ROOT = Path(__file__).parents[1]

#: Processes that want a core, on average of a minute, from which on others disturb what is measured.
BUSY = 0.5


@frozen
class Machine:
    """`load` is the average of the minute before the benchmarks began; `compiled` as in `mmod.speedups`."""

    processor: str
    cores: int
    kernel: str
    python: str
    load: float
    compiled: bool


@frozen
class Commit:
    """What was measured; `changed` when files were changed since."""

    name: str
    changed: bool


def machine() -> Machine:
    """Describe this one."""
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        kernel=platform.release(),
        python=platform.python_version(),
        load=round(os.getloadavg()[0], 2),
        compiled=COMPILED,
    )


def commit() -> Commit:
    """Describe the code."""
    return Commit(_git("rev-parse", "--short=12", "HEAD"), bool(_git("status", "--porcelain", "--untracked-files=no")))


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC).replace(microsecond=0)


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if sys.platform == "linux" else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603, S607
