import json

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import globalLogPublisher

from mmod.errors import StoreAway
from mmod.net.answers import Done
from mmod.net.bodies import NoBody
from mmod.net.deadline import PATIENCE
from mmod.net.dev_route import BURST, RATE, Conduct, Given, Route
from mmod.net.seats import Seats
from mmod.net.site import PlainResource, QuietSite

from .wire import Browser, request

JSON = "Content-Type: application/json"


class Stage:
    """One route whose answer the test decides: `outcome` is what it raises or returns, or waits for."""

    def __init__(self, origins=()):
        self.clock = Clock()
        self.outcome = Given(Done())
        self.taken = 0
        root = PlainResource()
        root.putChild(b"gift", Route(NoBody, self._give, Conduct(origins, self.clock), self.clock))
        self.site = QuietSite(root, self.clock, 10.0, Seats(BURST * 2, 0), 1000)

    async def _give(self, body, key):
        self.taken += 1
        if isinstance(self.outcome, Deferred):
            return await self.outcome
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def ask(self, *headers, method="POST", host="game.example"):
        line = request(f"{method} /gift HTTP/1.1", "Content-Length: 2", *headers, host=host, body=b"{}")
        return Browser(self.site, self.clock).send(line)


@pytest.fixture
def stage():
    return Stage()


def code_of(browser):
    return browser.status, json.loads(browser.body)["error"]["code"]


@pytest.fixture
def logged():
    found = []
    globalLogPublisher.addObserver(found.append)
    yield found
    globalLogPublisher.removeObserver(found.append)


@pytest.mark.parametrize("origin", ["http://game.example:8080", "http://localhost:1", "https://other.example"])
def test_pages_that_may_open_a_socket_may_ask(origin):
    stage = Stage(origins=("https://other.example",))
    assert stage.ask(JSON, f"Origin: {origin}").status == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://game.example.evil.example"])
def test_any_other_page_is_refused_and_nothing_of_it_is_reflected(stage, origin):
    browser = stage.ask(JSON, f"Origin: {origin}")
    assert code_of(browser) == (403, "forbidden")
    assert b"evil" not in browser.written
    assert stage.taken == 0


def test_two_origins_are_none(stage):
    assert code_of(stage.ask(JSON, "Origin: http://game.example", "Origin: http://game.example")) == (403, "forbidden")


@pytest.mark.parametrize(
    "headers", [(), ("Content-Type: text/plain",), ("Content-Type: application/x-www-form-urlencoded",)]
)
def test_what_a_form_could_send_is_refused(stage, headers):
    assert code_of(stage.ask(*headers)) == (415, "unsupported_media_type")
    assert stage.taken == 0


def test_it_takes_only_post(stage):
    browser = stage.ask(JSON, method="PUT")
    assert (browser.status, browser.header("Allow")) == (405, ["POST"])


def test_a_body_that_is_too_large_is_not_read(stage):
    line = request("POST /gift HTTP/1.1", JSON, "Content-Length: 1001")
    assert Browser(stage.site, stage.clock).send(line).turn().ended


def test_more_than_the_rate_is_refused_until_time_has_passed(stage):
    assert [stage.ask(JSON).status for _ in range(BURST)] == [200] * BURST
    assert code_of(stage.ask(JSON)) == (429, "rate_limited")
    assert stage.taken == BURST
    stage.clock.advance(1 / RATE)
    assert stage.ask(JSON).status == 200


def test_an_answer_waits_for_what_it_is_about_but_not_for_ever(stage):
    stage.outcome = Deferred()
    browser = stage.ask(JSON)
    stage.clock.advance(PATIENCE - 0.1)
    assert browser.written == b""
    stage.clock.advance(0.2)
    assert code_of(browser) == (503, "unavailable")
    stage.outcome.callback(Given(Done()))


def test_who_has_gone_is_told_nothing(stage, logged):
    stage.outcome = Deferred()
    browser = stage.ask(JSON)
    browser.socket.end()
    stage.outcome.callback(Given(Done()))
    assert browser.written == b""
    assert not [event for event in logged if "log_failure" in event]


def test_a_store_that_does_not_answer_is_said_to_be_away(stage):
    stage.outcome = StoreAway("gone")
    browser = stage.ask(JSON)
    assert code_of(browser) == (503, "unavailable")
    assert b"gone" not in browser.body


def test_a_fault_of_ours_is_logged_and_not_shown(stage, logged):
    stage.outcome = RuntimeError("secret")
    browser = stage.ask(JSON)
    assert code_of(browser) == (500, "internal_error")
    assert b"secret" not in browser.body
    assert [event for event in logged if "log_failure" in event]
