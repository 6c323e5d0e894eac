"""Where the daemon listens, and how much it accepts there."""

from __future__ import annotations

from attrs import frozen


@frozen
class ListenSettings:
    """Twisted endpoint strings, and limits of the public one."""

    public: str = "tcp:8080:interface=127.0.0.1"
    admin: str = "tcp:9090:interface=127.0.0.1"
    #: Open connections in all, HTTP included; further ones are closed at once.
    max_connections: int = 10_000
    #: Of one address; 0 for no limit (players behind one router share an address).
    max_connections_per_address: int = 0
    #: Seconds in which an HTTP request must be complete.
    request_timeout: float = 10.0


@frozen
class AdminSettings:
    """Who may use the admin endpoint."""

    #: Bearer token, empty for none (allowed on loopback and Unix sockets only).
    token: str = ""
    #: Host names under which the endpoint may be reached, beside those of this machine.
    hosts: tuple[str, ...] = ()
