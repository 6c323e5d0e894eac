"""The `mmod` command, run as an operator runs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MMOD = Path(sys.executable).with_name("mmod")

#: Seconds for a command on a busy machine.
COMMAND_TIME = 30.0


def run(*words: str, directory: Path, given: str | None = None) -> tuple[int, str, str]:
    """Run a command in a directory; return its exit status, and what it printed on both outputs."""
    ended = subprocess.run(
        [MMOD, *words], cwd=directory, input=given, capture_output=True, text=True, timeout=COMMAND_TIME, check=False
    )
    return ended.returncode, ended.stdout, ended.stderr
