"""The live map at the admin endpoint, in a real browser."""

import signal
import socket

import httpx
import pytest

from .conftest import unique
from .harness.browser import CHROMIUM, MISSING, Tab, launched
from .harness.daemon import Daemon
from .harness.operator import Operator
from .harness.waiting import eventually

#: What the map shows of the store comes over routes that are tested on every store elsewhere.
pytestmark = [pytest.mark.skipif(MISSING, reason=f"{CHROMIUM} is not installed"), pytest.mark.any_store]

TOKEN = "the-operators-own-secret"

#: Seconds in which the map finds a daemon that was away: its longest pause, and time for the rest.
COME_BACK = 30.0

#: What a browser itself says of an answer of 401, of a daemon that still stops, and of one that has gone.
UNAUTHORIZED, STOPPING, GONE = "401 (Unauthorized)", "503 (Service Unavailable)", "net::ERR_"


@pytest.fixture(scope="module")
def browser():
    with launched() as browser:
        yield browser


class Map(Tab):
    """The live map of a daemon."""

    def __init__(self, browser, daemon, **context):
        super().__init__(browser, daemon.admin_url, "window.mmodMap?.state", **context)

    def live(self):
        return self.when(lambda state: state["phase"] == "live" and state["vitals"], "pictures come")

    def player(self, name):
        return self.when(lambda state: self.find(state, name), f"the map shows {name}") and self.find(self.state, name)

    @staticmethod
    def find(state, name):
        return next((player for player in state["players"] if player["id"] == name), None)

    def choose(self, name):
        self.page.fill("#search", name)
        self.page.click(f'#roster button[data-id="{name}"]')
        self.when(lambda state: state["selected"] == name, "the player is chosen")

    def allow(self):
        self.page.click("#permit")
        self.when(lambda state: state["allowed"], "changes are allowed")
        self.page.click("summary")

    def says(self, selector, words):
        eventually(lambda: words in self.text(selector), f"{selector} says {words!r}")


@pytest.fixture
def chart(browser, daemon):
    chart = Map(browser, daemon)
    yield chart
    chart.close()
    assert chart.complaints == []
    assert all(url.startswith(daemon.admin_url) for url in chart.requests)


def test_it_shows_cells_and_how_a_player_moves(chart, daemon, join):
    name = unique("walker")
    client = join(daemon, name)
    chart.live()
    start = chart.player(name)
    state = chart.when(
        lambda state: any(cell["players"] for cell in state["cells"]) and state["bots"] > 0, "cells and bots are there"
    )
    assert {"cx": 0, "cz": 0} in [{"cx": cell["cx"], "cz": cell["cz"]} for cell in state["cells"]]
    client.walk(1, 0)
    chart.when(lambda state: chart.find(state, name)["x"] > start["x"] + 2, "the player walks east on the map")


def test_a_click_on_a_player_shows_it(chart, daemon, join):
    name = unique("clicked")
    join(daemon, name)
    daemon.operator.teleport(name, 3000, 3000)
    chart.live()
    chart.choose(name)
    chart.page.click("#dossier-close")
    chart.when(lambda state: state["selected"] is None, "nobody is chosen")
    at = chart.when(lambda state: chart.find(state, name)["x"] == 3000, "it stands where it was put")
    pixel = chart.find(at, name)["pixel"]
    chart.page.mouse.click(pixel["left"], pixel["top"])
    chart.when(lambda state: state["selected"] == name, "the player is chosen")
    chart.says("#dossier-name", name)


def test_it_is_read_only_until_changes_are_allowed(chart, daemon, join):
    name = unique("kept")
    join(daemon, name)
    chart.live()
    chart.choose(name)
    chart.page.click("summary")
    for control in ("#grant-item", "#grant button", "#teleport-x", "#kick button"):
        assert chart.page.is_disabled(control)
    chart.says("#deeds-locked", "Read-only")


def test_what_is_granted_appears_in_belongings_and_ledger(chart, daemon, join):
    name = unique("given")
    join(daemon, name)
    chart.live()
    chart.choose(name)
    chart.allow()
    chart.page.select_option("#grant-item", "potion_health")
    chart.page.fill("#grant-quantity", "3")
    chart.page.click("#grant button")
    chart.says("#deed-result", "Health Potion")
    chart.says("#belongings", "Health Potion")
    chart.says("#ledger", "grant")
    (item,) = daemon.operator.player(name)["inventory"]["items"]
    assert item["instance"]["quantity"] == 3


def test_a_rule_of_the_world_is_told(chart, daemon, join):
    name = unique("burdened")
    join(daemon, name)
    chart.live()
    chart.choose(name)
    chart.allow()
    chart.page.select_option("#grant-item", "anvil_iron")
    chart.page.fill("#grant-quantity", "2")
    chart.page.click("#grant button")
    chart.says("#deed-result", "limit")
    assert daemon.operator.player(name)["inventory"]["items"] == []
    chart.complaints.remove(next(said for said in chart.complaints if "409 (Conflict)" in said))


def test_a_player_is_moved_and_kicked(chart, daemon, join):
    name = unique("moved")
    client = join(daemon, name)
    chart.live()
    chart.choose(name)
    chart.allow()
    chart.page.fill("#teleport-x", "-777")
    chart.page.fill("#teleport-z", "90")
    chart.page.click("#teleport button[type=submit]")
    chart.when(lambda state: chart.find(state, name)["x"] == -777, "it is shown where it was put")
    chart.page.fill("#kick-reason", "enough for today")
    chart.page.click("#kick button")
    chart.says("#deed-result", "Kicked")
    assert client.closed() == 4006


@pytest.fixture
def locked(tmp_path):
    """A daemon whose admin endpoint has a token."""
    daemon = Daemon(tmp_path, "--dev", settings={"admin.token": TOKEN}).start()
    yield daemon
    daemon.stop()


def test_with_a_token_nothing_is_shown_without_it_and_everything_with_it(browser, locked, join):
    join(locked, "ada")
    chart = Map(browser, locked)
    chart.when(lambda state: state["phase"] == "locked", "the map is locked")
    assert not chart.page.is_visible("#players")
    chart.page.fill("#token", "a guess")
    chart.page.click("#unlock button")
    chart.says("#unlock-message", "not the one")
    assert chart.state["players"] == []
    chart.page.fill("#token", TOKEN)
    chart.page.click("#unlock button")
    chart.live()
    chart.choose("ada")
    chart.allow()
    chart.page.select_option("#grant-item", "cap_wool")
    chart.page.click("#grant button")
    chart.says("#belongings", "Wool Cap")
    assert TOKEN not in " ".join([*chart.requests, chart.page.url, locked.log])
    assert [said for said in chart.complaints if UNAUTHORIZED not in said] == []
    chart.close()
    assert len(Operator(locked.admin_url, TOKEN).player("ada")["inventory"]["items"]) == 1
    assert httpx.get(f"{locked.admin_url}/events", trust_env=False).status_code == 401


def free_port():
    """Return a port that nobody listens on, and that no outgoing connection is given (those are above 32768)."""
    for port in range(21_000, 31_000, 7):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("every port is taken")


def test_the_end_is_told_and_the_map_comes_back_with_the_daemon(browser, launch, join):
    daemon = launch("--admin", f"tcp:{free_port()}:interface=127.0.0.1")
    chart = Map(browser, daemon)
    chart.live()
    daemon.signal(signal.SIGTERM)
    chart.when(lambda state: state["phase"] in ("stopping", "away"), "the map says that the daemon stops")
    assert daemon.ended() == 0
    daemon.start()
    join(daemon, "ada")
    chart.when(lambda state: state["phase"] == "live" and chart.find(state, "ada"), "the map is back", COME_BACK)
    assert [said for said in chart.complaints if GONE not in said and STOPPING not in said] == []
    chart.close()


def test_a_stream_ends_in_order_when_the_daemon_stops(launch):
    daemon = launch()
    with httpx.stream("GET", f"{daemon.admin_url}/events", trust_env=False, timeout=30) as response:
        assert response.headers["content-type"] == "text/event-stream"
        lines = response.iter_lines()
        assert next(line for line in lines if line.startswith("data: {"))
        daemon.signal(signal.SIGTERM)
        assert [line for line in lines if line.startswith("event: ")][-1] == "event: end"
    assert daemon.ended() == 0
