"""Daemons and their clients: one daemon with default settings for all who need no more, others for single tests.

A test that needs no daemon of its own runs on every store, since that costs little.  One that does, or that takes its
time and is marked `any_store`, runs on SQLite alone.  The mark `stores` names others; the option `--every-store` runs
all that do not have it on every store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from .harness.client import Client
from .harness.daemon import STATE, Daemon
from .harness.database import (
    EVERY_STORE,
    FILE,
    POSTGRESQL,
    SQLITE,
    Database,
    MemoryDatabase,
    PostgresDatabase,
    SQLiteDatabase,
)

_numbers = count(1)


def unique(name: str) -> str:
    """Return a player's name that no other test uses."""
    return f"{name}-{next(_numbers)}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "store" in metafunc.fixturenames:
        metafunc.parametrize("store", _stores(metafunc), indirect=True, scope="session")


def _stores(metafunc: pytest.Metafunc) -> Sequence[str]:
    """Return the stores on which a test is run."""
    chosen = metafunc.definition.get_closest_marker("stores")
    if chosen is not None:
        return chosen.args
    quick = "shared_daemon" in metafunc.fixturenames and not metafunc.definition.get_closest_marker("any_store")
    return EVERY_STORE if quick or metafunc.config.getoption("--every-store") else (SQLITE,)


@pytest.fixture(scope="session")
def store(request: pytest.FixtureRequest) -> str:
    """The kind of store that daemons are started with."""
    return str(request.param)


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest, store: str) -> Callable[[Path], Database]:
    """Return an empty database for a daemon with a state directory."""

    def made(state_dir: Path) -> Database:
        if store == SQLITE:
            return SQLiteDatabase(state_dir / FILE)
        if store == POSTGRESQL:
            server = request.getfixturevalue("postgres")
            return PostgresDatabase(server, server.new_database())
        return MemoryDatabase()

    return made


@pytest.fixture(scope="session")
def shared_daemon(
    tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[Path], Database]
) -> Iterator[Daemon]:
    directory = tmp_path_factory.mktemp("daemon")
    daemon = Daemon(directory, "--dev", *new_database(directory / STATE).options).start()
    yield daemon
    daemon.stop()


@pytest.fixture
def daemon(shared_daemon: Daemon) -> Iterator[Daemon]:
    """A daemon with default settings, in use by other tests too."""
    yield shared_daemon
    shared_daemon.check_log()


@pytest.fixture
def database(tmp_path: Path, new_database: Callable[[Path], Database]) -> Database:
    """Where a daemon of one's own keeps its players."""
    return new_database(tmp_path / STATE)


@pytest.fixture
def launch(tmp_path: Path, database: Database) -> Iterator[Callable[..., Daemon]]:
    """Start a daemon of one's own."""
    with ExitStack() as stack:

        def start(
            *arguments: str,
            settings: Mapping[str, Any] | None = None,
            environment: Mapping[str, str] | None = None,
        ) -> Daemon:
            daemon = Daemon(
                tmp_path, "--dev", *database.options, *arguments, settings=settings, environment=environment
            )
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
