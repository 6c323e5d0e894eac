"""The table of refusals and closes (protocol.md, "Refusals and closes")."""

from __future__ import annotations

from enum import IntEnum

from mmod.errors import AuthRefused, BadRequest, RemoteError, Unavailable, WorldFull


class CloseCode(IntEnum):
    """WebSocket close codes: those of RFC 6455 that the daemon uses itself, and its own."""

    MESSAGE_TOO_BIG = 1009
    INTERNAL_ERROR = 1011
    SERVICE_RESTART = 1012
    TRY_AGAIN_LATER = 1013
    BAD_REQUEST = 4000
    AUTH = 4001
    RATE_LIMITED = 4002
    REPLACED = 4003
    IDLE_TIMEOUT = 4004
    WORLD_FULL = 4005
    KICKED = 4006


class Replaced(RemoteError):
    """The same player joined elsewhere."""

    code = "replaced"


class HelloTimeout(RemoteError):
    """No `hello` came in time."""

    code = "hello_timeout"


class RateLimited(RemoteError):
    """More messages than the rate allows."""

    code = "rate_limited"


class IdleTimeout(RemoteError):
    """No message for too long."""

    code = "idle_timeout"


class Kicked(RemoteError):
    """An operator ended the session; the text is the operator's reason."""

    code = "kicked"


class BadStoredRecord(RemoteError):
    """What was stored of the player cannot be used; it plays on with defaults."""

    code = "bad_record"


#: Which close follows which error; what is not here closes as BAD_REQUEST.
CLOSES: dict[type[RemoteError], CloseCode] = {
    AuthRefused: CloseCode.AUTH,
    BadRequest: CloseCode.BAD_REQUEST,
    HelloTimeout: CloseCode.BAD_REQUEST,
    IdleTimeout: CloseCode.IDLE_TIMEOUT,
    Kicked: CloseCode.KICKED,
    RateLimited: CloseCode.RATE_LIMITED,
    Replaced: CloseCode.REPLACED,
    Unavailable: CloseCode.TRY_AGAIN_LATER,
    WorldFull: CloseCode.WORLD_FULL,
}


def close_code(error: RemoteError) -> CloseCode:
    """Return the close that follows an error."""
    return CLOSES.get(type(error), CloseCode.BAD_REQUEST)
