"""Daemons and their clients: one daemon with default settings for all who need no more, others for single tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from .harness.client import Client
from .harness.daemon import Daemon

_numbers = count(1)


def unique(name: str) -> str:
    """Return a player's name that no other test uses."""
    return f"{name}-{next(_numbers)}"


@pytest.fixture(scope="session")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    daemon = Daemon(tmp_path_factory.mktemp("daemon"), "--dev").start()
    yield daemon
    daemon.stop()


@pytest.fixture
def daemon(shared_daemon: Daemon) -> Iterator[Daemon]:
    """A daemon with default settings, in use by other tests too."""
    yield shared_daemon
    shared_daemon.check_log()


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Daemon]]:
    """Start a daemon of one's own."""
    with ExitStack() as stack:

        def start(*arguments: str, settings: Mapping[str, Any] | None = None) -> Daemon:
            daemon = Daemon(tmp_path, "--dev", *arguments, settings=settings)
            stack.callback(daemon.stop)
            return daemon.start()

        yield start


@pytest.fixture
def connect(launch: object) -> Iterator[Callable[..., Client]]:
    """Open a connection that ends before any daemon does."""
    with ExitStack() as stack:
        yield lambda daemon, **options: stack.enter_context(Client(daemon.ws_url, **options))


@pytest.fixture
def join(connect: Callable[..., Client]) -> Callable[..., Client]:
    """Join a daemon as the player of a name, with further fields of `hello`."""

    def joined(daemon: Daemon, name: str, **fields: Any) -> Client:
        client = connect(daemon)
        client.join(f"dev:{name}", **fields)
        return client

    return joined
