"""Everything a client raises on purpose.

`Refused` is an answer: the server understood and said no, and `code` says why (docs/protocol).  `Ended` is the end:
this player is out of the world and does not come back by itself.
"""

from __future__ import annotations

from mmod.errors import MmodError


class ClientError(MmodError):
    """The root of all errors of the client."""


class Refused(ClientError):
    """The server said no; `code` is the protocol's, `message` is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class JoinRefused(Refused):
    """The server does not take this player in: `auth`, `bad_request`, `world_full`, `unavailable` ..."""


class CommandRefused(Refused):
    """An `equip` or `unequip` was refused, and nothing has changed: `equip_locked`, `skill_gate` ..."""


class ConnectionFailed(ClientError):
    """No connection came about: nobody listens there, no such host, no WebSocket, no answer in time."""


class BadMessage(ClientError):
    """The server sent what the protocol does not know; the connection is of no use any more."""


class TooManyCommands(ClientError):
    """More item commands wait than anybody can mean."""


class Ended(ClientError):
    """This player is out of the world and does not come back by itself."""


class Closed(Ended):
    """We closed it ourselves."""


class Replaced(Ended):
    """The same player joined elsewhere; coming back would only replace it in turn."""


class Kicked(Ended):
    """An operator ended it; the text is the operator's reason."""


class GaveUp(Ended):
    """The server was away for longer than we wanted to wait; the text is the last reason."""
