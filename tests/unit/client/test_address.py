import pytest
from twisted.internet.testing import MemoryReactorClock

from mmod.client.address import CONNECT_TIMEOUT, Address, address, endpoint


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ws://localhost:8080/ws", Address("localhost", 8080, False)),
        ("ws://game.example/ws", Address("game.example", 80, False)),
        ("wss://game.example/ws", Address("game.example", 443, True)),
        ("wss://[::1]:8443/ws", Address("::1", 8443, True)),
    ],
)
def test_a_url_says_whom_to_connect_to(url, expected):
    assert address(url) == expected


@pytest.mark.parametrize("url", ["http://localhost/ws", "localhost:8080", "ws://", "ws:///ws", "ws://a/ws#part", ""])
def test_other_urls_are_refused_by_name(url):
    with pytest.raises(ValueError, match="no WebSocket URL"):
        address(url)


@pytest.mark.parametrize("secure", [False, True])
def test_the_endpoint_leads_there_within_a_time_limit(secure):
    reactor = MemoryReactorClock()
    endpoint(reactor, Address("192.0.2.1", 8080, secure)).connect(None)
    ((_, port, _, timeout, _),) = reactor.tcpClients
    assert (port, timeout) == (8080, CONNECT_TIMEOUT)
