import pytest

from .wire import CLIENT, PAGE, PublicEndpoint, request


@pytest.fixture
def endpoint():
    return PublicEndpoint()


def get(endpoint, line):
    return endpoint.browser().send(request(line)).turn()


@pytest.mark.parametrize(
    ("path", "name"), [("/", "index.html"), ("/static/index.html", "index.html"), ("/static/app.js", "app.js")]
)
def test_the_page_and_its_files_are_served_as_they_are(endpoint, path, name):
    browser = get(endpoint, f"GET {path} HTTP/1.1")
    assert (browser.status, browser.body) == (200, PAGE[name].content)
    assert browser.header("Content-Type") == [PAGE[name].media_type]


def test_what_a_client_may_know_is_served_as_json(endpoint):
    browser = get(endpoint, "GET /client/server.json HTTP/1.1")
    assert (browser.status, browser.body) == (200, CLIENT["server.json"].content)
    assert browser.header("Content-Type") == ["application/json"]


def test_the_page_may_load_and_reach_nothing_but_this_server(endpoint):
    browser = get(endpoint, "GET / HTTP/1.1")
    (policy,) = browser.header("Content-Security-Policy")
    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in policy
    assert browser.header("X-Content-Type-Options") == ["nosniff"]
    assert browser.header("Referrer-Policy") == ["no-referrer"]


@pytest.mark.parametrize("name", CLIENT)
def test_the_client_library_is_served_to_pages_of_any_origin(endpoint, name):
    browser = get(endpoint, f"GET /client/{name} HTTP/1.1")
    assert (browser.status, browser.body) == (200, CLIENT[name].content)
    assert browser.header("Content-Type") == [CLIENT[name].media_type]
    assert browser.header("Access-Control-Allow-Origin") == ["*"]


@pytest.mark.parametrize("path", ["/", "/static/app.js", "/healthz"])
def test_nothing_else_is_shared_with_other_origins(endpoint, path):
    assert get(endpoint, f"GET {path} HTTP/1.1").header("Access-Control-Allow-Origin") == []


def test_a_head_request_gets_no_body(endpoint):
    browser = get(endpoint, "HEAD / HTTP/1.1")
    assert (browser.status, browser.body) == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static",
        "/static/nothing.js",
        "/static/../index.html",
        "/static/%2e%2e/index.html",
        "/static/..%2f..%2fetc%2fpasswd",
        "/static//app.js",
        "/static/app.js/",
        "/static/app.js%00",
        "/static/%ff",
        "/index.html",
        "/static/server.json",
        "/client",
        "/client/",
        "/client/nothing.js",
        "/client/mmod.js/",
        "/client/../static/app.js",
    ],
)
def test_nothing_else_is_a_file(endpoint, path):
    assert get(endpoint, f"GET {path} HTTP/1.1").status == 404


def test_health_says_no_more_than_ok(endpoint):
    browser = get(endpoint, "GET /healthz HTTP/1.1")
    assert (browser.status, browser.body) == (200, b"ok\n")
