"""`etc/mmod.toml` is the manual: every key once, with its default and a sentence; and it is a valid file itself."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from mmod.config.keys import KEYS
from mmod.config.load import load_settings

MANUAL = Path(__file__).parents[3] / "etc" / "mmod.toml"
_SETTING = re.compile(r"(# )?([a-z_]+) = (.+)")


def entries():
    """Return (key, TOML value, whether it is commented out, comment above it) of every entry of the manual."""
    section, comment, found = "", [], []
    for line in MANUAL.read_text(encoding="utf-8").splitlines():
        setting = _SETTING.fullmatch(line)
        if line.startswith("["):
            section, comment = line.strip("[]"), []
        elif setting and (setting[1] is None or comment):
            found.append((f"{section}.{setting[2]}", setting[3], setting[1] is not None, " ".join(comment)))
            comment = []
        elif line.startswith("# "):
            comment.append(line.removeprefix("# "))
        elif line == "":
            comment = []
    return found


def as_toml(value):
    """Return a default as a TOML file gives it."""
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def test_every_key_is_listed_exactly_once_and_nothing_else():
    assert sorted(key for key, *_ in entries()) == sorted(KEYS)


@pytest.mark.parametrize(
    ("key", "value", "commented"), [entry[:3] for entry in entries()], ids=[entry[0] for entry in entries()]
)
def test_every_key_stands_there_with_its_default(key, value, commented):
    default = KEYS[key].default
    given = tomllib.loads(f"value = {value}")["value"]
    assert commented == (default is None)
    if default is not None:
        assert given == as_toml(default)
        assert type(given) is type(as_toml(default))
    KEYS[key].kind.read(given)


@pytest.mark.parametrize(
    ("key", "comment"), [(entry[0], entry[3]) for entry in entries()], ids=[entry[0] for entry in entries()]
)
def test_every_key_has_a_sentence(key, comment):
    assert re.search(r"\w{3,}.*\.$|\w{3,}.*\]\.$", comment), comment
    assert comment[0].isupper() or comment.startswith(("jwt: ", "http: ", "plugin: "))


@pytest.mark.parametrize(
    "key", [key for key, entry in KEYS.items() if entry.default is None and key not in ("auth.key_file", "auth.url")]
)
def test_a_default_that_depends_on_others_is_explained(key):
    (comment,) = [entry[3] for entry in entries() if entry[0] == key]
    assert "Default: " in comment


def test_the_manual_itself_gives_the_defaults(tmp_path):
    assert load_settings(MANUAL, state_dir=tmp_path).settings == load_settings(None, state_dir=tmp_path).settings


@pytest.mark.parametrize("key", KEYS)
def test_every_default_is_allowed(key):
    entry = KEYS[key]
    if entry.default is not None:
        entry.kind.read(as_toml(entry.default))
