"""Which web pages may open a socket (protocol.md): those of the same host or of this machine, and the ones configured.

An `Origin` is compared part by part, never by prefix or suffix, so that `http://localhost.evil.example` and
`http://localhost@evil.example` are what they are.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

#: Names of this machine.
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


def origin_allowed(origin: str | None, host: str, allowed: Collection[str]) -> bool:
    """Tell whether a page of `origin` may connect to `host` (the request's Host header).

    `allowed` holds further origins as `scheme://host[:port]`.  None, no Origin header at all, is not a browser.
    """
    if origin is None:
        return True
    if origin.lower() in {entry.lower().rstrip("/") for entry in allowed}:
        return True
    name = _host_of_origin(origin)
    return name is not None and (name in LOCAL_HOSTS or name == host_of_authority(host))


def _host_of_origin(origin: str) -> str | None:
    """Return the host of a well-formed http(s) origin, None for anything else."""
    try:
        parts = urlsplit(origin)
        port_is_number = parts.port is None or parts.port > 0
    except ValueError:
        return None
    plain = not (parts.path or parts.query or parts.fragment or "@" in parts.netloc or "\\" in origin)
    return parts.hostname if parts.scheme in ("http", "https") and plain and port_is_number else None


def host_of_authority(authority: str) -> str | None:
    """Return the host in `host[:port]`, in lower case; None when there is none."""
    try:
        return urlsplit(f"//{authority}").hostname
    except ValueError:
        return None
