"""The public port as HTTP: what is no upgrade, what is no request, and who takes too long (reliability.md, A)."""

from contextlib import ExitStack

import httpx
import pytest

from .conftest import unique
from .harness.raw import UPGRADE, RawClient

#: A text in each odd request; no answer may repeat it.
MARK = "canary-reflected"


def request(*, method="GET", path="/ws", version="HTTP/1.1", without=(), also=(), **headers):
    """Return an upgrade request with some things changed."""
    lines = [f"{name}: {value}" for name, value in {**UPGRADE, **headers}.items() if name not in without]
    return "\r\n".join([f"{method} {path} {version}", *lines, *also, "", ""]).encode("latin-1")


KEY = f"Sec-WebSocket-Key: {UPGRADE['Sec-WebSocket-Key']}"

ODD = {
    "no Key": request(without=["Sec-WebSocket-Key"]),
    "no Host": request(without=["Host"]),
    "no Version": request(without=["Sec-WebSocket-Version"]),
    "no Upgrade": request(without=["Upgrade"]),
    "no Connection": request(without=["Connection"]),
    "version 12": request(**{"Sec-WebSocket-Version": "12"}),
    "a strange version": request(**{"Sec-WebSocket-Version": MARK}),
    "two Keys": request(also=[KEY]),
    "two Hosts": request(also=[f"Host: {MARK}"]),
    "two Versions": request(also=["Sec-WebSocket-Version: 13"]),
    "a short Key": request(**{"Sec-WebSocket-Key": "AAAA"}),
    "a Key that is not base64": request(**{"Sec-WebSocket-Key": MARK}),
    "another Upgrade": request(Upgrade=MARK),
    "another Connection": request(Connection=MARK),
    "another subprotocol": request(**{"Sec-WebSocket-Protocol": MARK}),
    "POST": request(method="POST", also=["Content-Length: 0"]),
    "PUT": request(method="PUT", also=["Content-Length: 0"]),
    "OPTIONS": request(method="OPTIONS"),
    "an unknown method": request(method="BREW"),
    "HTTP/1.0": request(version="HTTP/1.0"),
    "HTTP/2.0": request(version="HTTP/2.0"),
    "HTTP/9": request(version="HTTP/9"),
    "no version of HTTP": request(version=""),
    "another protocol": request(version="SPDY/3"),
    "NUL in a header": request(**{"X-Odd": f"{MARK}\0"}),
    "an escape in a header": request(**{"X-Odd": f"{MARK}\x1b[31m"}),
    "NUL in a header name": request(**{"X-\0dd": MARK}),
    "a header without a colon": request(also=[MARK]),
    "an unknown path": request(path=f"/{MARK}"),
    "a path above": request(path="/../../etc/passwd"),
    "a path above in disguise": request(path="/static/%2e%2e/%2e%2e/etc/passwd"),
    "a path with NUL": request(path="/static/%00"),
    "a whole address": request(path=f"http://{MARK}/nothing"),
    "a line break in the path": request(path=f"/%0d%0aX-Odd:%20{MARK}"),
    "a negative length": request(method="POST", also=["Content-Length: -1"]),
    "a length that is none": request(method="POST", also=[f"Content-Length: {MARK}"]),
    "two lengths": request(method="POST", also=["Content-Length: 0", "Content-Length: 5"]),
    "length and chunks": request(method="POST", also=["Content-Length: 5", "Transfer-Encoding: chunked"]),
    "an unknown coding": request(method="POST", also=[f"Transfer-Encoding: {MARK}"]),
    "a large body": request(method="POST", path="/healthz", also=["Content-Length: 1000000000"]),
    "10,000 headers": request(also=[f"X-{number}: {MARK}" for number in range(10_000)]),
    "not HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "nothing but a line": b"\r\nGET\r\n\r\n",
}


def answer(daemon, data):
    """Send a request and return the head and the body of the answer, as far as they come."""
    with RawClient(daemon.port) as raw:
        raw.send_what_is_taken(data)
        return raw.answer()


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
def test_an_odd_request_is_refused_in_plain_words(daemon, data):
    head, body = answer(daemon, data)
    status = head.split(b" ")[1]
    assert status.startswith(b"4") or status == b"505"
    assert b"\r\nserver:" not in head.lower()
    for word in (MARK.encode(), b"Twisted", b"Autobahn", b"Traceback", b"root:"):
        assert word.lower() not in (head + body).lower()


def test_a_plain_visit_of_the_websocket_says_what_it_is(daemon):
    visited = httpx.get(f"{daemon.url}/ws", trust_env=False)
    assert visited.status_code == 426
    assert visited.headers["upgrade"] == "websocket"
    assert "server" not in visited.headers


def test_the_page_is_there_and_loads_from_here_only(daemon):
    page = httpx.get(daemon.url, trust_env=False)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "server" not in page.headers


def test_an_endless_header_is_not_taken(daemon):
    with RawClient(daemon.port) as raw:
        raw.send_what_is_taken(b"GET /ws HTTP/1.1\r\nX-Odd: " + b"x" * 1_000_000)
        assert raw.rest()[:10] in (b"", b"HTTP/1.1 4")


def test_silent_and_slow_connections_are_dropped_and_keep_nobody_out(launch, join):
    daemon = launch(settings={"listen.request_timeout": 2})
    with ExitStack() as stack:
        slow = [stack.enter_context(RawClient(daemon.port)) for _ in range(200)]
        for raw in slow[::2]:
            raw.send_what_is_taken(b"GET /ws HTTP/1.1\r\nX")  # opening so many may have taken longer than they have
        assert join(daemon, "ada").state().player.id == "ada"
        assert [raw.rest() for raw in slow] == [b""] * 200


def test_more_connections_than_there_are_seats_are_closed_and_seats_come_back(launch, join):
    daemon = launch(settings={"listen.max_connections": 3})
    clients = [join(daemon, f"player-{number}") for number in range(3)]
    with RawClient(daemon.port) as turned_away:
        assert turned_away.rest() == b""
    assert clients[0].state()
    clients.pop().close()
    assert join(daemon, unique("ada")).state()
