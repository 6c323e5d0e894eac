"""Whether the players that are owned here are still ours, although nothing of them is being saved.

Another daemon that claims a player makes the next save of this one fail, but somebody who stands still is never saved.
So the store is asked once a second under which epochs it has our players.

An answer may be older than what has happened here since the question.  It counts only for a player that is still owned
under the epoch of the question and has neither a claim under way, which may have raised the epoch itself, nor a save,
whose own answer will tell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from mmod.interfaces import IStore
from mmod.session.claims import Owner
from mmod.store.player import Player
from mmod.store.register import Register

#: Seconds between two rounds: with the time that an answer takes, a player that was claimed elsewhere is found within
#: two.
ROUND_INTERVAL = 1.0

#: Players in one question, whose answer is read in about a millisecond; a round asks as often as it must.
SLICE = 500


class OwnershipWatch:
    """Looks at all owned players in rounds; `differs` hears of each that the store has under another epoch than we."""

    log = Logger(namespace="mmod.store.watch")

    def __init__(
        self, store: IStore, clock: IReactorTime, register: Register, differs: Callable[[Player, Owner | None], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._register = register
        self._differs = differs
        self._next: IDelayedCall | None = None
        self._running = False

    def start(self) -> None:
        """Begin; the first round is due after the interval."""
        self._running = True
        self._round_later()

    def stop(self) -> None:
        """Ask nothing more, and tell of nothing any more."""
        self._running = False
        if self._next is not None and self._next.active():
            self._next.cancel()

    def _round_later(self) -> None:
        if self._running:
            self._next = self._clock.callLater(ROUND_INTERVAL, self._begin_round)

    def _begin_round(self) -> None:
        round_ = Deferred.fromCoroutine(self._look_at(self._register.players()))
        round_.addErrback(self._failed)
        round_.addBoth(lambda _: self._round_later())

    async def _look_at(self, players: Sequence[Player]) -> None:
        for start in range(0, len(players), SLICE):
            asked = {player.player_id: player.epoch for player in players[start : start + SLICE] if _settled(player)}
            if asked and self._running:
                lost = await maybeDeferred(self._store.lost, asked)
                self._take(asked, lost)

    def _take(self, asked: Mapping[str, int], lost: Mapping[str, Owner | None]) -> None:
        for player_id, epoch in asked.items():
            player = self._register.find(player_id)
            if player is None or player.epoch != epoch or not _settled(player) or not self._running:
                continue
            if player_id in lost or player.disputed:
                self._differs(player, lost.get(player_id))

    def _failed(self, failure: Failure) -> None:
        self.log.debug("the store did not tell who owns players: {reason}", reason=failure.getErrorMessage())


def _settled(player: Player) -> bool:
    """Tell whether a player is owned and the store is not at work on it."""
    return player.epoch != 0 and player.settled
