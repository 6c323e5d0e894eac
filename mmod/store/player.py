"""One player as the writer knows it, and the law of when it may be saved or claimed.

A state is *waiting* until it departs in a batch, then *in flight* until the store has answered.  It departs with the
player's epoch and the next version, so the stamp is always that of the newest claim.  A claim needs everything that was
waiting before it to be written first; what comes later waits until the claim has an answer, because the claim changes
the epoch.  Whoever waits for a state hears when that state or a newer one is durable.

A save that follows one which has landed is partial: it builds on what the row holds by then.  Whatever leaves a doubt
about the row (a claim, an answer that failed or surprised, a quarantine) makes the next save whole.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from attrs import define, evolve, field
from twisted.internet.defer import Deferred

from mmod.session.claims import Claim, ClaimRequest, Save
from mmod.session.columns import Basis, Columns, Encoded
from mmod.session.ledger import Entry, ItemEvent
from mmod.session.resume import ResumeMark
from mmod.world.state import PlayerState

Callers = list[Deferred[None]]


@define
class Unsaved:
    """The newest state of a player that is not durable yet, what happened on the way to it, and who waits for it."""

    state: PlayerState
    #: The state as it will be stored: it is encoded once, when it comes.
    columns: Columns
    disconnected_at: float | None
    urgent: bool
    callers: Callers
    entries: tuple[Entry, ...] = ()
    #: Hash of the resume token to be stored with it, None when the stored one is right.
    resume_hash: bytes | None = None

    def following(self, older: Unsaved | None) -> Unsaved:
        """Return this state with all that the older one that it replaces brought along."""
        if older is None:
            return self
        return evolve(
            self,
            urgent=older.urgent or self.urgent,
            callers=older.callers + self.callers,
            entries=older.entries + self.entries,
            resume_hash=self.resume_hash or older.resume_hash,
        )


@define(eq=False)
class PendingClaim:
    """A claim that has no answer yet; `caller` may have given up while it is under way."""

    request: ClaimRequest
    caller: Deferred[Claim]


@define(eq=False)
class Player:
    """One player: its stamp, what of it is not durable, and what stands in the queue for it."""

    player_id: str
    #: 0 while nobody here owns the player.
    epoch: int = 0
    #: The version that last departed, or that the claim found.
    version: int = 0
    #: Whether the world holds the player: it is remembered until released.
    wanted: bool = False
    #: The resume token of the newest session, and when its connection ended: what the store holds or will hold.
    mark: ResumeMark | None = None
    #: What the row holds, as the last save that landed has left it; None where that is not known for sure.
    basis: Basis | None = None
    waiting: Unsaved | None = None
    in_flight: Unsaved | None = None
    #: The last state that was given to be saved: most of it is in the next one too, and need not be encoded again.
    encoded: Encoded | None = None
    #: Claims without an answer in the order in which they were asked for; only the first is ever sent.
    claims: deque[PendingClaim] = field(factory=deque)
    #: Whether the first claim has been sent.
    claiming: bool = False
    #: Whether what is waiting must be written before the first claim is sent.
    barrier: bool = False
    #: The number of the last ledger entry; it goes on counting when a claim changes the epoch.
    entries: int = 0
    #: How many quarantines are under way; nothing departs meanwhile.
    holds: int = 0
    #: Hash of the resume token that the next state takes along, because the stored one is nobody's.
    owed: bytes | None = None
    #: Whether a save was refused that a claim without an answer may explain: nothing departs until the store has told.
    disputed: bool = False

    @property
    def dirty(self) -> bool:
        """Whether something of the player is not durable."""
        return self.waiting is not None or self.in_flight is not None

    @property
    def may_depart(self) -> bool:
        """Whether what is waiting may go into the next batch."""
        held = self.holds or self.disputed or (self.claims and not self.barrier)
        return self.waiting is not None and self.in_flight is None and not held

    @property
    def may_claim(self) -> bool:
        """Whether the first claim may be sent."""
        held = self.holds or self.disputed or self.barrier
        return bool(self.claims) and self.settled and not held

    @property
    def settled(self) -> bool:
        """Whether the store is not at work on the player."""
        return self.in_flight is None and not self.claiming

    @property
    def idle(self) -> bool:
        """Whether there is nothing left to remember."""
        return not (self.wanted or self.dirty or self.claims or self.holds)

    @property
    def newest(self) -> Unsaved | None:
        """The newest state that is not durable."""
        return self.waiting or self.in_flight

    @property
    def renewable(self) -> bool:
        """Whether nobody else waits to own the player."""
        return not self.holds and all(pending.caller.called for pending in self.claims)

    def granted(self, claim: Claim, pending: PendingClaim) -> None:
        """Take the stamp of a claim; when nobody waits for it any more, its token is nobody's."""
        self.epoch, self.version, self.basis = claim.epoch, claim.version, None
        if pending.caller.called:
            self.keep_token()
        else:
            self.wanted, self.owed = True, None
            self.mark = ResumeMark(pending.request.next_token_hash, ended_at=None)

    def keep_token(self) -> None:
        """Store the token of the newest session again: the row holds that of a claim that was never answered."""
        token_hash = self.mark.token_hash if self.mark else None
        if self.waiting is None:
            self.owed = token_hash
        else:
            self.waiting.resume_hash = token_hash

    def renewed(self, request: ClaimRequest, state: PlayerState) -> Claim:
        """Begin another session under the present stamp; return what a claim would have been granted."""
        resumed = request.attempt.accepted_by(self.mark)
        self.wanted, self.mark = True, ResumeMark(request.next_token_hash, ended_at=None)
        return Claim(self.player_id, self.epoch, self.epoch, self.version, resumed, state)

    def connection_ended(self, at: float | None) -> None:
        """Note when the connection of the newest session ended (unix seconds), None while it is open."""
        if self.mark is not None and self.mark.ended_at != at:
            self.mark = evolve(self.mark, ended_at=at)

    def begin_claim(self) -> None:
        """Look at the first claim, if there is one: what is waiting now goes before it."""
        self.claiming = False
        self.barrier = bool(self.claims) and self.waiting is not None

    def stamped(self, basis: Basis | None = None) -> Save | None:
        """Return the newest state that is not durable under its stamp, None when there is none.

        It is whole without a `basis`.
        """
        unsaved = self._undecided
        if unsaved is None:
            return None
        version = self.version + (self.waiting is not None)
        return Save(
            self.player_id,
            self.epoch,
            version,
            unsaved.state,
            unsaved.disconnected_at,
            columns=unsaved.columns,
            entries=unsaved.entries,
            resume_hash=unsaved.resume_hash,
            basis=basis,
        )

    def record(self, moved: Sequence[ItemEvent]) -> tuple[Entry, ...]:
        """Return events under the keys by which the ledger knows them."""
        first = self.entries + 1
        self.entries += len(moved)
        return tuple(Entry(self.epoch, number, event) for number, event in enumerate(moved, first))

    @property
    def _undecided(self) -> Unsaved | None:
        """The newest state that is not durable, with what the one in flight brings along while its answer is out."""
        return self.in_flight if self.waiting is None else self.waiting.following(self.in_flight)
