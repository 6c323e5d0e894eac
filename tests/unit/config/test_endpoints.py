import pytest

from mmod.config.endpoints import is_local


@pytest.mark.parametrize(
    "endpoint",
    [
        "tcp:8080:interface=127.0.0.1",
        "tcp:interface=127.0.0.1:port=8080",
        "tcp:8080:interface=localhost",
        r"tcp6:8080:interface=\:\:1",
        "tcp:8080:interface=127.0.0.1:backlog=5",
        "ssl:8443:interface=127.0.0.1:privateKey=key.pem",
        "unix:/run/mmod/admin.sock",
        "unix:/run/mmod/admin.sock:mode=660",
    ],
)
def test_loopback_and_unix_sockets_are_local(endpoint):
    assert is_local(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "tcp",
        "tcp:8080",
        "tcp:8080:interface=",
        "tcp:8080:interface=0.0.0.0",
        r"tcp6:8080:interface=\:\:",
        "tcp:8080:interface=192.0.2.1",
        "tcp:8080:interface=127.0.0.1.evil.example",
        "tcp:8080:interface=LOCALHOST.evil",
        "tcp:8080:interface=127.0.0.1:interface=0.0.0.0",
        "tcp:8080:0.0.0.0",
        "tcp:8080:127.0.0.1",
        "tcp:8080:x-interface=127.0.0.1",
        r"tcp:8080\:interface=127.0.0.1",
        "systemd:domain=INET:name=public",
        "haproxy:tcp:8080:interface=127.0.0.1",
        "fd:3:interface=127.0.0.1",
        "unixx:/run/x",
        "UNIX:/run/x",
    ],
)
def test_everything_else_may_be_reached_by_others(endpoint):
    assert not is_local(endpoint)
