"""With what each client proves who it is."""

from __future__ import annotations

from pathlib import Path

from mmod.errors import ConfigError


def dev_tokens(name: str, count: int) -> list[str]:
    """Return tokens for `dev` authentication: NAME-1, NAME-2 ..."""
    return [f"dev:{name}-{number}" for number in range(1, count + 1)]


def tokens_of(path: Path, count: int) -> list[str]:
    """Return the first tokens of a file with one in each line."""
    try:
        lines = path.read_text().split()
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}") from None
    if len(lines) < count:
        raise ConfigError(f"{path} has {len(lines)} tokens for {count} clients")
    return lines[:count]
