"""Where a server is: from a WebSocket URL to an endpoint."""

from __future__ import annotations

from urllib.parse import urlsplit

from attrs import frozen
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.ssl import optionsForClientTLS

#: The ports of the two schemes.
PORTS = {"ws": 80, "wss": 443}

#: Seconds for which one attempt to connect may take.
CONNECT_TIMEOUT = 10.0


@frozen
class Address:
    """The part of a URL that says whom to connect to."""

    host: str
    port: int
    secure: bool


def address(url: str) -> Address:
    """Return where a URL leads to; raise `ValueError` for one that is none of a WebSocket."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.fragment:
        raise ValueError(f"{url!r} is no WebSocket URL; one looks like ws://host:8080/ws or wss://host/ws")
    return Address(parts.hostname, parts.port or PORTS[parts.scheme], parts.scheme == "wss")


def endpoint(reactor: object, to: Address) -> IStreamClientEndpoint:
    """Return the way to a server, with TLS for `wss`, whose certificate must be one that this machine trusts."""
    plain = HostnameEndpoint(reactor, to.host, to.port, timeout=CONNECT_TIMEOUT)
    return wrapClientTLS(optionsForClientTLS(to.host), plain) if to.secure else plain
