"""The JavaScript client library: its tests in node, and what it must have in common with the server."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mmod import __version__
from mmod.items.rules import DEFAULT_COMPARTMENT
from mmod.web import client_files
from mmod.wire.dialects import Dialect

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "clients" / "js"
CLIENT = ROOT / "mmod" / "web" / "client"

needs_node = pytest.mark.skipif(
    shutil.which("node") is None and os.environ.get("CI") != "true", reason="node is not installed"
)


def script(name: str) -> str:
    return (CLIENT / name).read_text(encoding="utf-8")


@needs_node
@pytest.mark.parametrize("path", sorted((PACKAGE / "test").glob("*.test.mjs")), ids=lambda path: path.name)
def test_in_node(path: Path) -> None:
    done = subprocess.run(["node", "--test", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_offers_the_dialects_of_the_server() -> None:
    assert f'DELTA_SUBPROTOCOL = "{Dialect.DELTA.value}"' in script("delta.js")
    assert f'[DELTA_SUBPROTOCOL, "{Dialect.JSON.value}"]' in script("client.js")


def test_it_puts_away_where_the_server_does() -> None:
    assert f'DEFAULT_COMPARTMENT = "{DEFAULT_COMPARTMENT}"' in script("client.js")


def test_every_file_of_it_is_served() -> None:
    assert client_files().keys() == {path.name for path in CLIENT.iterdir()}


def test_every_file_that_is_imported_is_there() -> None:
    imported = {name for file in CLIENT.glob("*.js") for name in re.findall(r'from "\./([^"]+)"', script(file.name))}
    assert imported | {"mmod.js"} == {file.name for file in CLIENT.glob("*.js")}


def test_it_reaches_for_nothing_that_only_a_browser_or_only_node_has() -> None:
    for file in CLIENT.glob("*.js"):
        assert not re.search(r"\b(document|window|localStorage|sessionStorage|process|Buffer|require)\b\W", code(file))


def code(file: Path) -> str:
    """Return a script without its comments."""
    return re.sub(r"//.*|/\*(?s:.*?)\*/", "", script(file.name))


def test_the_package_has_the_version_of_the_daemon() -> None:
    assert json.loads((PACKAGE / "package.json").read_text(encoding="utf-8"))["version"] == __version__
