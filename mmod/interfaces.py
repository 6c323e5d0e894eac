"""What the parts of mmod ask of one another, where they are not each other's floor.

Everything asynchronous returns a Deferred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from zope.interface import Attribute, Interface

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

    from mmod.session.claims import Claim, ClaimRequest, Holding, Owner, Quarantined, Save, SaveResult, StoredPlayer
    from mmod.session.identity import Identity
    from mmod.session.ledger import ItemEvent, LedgerRow
    from mmod.store.migrate import SchemaStatus
    from mmod.wire.dialects import Dialect
    from mmod.world.state import PlayerState


class IStore(Interface):
    """Where players live while they are not in the world.

    Every operation is one transaction.  One that fails raises `StoreError` (`StoreAway` when the database cannot be
    reached) and has changed nothing, or, when the answer to its commit was lost, can be repeated.
    """

    def schema() -> Deferred[SchemaStatus]:
        """Tell which migrations the database has had, whether the store is open or not; nothing is changed or made."""

    def migrate() -> Deferred[None]:
        """Open the store and bring its schema up to date; raise `StoreTooNew` when a newer mmod wrote it."""

    def claim(requests: Sequence[ClaimRequest]) -> Deferred[list[Claim]]:
        """Own each player (all different) from now on; answers come in the order of the requests."""

    def save(saves: Sequence[Save]) -> Deferred[list[SaveResult]]:
        """Write the states (all different players); results come in the order of the saves, after the commit.

        A partial save writes the columns in which it differs from its basis, and the row keeps its own for the others.
        Ledger entries of a save that is `STORED` are written with it, each once however often it is brought.
        """

    def lost(epochs: Mapping[str, int]) -> Deferred[dict[str, Owner | None]]:
        """Tell which of these players are not owned under the epoch given, and under which they are instead.

        None stands for a player that is not stored.
        """

    def read(player_id: str) -> Deferred[StoredPlayer | None]:
        """Return what is stored of a player, None when nothing is."""

    def players(after: str, limit: int) -> Deferred[list[StoredPlayer]]:
        """Return at most `limit` players whose id sorts after `after`, ascending by code point."""

    def quarantine(player_id: str, epoch: int, reason: str) -> Deferred[None]:
        """Copy the row aside byte for byte and reset it to a player without state, if `epoch` still owns it.

        Raises `Superseded` when it does not.
        """

    def quarantined() -> Deferred[list[Quarantined]]:
        """Return what was set aside, oldest first."""

    def restore(quarantine_id: int) -> Deferred[bool]:
        """Put a row that was set aside back in place of the player's present one; its epoch grows, so that whoever owns
        the player now can no longer save over it.  False when there is no such row.

        Raises `ItemTaken` as `replace` does; of a row that cannot be read nothing is known that others could have.
        """

    def history(instance_id: str) -> Deferred[list[LedgerRow]]:
        """Return everything the ledger has about an item, oldest first."""

    def moves(player_id: str, limit: int) -> Deferred[list[LedgerRow]]:
        """Return the newest `limit` rows about a player's items, newest first."""

    def entries(player_id: str, after: int, limit: int) -> Deferred[list[LedgerRow]]:
        """Return at most `limit` rows about a player's items with an `entry_id` above `after`, oldest first."""

    def holdings(after: str, limit: int) -> Deferred[list[Holding]]:
        """Return what is known of the items of at most `limit` players whose id sorts after `after`, ascending by code
        point: players that are stored, and those that only the ledger knows.
        """

    def replace(player_id: str, state: PlayerState) -> Deferred[int]:
        """Put a state in place of what is stored of a player, or make the player; return its new epoch.

        Whoever owns the player can save it no more, and its resume token is forgotten.  The ledger tells what changed.
        Raises `ItemTaken` when other players have items of it, by the ledger (the quarantine included) or by their
        states; of several at once one is first.
        """

    def disown() -> Deferred[int]:
        """Raise every player's epoch, beyond any that may have been given out since the backup that was restored, and
        forget every resume token: no daemon that runs can save and no client can resume.  Return how many players there
        are.
        """

    def ping() -> Deferred[None]:
        """Answer when the store can write."""

    def close() -> Deferred[None]:
        """Finish what was begun and let go of everything; nothing may be asked afterwards."""


class IPlayerWriter(Interface):
    """The one writer between the world and its store: see `mmod.store.writer`."""

    away: bool = Attribute("Whether the store has had no answer for `timeout` seconds.")
    dirty: int = Attribute("How many players wait to be saved.")

    def claim(request: ClaimRequest) -> Deferred[Claim]:
        """Own a player, after whatever still waits to be saved for it has been written."""

    def renew(request: ClaimRequest, state: PlayerState | None) -> Claim | None:
        """Go on owning a player without asking the store: its epoch stays, its resume token is judged and replaced.

        `state` is what the player is in the world now; without one it is the newest that is not durable yet.  It is
        saved as soon as the store takes it, with the new token.  None when the player is not owned here, when nothing
        is known of its state, or when another claim or a quarantine of it may still be granted.
        """

    def save(
        player_id: str,
        state: PlayerState,
        disconnected_at: float | None,
        urgent: bool,
        moved: Sequence[ItemEvent] = (),
    ) -> Deferred[None]:
        """Save a state of an owned player; newer ones replace it while it waits.

        `moved` is what has happened to its items since the state before, in order; all of it goes into the ledger in
        the transaction that writes this state or the newer one that replaces it.

        Fires when it, or a newer one of the same player, is durable.  `urgent` saves wait at most `commit_delay`.
        Fails with `Superseded` when another join owns the player.
        """

    def release(player_id: str) -> None:
        """The player has left the world: forget it once nothing of it waits."""

    def epoch(player_id: str) -> int:
        """Return the epoch under which the player is owned, 0 when it is not."""

    def quarantine(player_id: str, reason: str) -> Deferred[None]:
        """Set the stored row of an owned player aside; it has no stored state afterwards."""


class IStateOutlet(Interface):
    """The way to one client for states."""

    def send_state(payload: bytes) -> None:
        """Send a state in the client's dialect, as long as the WebSocket is open."""


class IClientTransport(Interface):
    """The socket of one client, as its session sees it."""

    peer: str = Attribute("Where the client is, for logs.")
    dialect: Dialect = Attribute("How the client wants to be sent states.")

    def send(payload: bytes, binary: bool = False, soon: bool = False) -> None:
        """Send a text frame, or a binary one; `soon`: in one write with whatever is sent next."""

    def outlet() -> IStateOutlet:
        """Return the way out for states: the same for as long as the WebSocket is open."""

    def ping(payload: bytes, soon: bool = False) -> None:
        """Send a WebSocket ping; `soon`: in one write with whatever is sent next."""

    def close(code: int, reason: str) -> None:
        """Send a close frame, and cut the connection when the client does not answer it soon."""

    def abort() -> None:
        """Cut the connection."""


class IAuthenticator(Interface):
    """Whoever knows who a token belongs to."""

    def authenticate(token: str) -> Deferred[Identity]:
        """Return the identity a token proves; fail with `AuthRefused` or `Unavailable`."""
