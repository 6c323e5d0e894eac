"""Which web pages may open a socket (protocol.md): those of the same host or of this machine, and the ones configured.

An `Origin` is compared part by part, never by prefix or suffix, so that `http://localhost.evil.example` and
`http://localhost@evil.example` are what they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection

#: Names of this machine.
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

#: `host[:port]` of RFC 3986 as browsers write it: a name, an IPv4 address, or an IPv6 address in brackets.
_AUTHORITY = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::(?P<port>[0-9]{1,5}))?")

_LAST_PORT = 65_535


def origin_allowed(origin: str | None, host: str, allowed: Collection[str]) -> bool:
    """Tell whether a page of `origin` may connect to `host` (the request's Host header).

    `allowed` holds further origins as `scheme://host[:port]`.  None, no Origin header at all, is not a browser.
    """
    if origin is None:
        return True
    if origin.lower() in {entry.lower().rstrip("/") for entry in allowed}:
        return True
    name = host_of_origin(origin)
    return name is not None and (name in LOCAL_HOSTS or name == host_of_authority(host))


def host_of_origin(origin: str) -> str | None:
    """Return the host of a well-formed http(s) origin, None for anything else."""
    scheme, _, authority = origin.partition("://")
    return host_of_authority(authority) if scheme.lower() in ("http", "https") else None


def host_of_authority(authority: str) -> str | None:
    """Return the host in `host[:port]`, in lower case; None for anything else."""
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None or not 1 <= int(parts["port"] or 1) <= _LAST_PORT:
        return None
    return (parts["address"] or parts["name"]).lower()
