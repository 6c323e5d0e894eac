"""From the setting `store.url` to a store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mmod.errors import ConfigError
from mmod.interfaces import IStore
from mmod.store.memory import MemoryStore
from mmod.store.postgres import PostgresStore
from mmod.store.sqlite import SQLiteStore

#: Gives unix seconds.
WallClock = Callable[[], float]

#: Makes a store from what follows the scheme and its colon; raises `ValueError` when that says nothing.
Opener = Callable[[str, Any, WallClock], IStore]

ALLOWED = "memory:, sqlite:///relative/path, sqlite:////absolute/path, postgresql://..."


def open_store(url: str, reactor: Any, now: WallClock) -> IStore:
    """Return the store a URL names, not yet opened (`IStore.migrate` does that).

    Raises `ConfigError`, which shows no more of the URL than its scheme: the rest may hold a password.
    """
    scheme, colon, rest = url.partition(":")
    opener = _OPENERS.get(scheme) if colon else None
    try:
        if opener is not None:
            return opener(rest, reactor, now)
    except ValueError as error:
        raise ConfigError(f"store.url: {scheme}:... {error}; allowed are {ALLOWED}") from None
    shown = f"{scheme}:..." if colon and scheme.isalnum() else "this"
    raise ConfigError(f"store.url: {shown} is no database mmod knows; allowed are {ALLOWED}")


def _memory(rest: str, reactor: Any, now: WallClock) -> IStore:
    if rest:
        raise ValueError("takes nothing after its colon")
    return MemoryStore(now)


def _sqlite(rest: str, reactor: Any, now: WallClock) -> IStore:
    path = rest.removeprefix("///")
    if path == rest or not path or path.endswith("/") or "\0" in path:
        raise ValueError("names no file")
    if "?" in path or "#" in path:
        raise ValueError("takes no parameters")
    return SQLiteStore(Path(path).absolute(), reactor, now)


def _postgres(rest: str, reactor: Any, now: WallClock) -> IStore:
    return PostgresStore(f"postgresql:{rest}", reactor, now)


_OPENERS: Mapping[str, Opener] = MappingProxyType(
    {"memory": _memory, "sqlite": _sqlite, "postgresql": _postgres, "postgres": _postgres}
)
