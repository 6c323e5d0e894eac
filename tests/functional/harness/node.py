"""A player with the JavaScript client, in node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from .waiting import PATIENCE, eventually

SCRIPT = Path(__file__).with_name("player.mjs")

needs_node = pytest.mark.skipif(
    shutil.which("node") is None and os.environ.get("CI") != "true", reason="node is not installed"
)


class NodePlayer:
    """One process with one client that has not connected yet."""

    def __init__(self, ws_url: str, token: str) -> None:
        self._process = subprocess.Popen(
            ["node", str(SCRIPT), ws_url, token], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> NodePlayer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End it as a closed tab does."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise

    def call(self, name: str, *given: Any) -> Any:
        """Do one of `CALLS` in player.mjs, and return what it returns."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps({"call": name, "with": given}), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())["value"]

    def look(self) -> Any:
        """Return what it knows and shows."""
        return self.call("look")

    def when(self, that: Callable[[Any], Any], what: str, within: float = PATIENCE) -> Any:
        """Return the first look for which `that` holds, within some seconds."""
        return eventually(lambda: (seen := self.look()) and that(seen) and seen, what, within)

    def join(self) -> None:
        """Join, and wait for the first state."""
        self.call("connect")
        self.when(lambda seen: seen["stats"]["clockOffset"] is not None, "the player has joined")
