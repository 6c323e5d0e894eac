import socket

import pytest

from mmod.net.guard import MAX_BODY

from .test_admin import JSON, AdminEndpoint
from .wire import Browser, request


@pytest.fixture
def endpoint():
    return AdminEndpoint(hosts=("Admin.Example",))


@pytest.fixture
def locked():
    return AdminEndpoint(token="s3cret-token")


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:9090",
        "127.0.0.1",
        "[::1]:9090",
        "admin.example",
        "ADMIN.example:1",
        socket.gethostname(),
    ],
)
def test_our_own_hosts_and_addresses_are_served(endpoint, host):
    assert endpoint.ask("GET /healthz", host=host).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "192.0.2.7:9090",
        "[2001:db8::1]",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "x@localhost",
        "admin.example.",
        "[::1",
        "a b",
    ],
)
def test_any_other_host_is_refused(endpoint, host):
    browser = endpoint.ask("GET /players", host=host)
    assert browser.status in (400, 403)
    assert b"evil" not in browser.written


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost.evil.example", "file://"])
def test_a_page_of_another_origin_is_refused(endpoint, origin):
    browser = endpoint.ask("GET /players", f"Origin: {origin}")
    assert browser.status == 403
    assert b"evil" not in browser.written


def test_a_page_of_this_machine_may_ask(endpoint):
    assert endpoint.ask("GET /players", "Origin: http://localhost:9090").status == 200


def test_exactly_one_host_is_required(endpoint):
    assert endpoint.ask("GET /players", "Host: localhost").status in (400, 403)
    browser = Browser(endpoint.site, endpoint.world.clock).send(b"GET /players HTTP/1.1\r\n\r\n").turn()
    assert browser.status in (400, 403)


@pytest.mark.parametrize("authorization", ["Bearer s3cret-token", "bearer s3cret-token", "BEARER  s3cret-token"])
def test_the_right_token_opens(locked, authorization):
    assert locked.ask("GET /players", f"Authorization: {authorization}").status == 200


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer s3cret-toke",
        "Bearer s3cret-token2",
        "Bearer S3CRET-TOKEN",
        "Basic s3cret-token",
        "s3cret-token",
    ],
)
def test_any_other_token_is_refused_and_the_right_one_not_shown(locked, authorization):
    browser = locked.ask("GET /players", f"Authorization: {authorization}")
    assert (browser.status, browser.header("WWW-Authenticate")) == (401, ["Bearer"])
    assert b"s3cret" not in browser.written


def test_without_a_header_or_with_a_token_in_the_url_nothing_opens(locked):
    assert locked.ask("GET /players").status == 401
    assert locked.ask("GET /players?token=s3cret-token&access_token=s3cret-token").status == 401


@pytest.mark.parametrize("path", ["/metrics", "/cells", "/nowhere", "/healthz/", "/readyz/../players", "//healthz"])
def test_everything_but_health_needs_the_token(locked, path):
    assert locked.ask(f"GET {path}").status == 401


@pytest.mark.parametrize("path", ["/events", "/server", "/map/", "/map/other.js", "/map/app.js/", "//"])
def test_the_page_is_open_but_what_it_shows_is_not(locked, path):
    assert locked.ask("GET /").status == locked.ask("GET /map/app.js").status == 200
    assert locked.ask(f"GET {path}").status == 401


@pytest.mark.parametrize("mode", ["no-cors", "cors", "websocket"])
def test_what_a_page_of_another_site_asks_for_is_refused(endpoint, mode):
    asked = ("Sec-Fetch-Site: cross-site", f"Sec-Fetch-Mode: {mode}")
    assert endpoint.ask("GET /events", *asked).status == 403
    assert endpoint.streams.count == 0


@pytest.mark.parametrize(("site", "mode"), [("cross-site", "navigate"), ("same-origin", "cors"), ("none", "navigate")])
def test_a_link_may_lead_here_and_our_own_page_may_ask(endpoint, site, mode):
    assert endpoint.ask("GET /cells", f"Sec-Fetch-Site: {site}", f"Sec-Fetch-Mode: {mode}").status == 200


@pytest.mark.parametrize(("path", "status"), [("/healthz", 200), ("/readyz", 503)])
def test_health_needs_no_token(locked, path, status):
    assert locked.ask(f"GET {path}").status == status


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ("Content-Type: text/plain",),
        ("Content-Type: application/x-www-form-urlencoded",),
        ("Content-Type: multipart/form-data; boundary=x",),
        ("Content-Type: text/plain; application/json",),
        ("Content-Type: application/jsonx",),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_what_a_web_page_can_send_unasked_changes_nothing(endpoint, method, headers):
    assert endpoint.ask(f"{method} /drain", *headers).status == 415
    assert not endpoint.world.shard.draining


@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8"])
def test_json_is_taken(endpoint, content_type):
    assert endpoint.ask("POST /drain", f"Content-Type: {content_type}").status == 202


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(endpoint):
    data = request(
        "POST /drain HTTP/1.1", JSON, f"Content-Length: {MAX_BODY + 1}", host="localhost", body=b" " * (MAX_BODY + 1)
    )
    browser = Browser(endpoint.site, endpoint.world.clock).send(data).turn()
    assert (browser.status, browser.ended) == (400, True)
    assert not endpoint.world.shard.draining


def test_a_body_at_the_limit_is_taken(endpoint):
    body = b'{"reason":"x"}'.ljust(MAX_BODY)
    browser = endpoint.ask("POST /players/nobody/kick", JSON, f"Content-Length: {MAX_BODY}", body=body)
    assert browser.status == 404
