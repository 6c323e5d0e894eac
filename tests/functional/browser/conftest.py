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
from playwright.sync_api import Browser

from ..conftest import unique
from ..harness.browser import CHROMIUM, MISSING, launched
from ..harness.command import run
from ..harness.daemon import Daemon
from ..harness.page import DESKTOP, Page
from ..harness.pictures import take

#: Where pictures of the page go (`make screenshots`); without it none are taken.
PICTURES = os.environ.get("MMOD_SCREENSHOTS")

#: The window in which looks are all one: every pixel of it is painted by a processor.
WINDOW = DESKTOP if PICTURES else {"width": 1024, "height": 640}


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; Playwright's loop runs no longer than these tests, for others have loops of their own."""
    if MISSING:
        pytest.skip(f"{CHROMIUM} is not installed")
    with launched() as browser:
        yield browser


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
def open_tab(browser: Browser, launch: object) -> Iterator[Callable[..., Page]]:
    """Open the page of a daemon; all tabs close before any daemon stops, and are checked then."""
    tabs: list[Page] = []

    def opened(daemon: Daemon, **options: Any) -> Page:
        tabs.append(Page(browser, daemon.url, **{"viewport": WINDOW, **options}))
        return tabs[-1]

    yield opened
    for tab in tabs:
        tab.close()
    for tab in tabs:
        tab.check()


@pytest.fixture
def tab(open_tab: Callable[..., Page], daemon: Daemon) -> Page:
    """The page at its door."""
    return open_tab(daemon)


@pytest.fixture
def player() -> str:
    """A player's name that no other test uses."""
    return unique("Wren")


@pytest.fixture
def inside(tab: Page, player: str) -> Page:
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
def picture(browser: Browser) -> Callable[[Page, str], None]:
    """Take a picture of a tab, when pictures are asked for."""

    def taken(tab: Page, name: str) -> None:
        if PICTURES is not None:
            take(browser, tab.page, Path(PICTURES) / f"{name}.png")

    return taken
