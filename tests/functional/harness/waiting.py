"""Waiting for something to become true, with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

#: Seconds a test waits for what should take a fraction of one: the machine may be busy.
PATIENCE = 10.0

#: Seconds between two looks.
INTERVAL = 0.01


def eventually(look: Callable[[], T], what: str, within: float = PATIENCE) -> T:
    """Return the first true answer of `look`; fail, naming `what`, when there is none within some seconds."""
    deadline = time.monotonic() + within
    while not (answer := look()):
        assert time.monotonic() < deadline, f"{what}: not within {within} s"
        time.sleep(INTERVAL)
    return answer
