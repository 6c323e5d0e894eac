import pytest

from mmod.session.origins import host_of_authority, origin_allowed

HOST = "game.example:8080"


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "http://game.example",
        "https://game.example",
        "http://game.example:8080",
        "https://game.example:1",
        "https://game.example:65535",
        "HTTPS://GAME.EXAMPLE",
        "http://localhost",
        "https://localhost:3000",
        "http://127.0.0.1:5173",
        "http://[::1]",
        "https://[::1]:8443",
    ],
)
def test_no_origin_the_same_host_and_this_machine_are_allowed(origin):
    assert origin_allowed(origin, HOST, ())


@pytest.mark.parametrize(
    "origin",
    [
        "",
        " ",
        "null",
        "NULL",
        "*",
        "http://",
        "http:",
        "//game.example",
        "game.example",
        "localhost",
        "http://evil.example",
        "https://localhost.evil.example",
        "http://evillocalhost",
        "http://game.example.evil.example",
        "http://evil-game.example",
        "http://notgame.example",
        "http://example",
        "http://sub.game.example",
        "http://game.example.",
        "http://localhost.",
        "http://localhost@evil.example",
        "http://localhost:80@evil.example",
        "http://evil.example@localhost",
        "http://@localhost",
        "http://evil.example#localhost",
        "http://evil.example?localhost",
        "http://localhost#",
        "http://localhost?",
        "http://localhost/",
        "http://localhost/path",
        "http://localhost\\@evil.example",
        "http://localhost\\.evil.example",
        "http://evil.example\\localhost",
        "http:\\\\localhost",
        "http:///localhost",
        "http:localhost",
        "http:/localhost",
        "ftp://localhost",
        "ws://localhost",
        "file://localhost",
        "file://",
        "javascript://localhost",
        "chrome-extension://localhost",
        "data:text/html,localhost",
        "blob:http://localhost",
        "http://localhost:0",
        "http://localhost:",
        "http://localhost:99999",
        "http://localhost:-1",
        "http://localhost:8080:8080",
        "http://localhost:http",
        "http://localhost:\u0661",
        "http://local host",
        "http://local\thost",
        "http://local\nhost",
        "http://localhost\t",
        " http://localhost",
        "\x00http://localhost",
        "http://localhost http://evil.example",
        "http://localhost,http://evil.example",
        "http://localhost%00.evil.example",
        "http://localhost%2eevil.example",
        "http://l\u00f6calhost",
        "http://\uff4cocalhost",
        "http://127.1",
        "http://127.0.0.2",
        "http://0.0.0.0",
        "http://2130706433",
        "http://0x7f.0.0.1",
        "http://127.0.0.1.evil.example",
        "http://[::2]",
        "http://[::1",
        "http://::1",
        "http://[::1].evil.example",
        "http://[::ffff:127.0.0.1]",
        "http://[::1%25lo]",
    ],
)
def test_every_other_origin_is_refused(origin):
    assert not origin_allowed(origin, HOST, ())


@pytest.mark.parametrize("host", ["", ":8080", "[", "[::1", "evil.example:x", "a@game.example"])
def test_a_host_that_is_none_matches_no_origin(host):
    assert not origin_allowed("http://game.example", host, ())


@pytest.mark.parametrize("origin", ["https://portal.example", "HTTPS://Portal.Example", "https://portal.example:444"])
def test_configured_origins_are_allowed_exactly(origin):
    allowed = ("https://Portal.example/", "https://portal.example:444")
    assert origin_allowed(origin, HOST, allowed)


@pytest.mark.parametrize(
    "origin",
    [
        "http://portal.example",
        "https://portal.example:443",
        "https://portal.example.evil.example",
        "https://x.portal.example",
    ],
)
def test_other_schemes_ports_and_hosts_than_the_configured_ones_are_refused(origin):
    assert not origin_allowed(origin, HOST, ("https://portal.example",))


@pytest.mark.parametrize(
    ("authority", "host"),
    [
        ("game.example", "game.example"),
        ("Game.Example:8080", "game.example"),
        ("[::1]:9090", "::1"),
        ("127.0.0.1:1", "127.0.0.1"),
        ("", None),
        (":80", None),
        ("[::1", None),
    ],
)
def test_the_host_of_an_authority_is_told_in_lower_case(authority, host):
    assert host_of_authority(authority) == host
