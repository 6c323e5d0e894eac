"""The table of refusals and closes (protocol.md, "Refusals and closes")."""

from __future__ import annotations

from enum import IntEnum

from mmod.errors import AuthRefused, BadRequest, RemoteError, Unavailable, UnknownType, WorldFull


class CloseCode(IntEnum):
    """WebSocket close codes: those of RFC 6455 that the daemon uses itself, and its own; with what each means."""

    meaning: str

    def __new__(cls, value: int, meaning: str) -> CloseCode:
        """Return the code, an integer that knows its meaning."""
        code = int.__new__(cls, value)
        code._value_ = value
        code.meaning = meaning
        return code

    MESSAGE_TOO_BIG = 1009, "A message was larger than the limit, or came in too many fragments."
    INTERNAL_ERROR = 1011, "The server failed while it handled a message; its log says why."
    SERVICE_RESTART = 1012, "The server stops or takes no more players; come back soon."
    TRY_AGAIN_LATER = 1013, "The authentication service or the store is away; come back later."
    BAD_REQUEST = 4000, "No valid `hello` came in time, or the tenth malformed message."
    AUTH = 4001, "The token does not prove an identity."
    RATE_LIMITED = 4002, "More messages than the rate allows, or too many resumes that failed."
    REPLACED = 4003, "The same player joined elsewhere; do not come back by yourself."
    IDLE_TIMEOUT = 4004, "No message for too long; a client that stands still repeats its input."
    WORLD_FULL = 4005, "The world is full; come back later."
    KICKED = 4006, "An operator ended the session."


class Replaced(RemoteError):
    """The same player joined elsewhere."""

    code = "replaced"


class HelloTimeout(RemoteError):
    """No `hello` came in time."""

    code = "hello_timeout"


class RateLimited(RemoteError):
    """More messages than the rate allows, or too many resumes that failed."""

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


#: Errors after which the connection stays open (ten malformed messages close it all the same).
HARMLESS: tuple[type[RemoteError], ...] = (UnknownType, BadStoredRecord)


def close_code(error: RemoteError) -> CloseCode:
    """Return the close that follows an error."""
    return CLOSES.get(type(error), CloseCode.BAD_REQUEST)
