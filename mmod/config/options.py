"""The command line of the daemon, and of `mmod check-config`, which takes the same."""

from __future__ import annotations

import re
from pathlib import Path

from twisted.python import usage

from mmod.auth.kinds import BUILT_IN
from mmod.config.load import Given, Loaded, load_settings, parse_assignment, toml_or_text
from mmod.errors import ConfigError

_SOURCE = "--auth"


class Options(usage.Options):
    """What the command line says."""

    synopsis = "[options]"
    longdesc = (
        "mmod, an authoritative world server for massively multiplayer games. Without any option it runs for "
        "development: on loopback, where anyone can be anyone, with SQLite in ./mmod-state. Every setting and its "
        "default stands in etc/mmod.toml."
    )
    optFlags = [["dev", None, "Allow development authentication: any dev:NAME is a player."]]  # noqa: N815
    optParameters = [  # noqa: N815 - usage.Options' name
        ["config", "c", None, "File with settings (TOML)."],
        ["listen", "l", None, "Public endpoint, listen.public (such as tcp:8080:interface=127.0.0.1)."],
        ["admin", "a", None, "Admin endpoint, listen.admin."],
        ["database", None, None, "Where players are saved, store.url (sqlite:///path, postgresql://... or memory:)."],
        ["state-dir", None, None, "Directory for everything the daemon keeps (default ./mmod-state)."],
        ["auth", None, None, "Authentication as KIND or KIND:key=value:..., over [auth]."],
    ]

    def __init__(self) -> None:
        super().__init__()
        self.assignments: list[str] = []

    def opt_set(self, assignment: str) -> None:
        """Give any setting a value, as section.key=value; may be repeated."""
        self.assignments.append(assignment)

    opt_s = opt_set

    def loaded(self) -> Loaded:
        """Return the settings and where they come from, or raise `ConfigError`."""
        config, state_dir = self["config"], self["state-dir"]
        return load_settings(
            Path(config) if config else None,
            self._overrides(),
            dev=bool(self["dev"]),
            state_dir=Path(state_dir).absolute() if state_dir else None,
        )

    def _overrides(self) -> list[Given]:
        named = {"listen": "listen.public", "admin": "listen.admin", "database": "store.url"}
        given = [Given(key, self[option], f"--{option}") for option, key in named.items() if self[option] is not None]
        if self["auth"] is not None:
            given += parse_auth(self["auth"])
        return given + [parse_assignment(assignment) for assignment in self.assignments]


def parse_auth(description: str) -> list[Given]:
    """Return what `--auth` gives; a colon or backslash in a value is written after a backslash, as in endpoints.

    What follows the name of a kind that comes from a plugin is the plugin's to read.
    """
    kind, _, rest = description.partition(":")
    if kind not in BUILT_IN:
        return [Given("auth.kind", kind, _SOURCE), Given("auth.arguments", rest, _SOURCE)]
    kind, *arguments = (re.sub(r"\\(.)", r"\1", part) for part in re.split(r"(?<!\\):", description))
    given = [Given("auth.kind", kind, _SOURCE)]
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if not equals:
            raise ConfigError(f"{_SOURCE}: {argument}: must be key=value")
        given.append(Given(f"auth.{name}", toml_or_text(value), _SOURCE))
    return given
