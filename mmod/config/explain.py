"""Every setting as it would be used, for operators: its value, secrets masked, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from attrs import frozen

from mmod.auth.http import HttpRules
from mmod.auth.jwt import JwtRules
from mmod.auth.kinds import PluginRules, Rules
from mmod.config.keys import KEYS
from mmod.config.load import Loaded

#: Shown in place of a secret.
MASK = "(hidden)"

#: Keys whose values may be a secret as a whole.
_SECRET = frozenset({"admin.token", "auth.arguments"})


@frozen
class Explained:
    """One setting; `value` is None when nothing was given and there is no default."""

    key: str
    value: Any
    source: str


def explain(loaded: Loaded) -> Iterator[Explained]:
    """Return all settings in the order of etc/mmod.toml."""
    dependent = _dependent_defaults(loaded)
    for key, described in KEYS.items():
        value = loaded.values.get(key, dependent.get(key, described.default))
        yield Explained(key, _masked(key, value), loaded.sources.get(key, "default"))


def _dependent_defaults(loaded: Loaded) -> Mapping[str, Any]:
    settings = loaded.settings
    return {
        "listen.public": settings.listen.public,
        "store.url": settings.store.url,
        "auth.kind": _kind(settings.auth),
    }


def _kind(rules: Rules) -> str:
    match rules:
        case JwtRules():
            return "jwt"
        case HttpRules():
            return "http"
        case PluginRules():
            return rules.kind
    return "dev"


def _masked(key: str, value: Any) -> Any:
    if key in _SECRET:
        return MASK if value else value
    if isinstance(value, Mapping):
        return dict(value)
    return without_password(value) if key.endswith(".url") and value else value


def without_password(url: str) -> str:
    """Return a URL in which a password, also one in its query, is masked, and everything else is as it was.

    It is cut where libpq cuts it: what stands before the last @ of the authority is user and password, whatever
    characters they have.
    """
    scheme, slashes, rest = url.partition("//")
    authority, slash, path = rest.partition("/")
    credentials, at, place = authority.rpartition("@")
    user, colon, _ = credentials.partition(":")
    shown = "".join((scheme, slashes, user, colon, MASK if colon else "", at, place, slash, path))
    head, question, query = shown.partition("?")
    return head + question + (MASK if "password" in query else query)


def as_toml(explained: Iterator[Explained]) -> str:
    """Return the settings as TOML, each with its source in a comment."""
    lines, section = [], ""
    for entry in explained:
        head, _, name = entry.key.partition(".")
        if head != section:
            lines += ["", f"[{head}]"] if section else [f"[{head}]"]
            section = head
        shown = f"# {name} is not set" if entry.value is None else f"{name} = {_toml(entry.value)}"
        lines.append(f"{shown}  # {entry.source}")
    return "\n".join(lines)


def _toml(value: Any) -> str:
    """Return a value as TOML; JSON is TOML for everything but tables."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(name)} = {_toml(entry)}" for name, entry in value.items()) + "}"
    return msgspec.json.encode(value).decode()
