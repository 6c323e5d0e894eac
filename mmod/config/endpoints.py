"""What can be told of a Twisted endpoint string before it is listened on."""

from __future__ import annotations

import re

#: Addresses of this machine that nobody else reaches.
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def is_local(endpoint: str) -> bool:
    """Tell whether only this machine can reach an endpoint; when in doubt, no."""
    kind, *arguments = (part.replace("\\", "") for part in re.split(r"(?<!\\):", endpoint))
    if kind == "unix":
        return True
    options = dict(argument.partition("=")[::2] for argument in arguments)
    return kind in ("tcp", "tcp4", "tcp6", "ssl") and options.get("interface") in LOOPBACK
