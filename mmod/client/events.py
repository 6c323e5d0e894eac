"""What happens to a player beside its states, as frozen values in the past tense."""

from __future__ import annotations

from attrs import frozen

from mmod.wire.messages import CellName


@frozen
class Joined:
    """The player is in the world: for the first time, or again."""

    player_id: str
    #: Whether the session went on where the last connection ended; False at first, and after an absence too long.
    resumed: bool


@frozen
class HandedOver:
    """The player crossed into another cell."""

    origin: CellName
    target: CellName


@frozen
class Measured:
    """How the world and the connection do; about once a second."""

    #: Ticks a second as measured.
    tick_rate: float
    #: Round trip in milliseconds.
    rtt_ms: float


@frozen
class Warned:
    """The server complained and goes on all the same, such as `bad_record`: the stored player could not be read."""

    code: str
    message: str


@frozen
class Disconnected:
    """The connection is lost; another one is tried in `retry_in` seconds."""

    reason: str
    #: Whether the server said that it stops, and will be back.
    stopping: bool
    retry_in: float


Event = Joined | HandedOver | Measured | Warned | Disconnected
