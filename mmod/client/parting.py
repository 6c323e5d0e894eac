"""Why a connection ended, and whether to come back."""

from __future__ import annotations

from attrs import frozen

from mmod.client.errors import ClientError, ConnectionFailed, JoinRefused, Kicked, Replaced
from mmod.wire.messages import ErrorData

#: Errors that would only come again: the server means this player, or what this client says.
FINAL = frozenset({"auth", "bad_request"})

#: Errors after which the connection stays open.
HARMLESS = frozenset({"bad_record", "bad_request", "unknown_type"})

#: The close code of a server that stops, and will be back (RFC 6455, "service restart").
SERVICE_RESTART = 1012


@frozen
class Parting:
    """How a connection ended."""

    #: The WebSocket's close code, 1006 for none.
    code: int
    reason: str
    #: The last error that the server sent.
    error: ErrorData | None = None
    #: Whether the player was in the world.
    joined: bool = False

    @property
    def stopping(self) -> bool:
        """Whether the server said that it stops."""
        return self.code == SERVICE_RESTART

    @property
    def description(self) -> str:
        """The reason in words."""
        if self.error is not None:
            return f"{self.error.code}: {self.error.message}"
        return self.reason or f"closed with code {self.code}"


def final_error(parting: Parting) -> ClientError | None:
    """Return why the player is not to come back, None when it is."""
    error = parting.error
    if error is None:
        return None
    if error.code == "replaced":
        return Replaced(error.message)
    if error.code == "kicked":
        return Kicked(error.message)
    if not parting.joined and error.code in FINAL:
        return JoinRefused(error.code, error.message)
    return None


def first_error(parting: Parting) -> ClientError:
    """Return why a player has not come into the world at all."""
    final = final_error(parting)
    if final is not None:
        return final
    if parting.error is not None:
        return JoinRefused(parting.error.code, parting.error.message)
    return ConnectionFailed(parting.description)
