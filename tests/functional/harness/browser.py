"""A browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from .waiting import PATIENCE, eventually

CHROMIUM = Path("/usr/bin/chromium")

#: It must run as root and without a display, and reach for nothing outside this machine.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

#: Whether browser tests are left out here; never where everything must be tested.
MISSING = not CHROMIUM.exists() and os.environ.get("CI") != "true"


@contextmanager
def launched() -> Iterator[Browser]:
    """Run a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Tab:
    """One page in a context of its own; `complaints` is what its console said and what it threw.

    `what` is the expression for what the page tells of itself.
    """

    def __init__(self, browser: Browser, url: str, what: str, **context: Any) -> None:
        self._context = browser.new_context(**context)
        self._what = what
        self.page = self._context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(url)

    def close(self) -> None:
        """Close it."""
        self._context.close()

    @property
    def state(self) -> Any:
        """What the page tells of itself."""
        return self.page.evaluate(self._what)

    def when(self, that: Callable[[Any], Any], what: str, within: float = PATIENCE) -> Any:
        """Return the first state for which `that` holds.  (Playwright's own waiting needs `unsafe-eval`.)"""
        return eventually(lambda: (state := self.state) and that(state) and state, what, within)
