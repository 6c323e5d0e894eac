from pathlib import Path

import pytest
from twisted.internet.testing import MemoryReactorClock

from mmod.errors import ConfigError
from mmod.store.memory import MemoryStore
from mmod.store.postgres import PostgresStore
from mmod.store.sqlite import SQLiteStore
from mmod.store.url import open_store


def opened(url):
    return open_store(url, MemoryReactorClock(), lambda: 0.0)


def test_memory():
    assert isinstance(opened("memory:"), MemoryStore)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///mmod.sqlite", "mmod.sqlite"),
        ("sqlite:///state/a b%20.db", "state/a b%20.db"),
        ("sqlite:////var/lib/mmod/mmod.sqlite", "/var/lib/mmod/mmod.sqlite"),
    ],
)
def test_sqlite_files(url, path):
    store = opened(url)
    assert isinstance(store, SQLiteStore)
    assert store.path == Path(path).absolute()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://",
        "postgresql://host/mmod",
        "postgres://mmod:hunter2@host:5433/mmod?sslmode=verify-full",
        "postgresql:///mmod?host=/run/postgresql",
        "postgresql://one,two/mmod?target_session_attrs=read-write",
    ],
)
def test_any_uri_of_libpq(url):
    assert isinstance(opened(url), PostgresStore)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "memory",
        "memory:x",
        "sqlite:",
        "sqlite:///players.sqlite?mode=ro",
        "sqlite:///players.sqlite#x",
        "sqlite:mmod.db",
        "sqlite://host/mmod.db",
        "sqlite:///",
        "sqlite:////",
        "sqlite:///dir/",
        "sqlite:///a\0b",
        "SQLITE:///a",
        "postgresql:",
        "postgresql:db",
        "postgresql://mmod:hunter2@host/db?nonsense=1",
        "postgresql://mmod:hunter2@host/a%00b",
        "mysql://root:hunter2@host/db",
        "hunter2",
        "root:hunter2@host",
        "://hunter2",
    ],
)
def test_anything_else_names_the_key_and_what_is_allowed_and_shows_no_password(url):
    with pytest.raises(ConfigError, match=r"^store\.url: .*allowed are memory:, sqlite:///") as raised:
        opened(url)
    assert "hunter2" not in str(raised.value)
    assert raised.value.__cause__ is None
