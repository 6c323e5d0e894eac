"""From a file and options to `Settings`; every fault is one `ConfigError` that names key, value, rule and source."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from mmod.config.assemble import assemble
from mmod.config.keys import KEYS
from mmod.config.settings import Settings
from mmod.errors import ConfigError

#: Where state is kept when nobody says where: fit for development, next to whoever starts the daemon.
DEFAULT_STATE_DIR = Path("mmod-state")


@frozen
class Given:
    """A value somebody gave for a key, not yet checked."""

    key: str
    value: Any
    #: The file or option it came from.
    source: str


@frozen
class Loaded:
    """The settings, what was given for each key, and by which file or option."""

    settings: Settings
    values: Mapping[str, Any]
    sources: Mapping[str, str]


def load_settings(
    config: Path | None,
    overrides: Sequence[Given] = (),
    *,
    dev: bool = False,
    state_dir: Path | None = None,
) -> Loaded:
    """Return the settings: defaults, then the file, then the overrides in their order.

    `dev` allows development authentication.  Raises `ConfigError`, and `CatalogueError` for the item catalogue.
    """
    given = [*(read_file(config) if config else ()), *overrides]
    checked: dict[str, Any] = {}
    for entry in given:
        checked[entry.key] = _check(entry)
    sources = {entry.key: entry.source for entry in given}
    settings = assemble(checked, sources, dev=dev, state_dir=state_dir or DEFAULT_STATE_DIR.absolute())
    return Loaded(settings, checked, sources)


def read_file(path: Path) -> Iterable[Given]:
    """Return what a TOML file gives."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is not TOML: {error}") from None
    for section, content in document.items():
        if not isinstance(content, Mapping):
            raise ConfigError(f"{path}: {section}: is not a section; allowed are {', '.join(_sections())}")
        for name, value in content.items():
            yield Given(f"{section}.{name}", value, str(path))


def parse_assignment(assignment: str) -> Given:
    """Return what `--set section.key=value` gives; the value is TOML, or a plain text where it is not."""
    key, equals, value = assignment.partition("=")
    if not equals:
        raise ConfigError(f"--set {assignment}: must be section.key=value")
    return Given(key.strip(), toml_or_text(value), "--set")


def toml_or_text(value: str) -> Any:
    """Return a value given on the command line: TOML, or the text itself where it is not."""
    try:
        document = tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return value
    return document["value"] if len(document) == 1 else value


def _check(entry: Given) -> Any:
    key = KEYS.get(entry.key)
    if key is None:
        raise ConfigError(f"{entry.source}: {entry.key}: there is no such setting{_suggestion(entry.key)}")
    try:
        return key.kind.read(entry.value)
    except ValueError:
        shown = "its value" if entry.key in _SECRET else repr(entry.value)
        raise ConfigError(f"{entry.source}: {entry.key}: must be {key.kind.allowed}, not {shown}") from None


#: Keys whose values are never shown.
_SECRET = frozenset({"admin.token", "store.url"})


def _sections() -> list[str]:
    return list(dict.fromkeys(key.partition(".")[0] for key in KEYS))


def _suggestion(key: str) -> str:
    section = key.partition(".")[0]
    names = [name for name in KEYS if name.startswith(f"{section}.")]
    return f"; in [{section}] there are {', '.join(names)}" if names else f"; sections are {', '.join(_sections())}"
