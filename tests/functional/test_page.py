"""The page in a real browser: Debian's Chromium, driven by Playwright."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from .conftest import unique
from .harness.database import SQLITE
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

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists() and os.environ.get("CI") != "true", reason=f"{CHROMIUM} is not installed"),
    pytest.mark.stores(SQLITE),  # a page cannot tell where it is saved, and each test of it takes seconds
]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Page:
    """One tab with the page of a daemon; `complaints` is what its console said and what it threw."""

    def __init__(self, browser, daemon, **context):
        self._context = browser.new_context(**context)
        self.tab = self._context.new_page()
        self.complaints = []
        self.tab.on("console", lambda said: said.type in ("error", "warning") and self.complaints.append(said.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.goto(daemon.url)
        self.when(lambda state: True, "the page has begun")

    def close(self):
        self._context.close()

    @property
    def state(self):
        """What the page knows; None while it has not begun."""
        return self.tab.evaluate("window.mmod?.state ?? null")

    def when(self, that, what):
        """Return the first state for which `that` holds.  (Playwright's own waiting needs `unsafe-eval`.)"""
        return eventually(lambda: (state := self.state) and that(state) and state, what)

    def join(self, name):
        self.tab.fill("#guest-name", name)
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


@pytest.fixture
def cap(page, player, daemon):
    """The id of a cap that the player carries and the page shows."""
    instance_id = daemon.operator.grant(player, "cap_wool")
    eventually(lambda: page.tab.is_visible(f"[data-item='{instance_id}']"), "the page shows the item")
    return instance_id


def wears(slot):
    return lambda state: slot in state["equipment"]["slots"]


def wears_nothing(state):
    return not state["equipment"]["slots"]


def test_an_item_is_dragged_to_its_slot_and_back(page, cap):
    page.tab.drag_and_drop(f"[data-item='{cap}']", "#slot-head")
    page.when(wears("head"), "the page wears it")
    page.when(lambda state: state["result"], "the server says yes")
    page.tab.drag_and_drop("#slot-head", "[data-compartment=belt]")
    page.when(wears_nothing, "the page has taken it off")
    assert page.state["inventory"]["items"][0]["compartment"] == "belt"


def test_an_item_is_put_on_and_taken_off_with_keys_alone(page, cap):
    page.tab.focus(f"[data-item='{cap}']")
    page.tab.keyboard.press("Enter")
    assert page.tab.evaluate("document.activeElement.id") == "slot-head"
    page.tab.keyboard.press("Enter")
    page.when(wears("head"), "the page wears it")
    eventually(lambda: page.tab.is_visible("#slot-head[data-worn]"), "the figure wears it")
    page.tab.keyboard.press("u")
    page.when(wears_nothing, "the page has taken it off")


def test_a_slot_that_has_been_used_shows_how_long_it_stays_closed(page, cap):
    page.tab.drag_and_drop(f"[data-item='{cap}']", "#slot-head")
    eventually(lambda: page.tab.is_visible("#slot-head .cooldown"), "the ring runs")
    assert 0 < float(page.text("#slot-head .cooldown")) <= 2
    eventually(lambda: not page.tab.is_visible("#slot-head .cooldown"), "the ring is gone")


def test_a_refusal_is_told_in_words_where_it_happened(page, player, daemon):
    sword = daemon.operator.grant(player, "sword_iron")
    eventually(lambda: page.tab.is_visible(f"[data-item='{sword}']"), "the page shows the item")
    page.tab.drag_and_drop(f"[data-item='{sword}']", "#slot-main_hand")
    state = page.when(lambda state: state["result"], "the server has answered")
    assert state["result"]["code"] == "skill_gate"
    assert wears_nothing(state)
    eventually(lambda: page.tab.is_visible(".bubble"), "the page says why beside the slot")
    for place in (".bubble", "#notices .refusal"):
        assert "Iron Sword: your skill is too low: melee 10 is asked, you have 0 (skill_gate)." in page.text(place)


def test_a_burden_is_seen_in_the_pace(page, player, daemon):
    daemon.operator.grant(player, "anvil_iron")
    page.when(lambda state: state["encumbrance"]["movement_penalty"] < 1, "the anvil weighs")
    page.tab.keyboard.down("d")
    eventually(lambda: "laden: 88 %" in page.text("#pace-words"), "the page says how much it slows")
    eventually(lambda: page.text("#pace-words").startswith("2.6 m/s"), "the page walks slowly")
    page.tab.keyboard.up("d")


def test_a_click_on_the_ground_walks_there(page, player):
    page.when(lambda state: state["camera"]["scale"] == 9 * state["camera"]["ratio"], "the camera has come down")
    page.tab.mouse.click(640, 400)
    target = page.when(lambda state: state["target"], "the page is bound for there")["target"]
    page.when(lambda state: state["target"] is None, "it has arrived")
    stands = page.when(lambda state: state["velocity"] == {"x": 0, "z": 0}, "it stands")["position"]
    assert abs(stands["x"] - target["x"]) < 1
    assert abs(stands["z"] - target["z"]) < 1


def test_a_handover_is_told(page, player, daemon):
    daemon.operator.teleport(player, 300, 10)
    page.when(lambda state: state["handover"], "the player is handed over")
    assert page.text("#status-cell") == "1, 0"
    assert "You crossed from cell 0, 0 into cell 1, 0." in page.text("#notices")


def test_gifts_are_given_under_dev(page, player):
    page.tab.keyboard.press("g")
    page.tab.click("#give-cap_wool")
    page.when(lambda state: len(state["inventory"]["items"]) == 1, "the gift is there")
    page.tab.select_option("#gift-skill", "melee")
    page.tab.fill("#gift-level", "12")
    page.tab.click("#give-skill")
    page.when(lambda state: state["skills"] == {"melee": 12}, "the skill is learnt")
    page.tab.fill("#gift-x", "40")
    page.tab.click("#give-position")
    page.when(lambda state: state["position"]["x"] == 40, "the player stands there")


def test_a_thumb_walks_with_the_stick(browser, daemon):
    page = Page(browser, daemon, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.join(unique("thumb"))
    box = page.tab.locator("#stick").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.tab.mouse.move(x, y)
    page.tab.mouse.down()
    page.tab.mouse.move(x, y - 40)
    page.when(lambda state: state["velocity"]["z"] > 2, "the page walks north")
    page.tab.mouse.up()
    page.when(lambda state: state["velocity"]["z"] == 0, "the page stands still")
    page.close()
    assert page.complaints == []


def test_a_guest_is_still_there_after_a_reload(page, player):
    page.tab.reload()
    state = page.when(lambda state: state and state["connection"] == "joined", "the page is back")
    assert state["playerId"] == player
    assert state["resumed"]


def test_a_second_login_closes_the_first_and_tells_it_why(browser, page, player, daemon):
    other = Page(browser, daemon)
    other.join(player)
    page.when(lambda state: state["connection"] == "ended", "the first page is out")
    assert page.tab.is_visible("#join")
    assert "You joined from somewhere else (replaced)." in page.text("#join-message")
    assert page.text("#join-button") == "Take over here"
    other.close()


def test_the_theme_is_toggled_and_kept(page):
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.tab.evaluate(background)
    page.tab.click("#join-theme")
    page.tab.click("#join-theme")
    assert page.state["theme"] == "dark"
    assert page.tab.evaluate(background) != light
    page.tab.reload()
    page.when(lambda state: state and state["theme"] == "dark", "the choice is kept")


def test_a_refused_login_leaves_the_door_open_and_says_why(page):
    page.tab.click("#use-token")
    page.tab.fill("#token", "nonsense")
    page.tab.click("#join-button")
    page.when(lambda state: state["error"], "the refusal has come")
    eventually(lambda: page.text("#join-message"), "the page says why")
    assert "The token was not accepted" in page.text("#join-message")
    assert page.tab.is_visible("#join")


def test_a_guest_who_looked_for_a_token_gets_back_to_the_name(page):
    page.tab.click("#use-token")
    assert not page.tab.is_visible("#guest-name")
    assert page.text("#use-token") == "Use a name instead"
    page.tab.click("#use-token")
    assert not page.tab.is_visible("#token")
    page.join(unique("guest"))
