"""The values that pass between a join and the store.

A *claim* makes this daemon the owner of a player: it raises the player's `epoch` in the store and returns what was
stored.  A *save* is accepted only under the epoch of the last claim and only with a higher version, so a late or
repeated save can never overwrite a newer state (design.md, "Persistence").

A save may be *partial*: it names the version that it builds on, and leaves the columns that are as they were there to
the row.  It is accepted only by a row that still holds exactly that version.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from attrs import field, frozen

from mmod.session.columns import Basis, Columns
from mmod.session.ledger import Entry, LedgerRow
from mmod.session.resume import ResumeAttempt
from mmod.world.state import PlayerState


@frozen
class ClaimRequest:
    """Ask to own a player from now on."""

    player_id: str
    name: str
    attempt: ResumeAttempt
    #: Hash of the resume token of the session that begins; it replaces the old one.
    next_token_hash: bytes


@frozen
class Claim:
    """The player is ours under `epoch`.

    `state` is None for a player never saved.  `unreadable` gives the reason when a row exists that could not be
    decoded; `state` is None then too, and the row still holds the original bytes.
    """

    player_id: str
    epoch: int
    #: The epoch before this claim, 0 for a new player.
    previous_epoch: int
    #: Version of the stored row, 0 for a new player; the next save must be higher.
    version: int
    resumed: bool
    state: PlayerState | None
    unreadable: str | None = None
    #: Hash of the resume token that the row held before this claim, None when it held none.
    previous_hash: bytes | None = None


@frozen
class Save:
    """One player's state to be written under an epoch and a version."""

    player_id: str
    epoch: int
    version: int
    state: PlayerState
    #: Unix time (s) at which the player's connection ended; None while it is open.
    disconnected_at: float | None = None
    #: What has happened to the player's items since the save before it.
    entries: tuple[Entry, ...] = ()
    #: Hash of the resume token that replaces the one of the claim; None leaves the one that is stored.
    resume_hash: bytes | None = None
    #: What the state looks like in a row, where that was found out before; None leaves it to the store.
    columns: Columns | None = field(default=None, eq=False, repr=False)
    #: What the row holds already, in a partial save; None in a whole one.
    basis: Basis | None = field(default=None, eq=False, repr=False)


@frozen
class Owner:
    """Under which claim a player is owned, as the store has it."""

    epoch: int
    #: Hash of the resume token that the claim, or a save since, has left; None when a row was restored by an operator.
    resume_hash: bytes | None


class SaveResult(Enum):
    """What became of one `Save` of a batch that was committed."""

    #: The row now holds this state.
    STORED = "stored"
    #: The row holds this or a newer version of the same epoch already: a repeated save, as good as stored.
    PRESENT = "present"
    #: The save is partial, and the row does not hold the version that it builds on (a standby that took over had not
    #: heard of it, or the row was reset): nothing was written, and the whole state has to be.
    STALE = "stale"
    #: Another join owns the player (its epoch differs), or there is no such row: nothing was written.
    SUPERSEDED = "superseded"


@frozen
class StoredPlayer:
    """A player as an administrator reads it, without claiming it."""

    player_id: str
    epoch: int
    version: int
    #: None when the row cannot be decoded; `unreadable` says why.
    state: PlayerState | None
    unreadable: str | None = None
    #: The columns of a row that cannot be decoded, as far as JSON can hold what they do.
    raw: Mapping[str, str | float | int | None] | None = None


@frozen
class Holding:
    """What the store knows of one player's items, all of it as of one moment."""

    player_id: str
    #: None for a player that only the ledger knows.
    stored: StoredPlayer | None
    #: The newest row about each item that was ever this player's, by instance id.
    newest: tuple[LedgerRow, ...]
    #: The belongings in the player's quarantined records as they are, readable or not.
    set_aside: tuple[str, ...] = ()


@frozen
class Quarantined:
    """A row that was set aside because it could not be used."""

    quarantine_id: int
    player_id: str
    reason: str
    #: Unix time (s).
    set_aside_at: float
