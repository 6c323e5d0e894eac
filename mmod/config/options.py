"""Reads the one option that is neither a value nor an assignment: `--auth KIND:key=value:...`."""

from __future__ import annotations

import re

from mmod.auth.kinds import BUILT_IN
from mmod.config.load import Given, toml_or_text
from mmod.errors import ConfigError

_SOURCE = "--auth"


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
