"""The directory for everything the daemon keeps: a SQLite database, spill files."""

from __future__ import annotations

from pathlib import Path

from mmod.errors import ConfigError

#: It holds players' names and resume hashes: nobody but the daemon's user looks into it.
MODE = 0o700


def prepare(state_dir: Path) -> None:
    """Make the directory unless it is there; raise `ConfigError`."""
    try:
        state_dir.mkdir(mode=MODE, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"--state-dir: {state_dir} cannot be made: {error.strerror}") from None
