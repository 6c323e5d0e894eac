"""A browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, sync_playwright

from .waiting import eventually

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

#: Seconds for what takes one on an idle machine: a browser draws with the processors on which it is waited for.
PATIENCE = 20.0

#: What goes nowhere, whatever it looks like.
_LOCAL = ("data:", "blob:")

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
    """One page in a context of its own; `options` are those of a Playwright context.

    `what` is the expression for what the page tells of itself.  `complaints` is what its console said and what it
    threw, `requests` what it asked for and opened sockets to.  Playwright's own waiting needs `unsafe-eval`, which the
    policy of our pages forbids: what is waited for is looked at again and again here.
    """

    def __init__(self, browser: Browser, url: str, what: str, **options: Any) -> None:
        self.url = url
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._expected: list[str] = []
        self._what = what
        self._context = browser.new_context(**options)
        self._context.set_default_timeout(PATIENCE * 1000)
        self.page = self._context.new_page()
        self._listen()
        self.page.goto(url)

    def _listen(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)

    def expect_complaint(self, text: str) -> None:
        """Take complaints with this text for no fault: the test causes them."""
        self._expected.append(text)

    def check(self) -> None:
        """Fail if the console complained, or if the page asked anybody but its own server for something."""
        own = (f"{self.url}/", f"{self.url.replace('http', 'ws', 1)}/", *_LOCAL)
        assert [url for url in self.requests if not url.startswith(own)] == []
        assert [told for told in self.complaints if not any(text in told for text in self._expected)] == []

    def close(self) -> None:
        """Close it, and forget what it stored."""
        self._context.close()

    @property
    def state(self) -> Any:
        """What the page tells of itself."""
        return self.page.evaluate(self._what)

    def when(self, that: Callable[[Any], Any], what: str, within: float = PATIENCE) -> Any:
        """Return the first state for which `that` holds."""
        return eventually(lambda: (state := self.state) and that(state) and state, what, within)

    def until(self, expression: str, what: str, within: float = PATIENCE) -> Any:
        """Return the first true value of an expression of JavaScript."""
        return eventually(lambda: self.page.evaluate(expression), what, within)

    def text(self, selector: str) -> str:
        """Return the text that is visible in an element."""
        return self.page.inner_text(selector)
