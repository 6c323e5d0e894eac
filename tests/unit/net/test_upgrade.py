import pytest

from .wire import ACCEPT, KEY, PublicEndpoint, upgrade


@pytest.fixture
def endpoint():
    return PublicEndpoint(origins=("https://portal.example",))


def answer_to(endpoint, data):
    return endpoint.browser().send(data).turn()


def test_a_correct_request_is_upgraded(endpoint):
    browser = answer_to(endpoint, upgrade())
    assert browser.status == 101
    assert browser.header("Sec-WebSocket-Accept") == [ACCEPT]
    assert browser.header("Sec-WebSocket-Protocol") == []
    assert endpoint.world.shard.connected == 1


@pytest.mark.parametrize(
    "offered", ["mmod.v1.json", "other, mmod.v1.json", "mmod.v1.json, mmod.v1.delta", "mmod.v1.json,mmod.v1.json"]
)
def test_our_subprotocol_is_chosen_when_it_is_offered(endpoint, offered):
    browser = answer_to(endpoint, upgrade(("Sec-WebSocket-Protocol", offered)))
    assert (browser.status, browser.header("Sec-WebSocket-Protocol")) == (101, ["mmod.v1.json"])


@pytest.mark.parametrize(
    "offered", ["mmod.v1.delta", "other, mmod.v1.delta, mmod.v1.json", "mmod.v1.delta,mmod.v1.delta"]
)
def test_the_first_one_of_ours_that_is_offered_is_chosen(endpoint, offered):
    browser = answer_to(endpoint, upgrade(("Sec-WebSocket-Protocol", offered)))
    assert (browser.status, browser.header("Sec-WebSocket-Protocol")) == (101, ["mmod.v1.delta"])


@pytest.mark.parametrize(
    "extensions",
    ["permessage-deflate; client_max_window_bits", "permessage-deflate; canary=1", "x; a; a", "permessage-deflate,,"],
)
def test_extensions_are_declined_whatever_they_are(endpoint, extensions):
    browser = answer_to(endpoint, upgrade(("Sec-WebSocket-Extensions", extensions)))
    assert (browser.status, browser.header("Sec-WebSocket-Extensions")) == (101, [])


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Upgrade", "WebSocket"),
        ("Upgrade", "h2c, websocket"),
        ("Connection", "keep-alive, Upgrade"),
        ("Connection", "upgrade"),
        ("Host", "[::1]:8080"),
        ("Host", "game.example"),
        ("Origin", "https://game.example"),
        ("Origin", "http://localhost:3000"),
        ("Origin", "https://portal.example"),
    ],
)
def test_other_correct_forms_are_upgraded(endpoint, header, value):
    assert answer_to(endpoint, upgrade((header, value))).status == 101


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (upgrade(line="GET /ws HTTP/1.0"), 505),
        (upgrade(line="POST /ws HTTP/1.1"), 405),
        (upgrade(line="HEAD /ws HTTP/1.1"), 405),
        (upgrade(line="CANARY /ws HTTP/1.1"), 405),
        (upgrade(line="GET /ws?x=1#canary HTTP/1.1"), 400),
        (upgrade(without=["Upgrade"]), 426),
        (upgrade(("Upgrade", "canary")), 426),
        (upgrade(("Upgrade", "websocketcanary")), 426),
        (upgrade(without=["Connection"]), 400),
        (upgrade(("Connection", "canary")), 400),
        (upgrade(without=["Sec-WebSocket-Version"]), 400),
        (upgrade(("Sec-WebSocket-Version", "12")), 400),
        (upgrade(("Sec-WebSocket-Version", "013")), 400),
        (upgrade(("Sec-WebSocket-Version", "canary")), 400),
        (upgrade(("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Version", "13")), 400),
        (upgrade(without=["Sec-WebSocket-Key"]), 400),
        (upgrade(("Sec-WebSocket-Key", "canary")), 400),
        (upgrade(("Sec-WebSocket-Key", "")), 400),
        (upgrade(("Sec-WebSocket-Key", "A" * 22 + "!=")), 400),
        (upgrade(("Sec-WebSocket-Key", "A" * 20 + "====")), 400),
        (upgrade(("Sec-WebSocket-Key", "A" * 32)), 400),
        (upgrade(("Sec-WebSocket-Key", KEY), ("Sec-WebSocket-Key", KEY)), 400),
        (upgrade(("Sec-WebSocket-Protocol", "canary")), 400),
        (upgrade(("Sec-WebSocket-Protocol", "mmod.v1.jsoncanary")), 400),
        (upgrade(("Sec-WebSocket-Protocol", "MMOD.V1.JSON")), 400),
        (upgrade(without=["Host"]), 400),
        (upgrade(("Host", "game.example"), ("Host", "game.example")), 400),
        (upgrade(("Host", "game.example:canary")), 400),
        (upgrade(("Host", "canary@game.example")), 400),
        (upgrade(("Host", "")), 400),
        (upgrade(("X-Canary", "a\x07b")), 400),
        (upgrade(("Origin", "https://canary.example")), 403),
        (upgrade(("Origin", "null")), 403),
        (upgrade(("Origin", "https://game.example"), ("Origin", "https://game.example")), 403),
        (upgrade(("Origin", "https://localhost.canary.example")), 403),
    ],
)
def test_a_fault_is_refused_with_its_status_and_nothing_of_it_is_reflected(endpoint, data, status):
    browser = answer_to(endpoint, data)
    assert browser.status == status
    assert b"canary" not in browser.written.lower()
    assert not {"server", "x-powered-by"} & {
        line.partition(b":")[0].decode().lower() for line in browser.written.split(b"\r\n")
    }
    assert not any(name in browser.written.lower() for name in (b"twisted", b"autobahn", b"traceback"))
    assert endpoint.world.shard.connected == 0
    assert browser.ended == (browser.header("Connection") == ["close"])


def test_nothing_that_autobahn_itself_refuses_is_reflected(endpoint):
    protocol = endpoint.factory.buildProtocol(None)
    browser = endpoint.browser()
    browser.socket.protocol = protocol
    protocol.makeConnection(browser.socket)
    browser.send(upgrade(("Sec-WebSocket-Protocol", "canary, canary")))
    assert browser.status == 400
    assert b"canary" not in browser.written


def test_the_refusal_of_a_version_names_the_right_one(endpoint):
    assert answer_to(endpoint, upgrade(("Sec-WebSocket-Version", "8"))).header("Sec-WebSocket-Version") == ["13"]


def test_a_plain_get_is_told_what_this_is(endpoint):
    browser = answer_to(endpoint, b"GET /ws HTTP/1.1\r\nHost: game.example\r\n\r\n")
    assert (browser.status, browser.header("Upgrade")) == (426, ["websocket"])


@pytest.mark.parametrize("value", [b"a\x00b", b"\x00"])
def test_a_nul_in_a_header_is_refused(endpoint, value):
    browser = answer_to(endpoint, upgrade().replace(b"\r\n\r\n", b"\r\nX-Header: " + value + b"\r\n\r\n"))
    assert browser.status == 400


def test_a_token_in_the_url_authenticates_nobody(endpoint):
    browser = answer_to(endpoint, upgrade(line="GET /ws?token=dev:canary HTTP/1.1"))
    assert browser.status == 101
    assert endpoint.world.engine.players() == ()
    assert browser.frames() == []
