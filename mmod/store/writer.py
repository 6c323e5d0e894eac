"""The one writer between the world and its store.

Theory of operation.  The writer remembers, of every player that is owned here, the epoch and version of its row, the
newest state that is not durable yet, and who wants to hear when it is (`register`, `player`).  States go to the store
in batches, with no player in two of them at once, so there is one save in flight per player and at most one more that
waits: newer states replace what waits, and memory is bounded by the number of players, however long the store is away
(`committing`).  Claims go in batches of their own; the claim of a player and its saves exclude each other (`claiming`).

Nothing is reported saved before its commit.  A batch that failed may have been committed all the same, so everything in
it waits again and is saved under a higher version; the store keeps the newest, so saving twice does no harm.  A save
that comes back stale found another row than the one it builds on: it waits again and goes whole.  A save that comes
back superseded means that another join owns the player: everything of it is dropped, and the world is told.
Of players that are not being saved the store is asked once a second whether they are still ours (`watch`).

No answer is ever invented for a store that is silent: what is in flight stays in flight, the rest waits, and `away`
tells the world to refuse what it could not keep (`health`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from zope.interface import implementer

from mmod.errors import StoreAway, Superseded
from mmod.interfaces import IPlayerWriter, IStore
from mmod.session.claims import Claim, ClaimRequest, Owner, Save
from mmod.session.columns import Encoded
from mmod.session.ledger import ItemEvent
from mmod.store.claiming import ClaimQueue
from mmod.store.committing import Committer, tell_superseded
from mmod.store.health import Health
from mmod.store.player import Player, Unsaved
from mmod.store.register import Register
from mmod.store.report import IWriterReport
from mmod.store.rows import check_claims, checked_state
from mmod.store.watch import OwnershipWatch
from mmod.world.state import PlayerState

__all__ = ["IWriterReport", "PlayerWriter"]

T = TypeVar("T")

#: Players in one transaction: enough that its fixed costs hardly count (with 150 a database takes a third fewer saves),
#: and few enough that preparing them, or taking note of them, keeps the reactor for some milliseconds only.
BATCH = 250


@implementer(IPlayerWriter)
class PlayerWriter:
    """Owns players in a store and keeps them saved.

    Urgent saves are gathered for `commit_delay` seconds; 0 acknowledges them from memory.  The store is away, and a
    claim fails, after `timeout` seconds without an answer.
    """

    def __init__(
        self,
        store: IStore,
        clock: IReactorTime,
        *,
        commit_delay: float,
        timeout: float,
        batch: int = BATCH,
        report: IWriterReport,
    ) -> None:
        self._store = store
        self._clock = clock
        self._commit_delay = commit_delay
        self._report = report
        self._register = register = Register()
        self._health = health = Health(store, clock, timeout=timeout, changed=report.away, recovered=self._recovered)
        self._committer = Committer(
            store, clock, register, batch=batch, health=health, report=report, progressed=self._progressed
        )
        self._claims = ClaimQueue(
            store, clock, register, timeout=timeout, batch=batch, report=report, progressed=self._progressed
        )
        self._watch = OwnershipWatch(store, clock, register, self._owned_otherwise)
        self._quarantines: list[tuple[Player, Deferred[None]]] = []
        self._flushes: list[Deferred[list[Save]]] = []
        self._stopped = False

    @property
    def away(self) -> bool:
        """Whether the store has had no answer for `timeout` seconds."""
        return self._health.away

    @property
    def dirty(self) -> int:
        """How many players wait to be saved."""
        return self._register.dirty

    def start(self) -> None:
        """Begin to watch the store."""
        self._health.start()
        self._watch.start()

    def stop(self) -> None:
        """Ask nothing more of the store, and fail whoever waits: call `flush` first."""
        self._stopped = True
        self._health.stop()
        self._watch.stop()
        self._committer.stop()
        self._claims.stop()
        for _, turn in self._quarantines:
            turn.errback(_stopping())
        self._quarantines.clear()
        self._abandon()

    def claim(self, request: ClaimRequest) -> Deferred[Claim]:
        """See `IPlayerWriter.claim`; fails with `StoreAway` after `timeout` seconds."""
        if self._stopped:
            return fail(_stopping())
        claim = self._claims.ask(request)
        player = self._register.find(request.player_id)
        if player and player.barrier:
            self._committer.wake(0)
        return claim

    def renew(self, request: ClaimRequest, state: PlayerState | None) -> Claim | None:
        """See `IPlayerWriter.renew`; raises `ValueError` when nobody can be stored so."""
        check_claims([request])
        player = self._owned(request.player_id)
        if player is None or self._stopped or not player.renewable:
            return None
        newest = state or (player.newest.state if player.newest else None)
        if newest is None:
            return None
        columns = checked_state(newest, None, player.encoded)
        unsaved = Unsaved(newest, columns, None, False, [], resume_hash=request.next_token_hash)
        claim = player.renewed(request, newest)
        self._register.put(player, unsaved)
        self._committer.wake_if_ready()
        return claim

    def save(
        self,
        player_id: str,
        state: PlayerState,
        disconnected_at: float | None,
        urgent: bool,
        moved: Sequence[ItemEvent] = (),
    ) -> Deferred[None]:
        """See `IPlayerWriter.save`; fails with `ValueError` for a state that no store can hold."""
        player = self._owned(player_id)
        if player is None:
            return fail(Superseded(f"player {player_id!r} is not owned here"))
        if self._stopped:
            return fail(_stopping())
        try:
            columns = checked_state(state, disconnected_at, player.encoded)
        except ValueError:
            return fail()
        player.encoded = Encoded(state, columns)
        player.connection_ended(disconnected_at)
        return self._wait(player, Unsaved(state, columns, disconnected_at, urgent, [], player.record(moved)))

    def release(self, player_id: str) -> None:
        """See `IPlayerWriter.release`."""
        player = self._register.find(player_id)
        if player is not None:
            player.wanted = False
            self._register.forget_if_idle(player)

    def epoch(self, player_id: str) -> int:
        """See `IPlayerWriter.epoch`."""
        player = self._register.find(player_id)
        return player.epoch if player else 0

    def quarantine(self, player_id: str, reason: str) -> Deferred[None]:
        """See `IPlayerWriter.quarantine`; what is waiting is saved afterwards, over the row that was set aside."""
        player = self._owned(player_id)
        if player is None:
            return fail(Superseded(f"player {player_id!r} is not owned here"))
        player.holds += 1
        turn: Deferred[None] = Deferred()
        self._quarantines.append((player, turn))
        done = Deferred.fromCoroutine(self._set_aside(player, reason, turn))
        self._progressed()
        return done

    def flush(self, deadline: float) -> Deferred[list[Save]]:
        """Write everything without delay; fires when nothing waits or `deadline` seconds have passed.

        The result is what may not be durable, newest states with their stamps, for the spill file.
        """
        done: Deferred[list[Save]] = Deferred()
        timer = self._clock.callLater(deadline, self._end_flush, done)
        done.addBoth(_settled, timer)
        self._flushes.append(done)
        self._committer.keep_hurrying(True)
        self._progressed()
        return done

    def _owned(self, player_id: str) -> Player | None:
        player = self._register.find(player_id)
        return player if player and player.epoch else None

    def _wait(self, player: Player, unsaved: Unsaved) -> Deferred[None]:
        from_memory = unsaved.urgent and self._commit_delay == 0
        durable: Deferred[None] = succeed(None) if from_memory else Deferred()
        if not from_memory:
            unsaved.callers.append(durable)
        self._register.put(player, unsaved)
        if unsaved.urgent and not self._flushes:
            self._committer.wake(self._commit_delay)
        else:
            self._committer.wake_if_ready()
        return durable

    def _owned_otherwise(self, player: Player, owner: Owner | None) -> None:
        """The store has a player under another epoch than ours."""
        if owner is not None and self._register.recognises(player, owner):
            self._register.adopt(player, owner.epoch)
        else:
            tell_superseded(self._report, player.player_id, self._register.lose(player))
        self._progressed()

    def _recovered(self) -> None:
        self._committer.hurry()

    def _progressed(self) -> None:
        """Something has changed that others may wait for: begin whatever may begin now."""
        if self._stopped:
            self._abandon()
            return
        self._begin_quarantines()
        self._claims.advance()
        self._committer.wake_if_ready()
        if not self._register.dirty and not self._committer.telling:
            self._health.answered("save")  # by the store, or because what could not be saved is another's now
            for done in list(self._flushes):
                self._end_flush(done)

    def _begin_quarantines(self) -> None:
        for player, turn in [entry for entry in self._quarantines if entry[0].settled]:
            self._quarantines.remove((player, turn))
            turn.callback(None)

    async def _set_aside(self, player: Player, reason: str, turn: Deferred[None]) -> None:
        try:
            await turn
            player.basis = None
            await self._store.quarantine(player.player_id, player.epoch, reason)
        except Superseded:
            if player.epoch:
                tell_superseded(self._report, player.player_id, self._register.lose(player))
            raise
        finally:
            player.holds -= 1
            self._register.forget_if_idle(player)
            self._progressed()

    def _end_flush(self, done: Deferred[list[Save]]) -> None:
        self._flushes.remove(done)
        self._committer.keep_hurrying(bool(self._flushes))
        if not done.called:
            done.callback(self._register.unsaved())

    def _abandon(self) -> None:
        for caller in self._register.abandon():
            caller.errback(_stopping())


def _stopping() -> StoreAway:
    return StoreAway("the writer has stopped")


def _settled(result: T, timer: IDelayedCall) -> T:
    if timer.active():
        timer.cancel()
    return result
