import re

import pytest
from twisted.internet.task import Clock
from twisted.logger import globalLogPublisher

from mmod.net.seats import Seats
from mmod.net.site import PlainResource, QuietSite

from .wire import PING, PONG, Browser, PublicEndpoint, frame, request, upgrade


@pytest.fixture
def endpoint():
    return PublicEndpoint()


def get(endpoint, line="GET / HTTP/1.1", *headers):
    return endpoint.browser().send(request(line, *headers)).turn()


# --- deadlines --------------------------------------------------------------------------------------------------------


def test_a_socket_that_says_nothing_is_cut_off_at_the_deadline(endpoint):
    browser = endpoint.browser()
    for _ in range(19):
        browser.turn(0.5)
    assert not browser.ended
    assert browser.turn(0.5).turn().socket.aborted
    assert browser.ended


def test_one_byte_every_half_second_buys_no_time(endpoint):
    browser = endpoint.browser()
    for byte in upgrade()[:19]:
        browser.turn(0.5).send(bytes([byte]))
    assert not browser.ended
    assert browser.turn(0.5).turn().ended


def test_every_request_has_a_deadline_of_its_own(endpoint):
    browser = endpoint.browser()
    for _ in range(4):
        browser.turn(9.0).send(request())
    assert not browser.ended
    assert browser.written.count(b"<title>mmod</title>") == 4
    assert browser.turn(10.0).turn().ended


def test_an_open_websocket_has_no_http_deadline(endpoint):
    browser = endpoint.joined()
    for _ in range(60):
        browser.turn(0.25)
        pings = [payload for opcode, payload in browser.frames() if opcode == PING]
        browser.send(frame(PONG, pings[-1]) if pings else b"")
    assert not browser.ended


def test_requests_in_one_piece_are_answered_in_order(endpoint):
    browser = endpoint.browser().send(request("GET /healthz HTTP/1.1") + request("GET /nowhere HTTP/1.1")).turn()
    assert re.findall(rb"HTTP/1.1 (\d+)", browser.written) == [b"200", b"404"]


# --- bodies and headers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        request("POST / HTTP/1.1", "Content-Length: 1"),
        request("GET /ws HTTP/1.1", "Content-Length: 5", body=b"12345"),
        request("POST / HTTP/1.1", "Content-Length: 99999999999"),
        request("POST / HTTP/1.1", "Transfer-Encoding: chunked", body=b"1\r\nx\r\n0\r\n\r\n"),
        request("POST / HTTP/1.1", "Content-Length: x"),
        request("POST / HTTP/1.1", "Content-Length: -1"),
        request("POST / HTTP/1.1", "Content-Length: 1", "Transfer-Encoding: chunked"),
    ],
)
def test_a_body_is_refused_before_it_is_read(endpoint, data):
    browser = endpoint.browser().send(data).turn()
    assert browser.status == 400
    assert browser.written.count(b"HTTP/1.1") == 1
    assert browser.ended


@pytest.mark.parametrize(
    "data",
    [
        b"canary\r\n\r\n",
        b"GET / HTTP/1.1\r\ncanary\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost canary\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X-Canary: 1\r\n" * 10_000 + b"\r\n",
        b"GET /" + b"canary" * 50_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"canary" * 50_000,
        b"\x16\x03\x01canary\x00\x00\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused_without_an_echo(endpoint, data):
    browser = endpoint.browser().send(data)
    browser.turn()
    assert b"canary" not in browser.written
    assert browser.ended
    assert browser.written == b"" or browser.status in (400, 404, 431)


def test_endless_headers_are_cut_off_before_256_kib_are_taken(endpoint):
    browser = endpoint.browser().send(b"GET / HTTP/1.1\r\n")
    taken = 0
    while not browser.socket.disconnecting:
        browser.send(b"X-Header: " + b"a" * 1000 + b"\r\n")
        taken += 1012
        assert taken < 256 * 1024
    assert browser.turn().ended


# --- seats ------------------------------------------------------------------------------------------------------------


def test_connections_beyond_the_total_are_closed_at_once_and_seats_come_back():
    endpoint = PublicEndpoint(total=2)
    first, second = endpoint.browser(), endpoint.opened()
    assert not endpoint.browser().taken
    first.socket.end()
    third = endpoint.browser()
    assert third.taken
    second.socket.end()
    third.socket.end()
    assert [endpoint.browser().taken for _ in range(3)] == [True, True, False]


def test_one_address_does_not_take_the_seats_of_others():
    endpoint = PublicEndpoint(per_address=1)
    assert endpoint.browser("192.0.2.1").taken
    assert not endpoint.browser("192.0.2.1").taken
    assert endpoint.browser("192.0.2.2").taken


@pytest.mark.parametrize(
    "data",
    [b"", b"GET / HT", request(), upgrade(), upgrade(("Upgrade", "x")), upgrade() + frame(8), b"nonsense\r\n\r\n"],
)
def test_a_seat_is_given_back_exactly_once_whatever_was_said(data):
    endpoint = PublicEndpoint(total=1)
    for _ in range(3):
        browser = endpoint.browser()
        assert browser.taken
        assert not endpoint.browser().taken
        if data:
            browser.send(data)
        browser.socket.end()


# --- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/nowhere", "/ws/x", "/metrics", "/players", "/readyz", "/static/../x", "/%00", "/canary"]
)
def test_an_unknown_path_is_not_found_and_not_reflected(endpoint, path):
    browser = get(endpoint, f"GET {path} HTTP/1.1")
    assert (browser.status, browser.body) == (404, b"not found\n")


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/app.js", "/nowhere"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CANARY"])
def test_other_methods_are_refused(endpoint, path, method):
    browser = get(endpoint, f"{method} {path} HTTP/1.1")
    assert browser.status == 405
    assert browser.header("Allow") == ["GET, HEAD"]
    assert b"CANARY" not in browser.written


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/app.js", "/nowhere", "/ws"])
def test_the_software_is_not_named(endpoint, path):
    browser = get(endpoint, f"GET {path} HTTP/1.1")
    assert browser.header("Server") == []
    assert b"wisted" not in browser.written


class Broken(PlainResource):
    isLeaf = True  # noqa: N815

    def answer(self, request):
        raise RuntimeError("password=hunter2")


def test_a_fault_of_ours_shows_nothing_of_itself():
    clock = Clock()
    browser = Browser(QuietSite(Broken(), clock, 10.0, Seats(9, 0)), clock).send(request())
    assert browser.status == 500
    assert b"hunter2" not in browser.written
    assert b"Traceback" not in browser.written


def test_requests_are_not_logged(endpoint):
    seen = []
    globalLogPublisher.addObserver(seen.append)
    try:
        get(endpoint, "GET /canary?token=dev:canary HTTP/1.1", "Authorization: Bearer canary")
        endpoint.browser().send(upgrade(line="GET /ws?token=canary HTTP/1.1")).turn()
    finally:
        globalLogPublisher.removeObserver(seen.append)
    assert not [event for event in seen if event["log_level"].name != "debug" and "canary" in repr(event)]
