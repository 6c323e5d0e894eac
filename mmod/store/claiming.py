"""How players come to be owned: claims go to the store in batches, those of one player one after the other.

A claim is sent when everything that waited before it is written, so that it never finds an older state.  Those that are
asked for while a batch of claims is under way go into the next one.  A caller that has waited for `timeout` gives up;
its claim is dropped, or, when it has been sent already, still changes the epoch when it is granted.

A claim that fails changes nothing here, but the store may have granted it all the same, and only the answer was lost.
Then the epoch in the store is one above ours, and the row holds the hash of the very token that was asked for, which
nobody else can have put there: the player is still ours, under the new epoch (`Register.recognises`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import evolve
from twisted.internet.defer import Deferred, fail, maybeDeferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from mmod.errors import StoreAway
from mmod.interfaces import IStore
from mmod.session.claims import Claim, ClaimRequest, Owner
from mmod.store.committing import tell_superseded
from mmod.store.player import PendingClaim, Player
from mmod.store.register import Register
from mmod.store.report import IWriterReport
from mmod.store.rows import check_claims


class ClaimQueue:
    """Claims that wait for an answer; `progressed` is called when some have had theirs or were dropped."""

    log = Logger(namespace="mmod.store.claims")

    def __init__(
        self,
        store: IStore,
        clock: IReactorTime,
        register: Register,
        *,
        timeout: float,
        batch: int,
        report: IWriterReport,
        progressed: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._register = register
        self._timeout = timeout
        self._batch = batch
        self._report = report
        self._progressed = progressed
        self._pending: dict[PendingClaim, None] = {}
        self._in_flight = False
        self._advancing = False

    def ask(self, request: ClaimRequest) -> Deferred[Claim]:
        """Queue a claim; fails with `StoreAway` after `timeout`, with `ValueError` when nobody can be stored so."""
        try:
            check_claims([request])
        except ValueError:
            return fail()
        pending = PendingClaim(request, Deferred(lambda _: self._withdraw(pending)))
        pending.caller.addTimeout(self._timeout, self._clock, _gave_up)
        player = self._register.enter(request.player_id)
        player.claims.append(pending)
        self._pending[pending] = None
        if player.claims[0] is pending:
            player.begin_claim()
        self._progressed()
        return pending.caller

    def advance(self) -> None:
        """Send the claims that may go, unless a batch is under way."""
        if self._advancing:
            return
        self._advancing = True
        while not self._in_flight and (batch := self._sendable()[: self._batch]):
            self._send(batch)
        self._advancing = False

    def stop(self) -> None:
        """Fail everybody who waits."""
        for player in self._register.players():
            for pending in list(player.claims):
                if not pending.caller.called:
                    pending.caller.errback(StoreAway("the daemon is stopping"))

    def _sendable(self) -> list[PendingClaim]:
        return [
            pending
            for pending in self._pending
            if (player := self._player(pending)).claims[0] is pending and player.may_claim
        ]

    def _send(self, batch: Sequence[PendingClaim]) -> None:
        self._in_flight = True
        for pending in batch:
            del self._pending[pending]
            self._player(pending).claiming = True
        answer = maybeDeferred(self._store.claim, [pending.request for pending in batch])
        answer.addCallbacks(self._granted, self._failed, callbackArgs=(batch,), errbackArgs=(batch,))
        answer.addErrback(lambda failure: self.log.failure("the answer to claims was not taken", failure))

    def _granted(self, claims: Sequence[Claim], batch: Sequence[PendingClaim]) -> None:
        self._in_flight = False
        grants = [self._grant(pending, claim) for pending, claim in zip(batch, claims, strict=True)]
        for pending, claim in zip(batch, grants, strict=True):
            if not pending.caller.called:
                pending.caller.callback(claim)
        self._progressed()

    def _grant(self, pending: PendingClaim, claim: Claim) -> Claim:
        """Own the player, and return what to answer.

        If somebody else owned it since its last claim here, first drop what the world holds of it: whoever hears of
        that lets go of the old ownership, and must not let go of the new one.
        """
        player = self._player(pending)
        before = Owner(claim.previous_epoch, claim.previous_hash)
        ours = player.epoch in (0, claim.previous_epoch) or self._register.recognises(player, before)
        if not ours and (player.wanted or player.dirty):
            tell_superseded(self._report, player.player_id, self._register.lose(player))
        player.granted(claim, pending)
        self._finish(pending)
        return _read_through(claim, player)

    def _failed(self, failure: Failure, batch: Sequence[PendingClaim]) -> None:
        self._in_flight = False
        self.log.warn("claiming {count} players failed: {reason}", count=len(batch), reason=failure.getErrorMessage())
        for pending in batch:
            self._register.unanswered.note(pending.request.player_id, pending.request.next_token_hash)
            self._finish(pending)
            if not pending.caller.called:
                pending.caller.errback(failure)
        self._progressed()

    def _withdraw(self, pending: PendingClaim) -> None:
        """Drop a claim whose caller gives up, unless it was sent."""
        if pending in self._pending:
            del self._pending[pending]
            self._finish(pending)
            self._progressed()

    def _finish(self, pending: PendingClaim) -> None:
        player = self._player(pending)
        was_first = player.claims[0] is pending
        player.claims.remove(pending)
        if was_first:
            player.begin_claim()
        self._register.forget_if_idle(player)

    def _player(self, pending: PendingClaim) -> Player:
        return self._register.enter(pending.request.player_id)


def _read_through(claim: Claim, player: Player) -> Claim:
    """Return a claim with the state that waited while it was under way: the player may have left the world since."""
    if player.waiting is None or claim.unreadable is not None:
        return claim
    return evolve(claim, state=player.waiting.state)


def _gave_up(_: object, timeout: float) -> Claim:
    raise StoreAway(f"the store gave no answer within {timeout} s")
