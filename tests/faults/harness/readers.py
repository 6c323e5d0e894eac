"""Operators who ask for one page after the other."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import httpx

#: More than a daemon has connections to its database.
READERS = 10

#: Seconds, longer than the daemon's own limit.
TIMEOUT = 15.0


@contextmanager
def readers(url: str) -> Iterator[None]:
    """Let several operators ask for a page at once, again and again."""
    ended = Event()

    def read() -> None:
        with httpx.Client(timeout=TIMEOUT, trust_env=False) as http:
            while not ended.is_set():
                http.get(url)

    with ThreadPoolExecutor(READERS) as threads:
        reading = [threads.submit(read) for _ in range(READERS)]
        try:
            yield
        finally:
            ended.set()
    for reader in reading:
        reader.result()
