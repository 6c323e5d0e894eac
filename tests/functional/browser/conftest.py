"""One browser for all of these tests, a tab with its own storage for each, and daemons on SQLite.

To the page the store is all one, so there is none to choose here.  Whatever a test does, its tabs must ask nobody but
their daemon for anything, and their consoles must stay silent.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from ..conftest import unique
from ..harness.command import run
from ..harness.daemon import Daemon
from ..harness.tab import Tab

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

#: Where pictures of the page go (`make screenshots`); without it none are taken.
PICTURES = os.environ.get("MMOD_SCREENSHOTS")

#: Quality (of 100) of a picture: all of them together stay below what a clone should have to carry.
QUALITY = 82


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; Playwright's loop runs no longer than these tests, for others have loops of their own."""
    if not CHROMIUM.exists() and os.environ.get("CI") != "true":
        pytest.skip(f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A daemon with default settings."""
    daemon = Daemon(tmp_path_factory.mktemp("daemon"), "--dev").start()
    yield daemon
    daemon.stop()


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Daemon]]:
    """Start a daemon of one's own."""
    with ExitStack() as stack:

        def start(*arguments: str, **settings: Any) -> Daemon:
            daemon = Daemon(tmp_path, *arguments, settings=settings)
            stack.callback(daemon.stop)
            return daemon.start()

        yield start


@pytest.fixture
def open_tab(browser: Browser, launch: object) -> Iterator[Callable[..., Tab]]:
    """Open the page of a daemon; all tabs close before any daemon stops, and are checked then."""
    tabs: list[Tab] = []

    def opened(daemon: Daemon, **options: Any) -> Tab:
        tabs.append(Tab(browser, daemon.url, **options))
        return tabs[-1]

    yield opened
    for tab in tabs:
        tab.close()
    for tab in tabs:
        tab.check()


@pytest.fixture
def tab(open_tab: Callable[..., Tab], daemon: Daemon) -> Tab:
    """The page at its door."""
    return open_tab(daemon)


@pytest.fixture
def player() -> str:
    """A player's name that no other test uses."""
    return unique("Wren")


@pytest.fixture
def inside(tab: Tab, player: str) -> Tab:
    """The page with the player in the world."""
    tab.join(player)
    return tab


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A secret that tokens are signed with."""
    path = tmp_path_factory.mktemp("key") / "secret"
    status, _, said = run("token", "--key-file", str(path), "--new-key", directory=path.parent)
    assert status == 0, said
    return path


@pytest.fixture
def mint(key: Path) -> Callable[..., str]:
    """Return what `mmod token` prints."""

    def minted(*arguments: str) -> str:
        status, token, said = run("token", "--key-file", str(key), *arguments, directory=key.parent)
        assert status == 0, said
        return token.strip()

    return minted


@pytest.fixture
def picture() -> Callable[[Tab, str], None]:
    """Take a picture of a tab, when pictures are asked for."""

    def taken(tab: Tab, name: str) -> None:
        if PICTURES is not None:
            tab.page.screenshot(path=Path(PICTURES) / f"{name}.jpg", type="jpeg", quality=QUALITY)

    return taken
