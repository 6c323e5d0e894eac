"""The page in a real browser: Debian's Chromium, driven by Playwright."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from .conftest import unique
from .harness.waiting import eventually

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

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists() and os.environ.get("CI") != "true", reason=f"{CHROMIUM} is not installed"
)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Page:
    """One tab with the page of a daemon; `complaints` is what its console said and what it threw."""

    def __init__(self, browser, daemon):
        self._context = browser.new_context()
        self.tab = self._context.new_page()
        self.complaints = []
        self.tab.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.goto(daemon.url)

    def close(self):
        self._context.close()

    @property
    def state(self):
        return self.tab.evaluate("window.mmod.state")

    def when(self, that, what):
        """Return the first state for which `that` holds.  (Playwright's own waiting needs `unsafe-eval`.)"""
        return eventually(lambda: (state := self.state) and that(state) and state, what)

    def join(self, name):
        self.tab.fill("#token", f"dev:{name}")
        self.tab.click("#join-button")
        self.when(lambda state: state["connection"] == "joined", "the page has joined")

    def text(self, selector):
        return self.tab.inner_text(selector)


@pytest.fixture
def page(browser, daemon):
    page = Page(browser, daemon)
    yield page
    page.close()
    assert page.complaints == []


@pytest.fixture
def player(page):
    """The name under which the page has joined."""
    name = unique("page")
    page.join(name)
    return name


def test_the_page_joins_and_shows_where_it_is(page, player, daemon):
    state = page.when(lambda state: state["telemetry"], "telemetry has come")
    assert state["playerId"] == player
    assert page.tab.is_visible("#hud")
    assert not page.tab.is_visible("#join")
    assert "0, 0" in page.text("#status-cell")
    assert daemon.operator.player(player)["connected"]


def test_a_held_key_walks_and_a_released_one_stops(page, player, daemon):
    start = page.state["position"]["x"]
    page.tab.keyboard.down("d")
    page.when(lambda state: state["position"]["x"] > start + 1, "the page has walked east")
    page.tab.keyboard.up("d")
    page.when(lambda state: state["velocity"]["x"] == 0, "the page stands still")
    assert daemon.operator.player(player)["pos"]["x"] > start + 1


def test_the_page_sees_other_players(page, player, daemon, join):
    other = unique("other")
    join(daemon, other)
    state = page.when(
        lambda state: other in [entity["id"] for entity in state["entities"]], "the page sees the other one"
    )
    assert state["entityCount"] == len(state["entities"])


def test_an_item_is_equipped_and_taken_off_with_buttons(page, player, daemon):
    cap = daemon.operator.grant(player, "cap_wool")
    page.when(lambda state: state["inventory"]["items"], "the page shows the item")
    page.tab.select_option(f"#slot-of-{cap}", "head")
    page.tab.click(f"#equip-{cap}")
    page.when(lambda state: (state["result"] or {}).get("code") == "success", "the server says yes")
    page.when(lambda state: "head" in state["equipment"]["slots"], "the page wears it")
    page.tab.click("#unequip-head")
    page.when(lambda state: not state["equipment"]["slots"], "the page has taken it off")


def test_a_refusal_is_told_in_words(page, player, daemon):
    sword = daemon.operator.grant(player, "sword_iron")
    page.when(lambda state: state["inventory"]["items"], "the page shows the item")
    page.tab.select_option(f"#slot-of-{sword}", "main_hand")
    page.tab.click(f"#equip-{sword}")
    state = page.when(lambda state: state["result"], "the server has answered")
    assert state["result"]["code"] == "skill_gate"
    assert state["equipment"]["slots"] == {}
    assert "your skill is too low" in page.text("#notices")


def test_a_refused_login_leaves_the_door_open_and_says_why(page):
    page.tab.fill("#token", "nonsense")
    page.tab.click("#join-button")
    eventually(lambda: page.text("#join-message"), "the page says why")
    page.when(lambda state: state["error"], "the refusal has come")
    assert page.tab.is_visible("#join")
