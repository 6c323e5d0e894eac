"""When a player's state goes to the store.

Item and skill changes go at once, and whoever caused them hears when they are durable.  A lost connection goes at once
too.  Positions and sequences go by checkpoints: every player in the world is looked at once per interval, at its own
moment so that the load is even, and saved if it differs from what was last given to the writer.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall, deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from mmod.errors import StoreAway, Superseded
from mmod.interfaces import IPlayerWriter
from mmod.session.claims import Claim, ClaimRequest
from mmod.session.ledger import ItemEvent
from mmod.world.engine import Engine
from mmod.world.events import ItemsMoved
from mmod.world.state import PlayerState

#: How often the due checkpoints are looked for: so many times per interval, which spreads them well enough, ...
CHECKPOINT_LOOKS = 100
#: ... and at least once in so many seconds: of 5,000 players 50 are then due at once, which is two milliseconds.
LONGEST_LOOK = 0.1

#: Players that are given to the writer in one turn of the reactor when all are: again two milliseconds.
SLICE = 50


class Persistence:
    """Joins an engine to its writer (design.md, "The public Python interface").

    `wall_clock` gives unix seconds, `clock` monotonic ones; `interval` is in seconds; `random` spreads the checkpoints.
    """

    log = Logger()

    def __init__(
        self,
        engine: Engine,
        writer: IPlayerWriter,
        *,
        clock: IReactorTime,
        wall_clock: Callable[[], float],
        interval: float,
        random: Random,
    ) -> None:
        self._engine = engine
        self._writer = writer
        self._clock = clock
        self._wall_clock = wall_clock
        self._interval = interval
        self._look = min(interval / CHECKPOINT_LOOKS, LONGEST_LOOK)
        self._random = random
        self._due: dict[str, float] = {}
        self._given: dict[str, PlayerState] = {}
        self._disconnected: dict[str, float] = {}
        self._moved: dict[str, list[ItemEvent]] = {}
        self._started = False
        self._loop = LoopingCall(self._checkpoint_fenced)
        self._loop.clock = clock

    def start_persistence(self) -> None:
        """Begin to take checkpoints, when there is somebody to take them of: an idle daemon has nothing to look for."""
        self._started = True
        self._look_for_checkpoints()

    def stop_persistence(self) -> None:
        """Take no more checkpoints."""
        self._started = False
        if self._loop.running:
            self._loop.stop()

    def _look_for_checkpoints(self) -> None:
        if self._started and self._due and not self._loop.running:
            self._loop.start(self._look, now=False)

    def entered(self, player_id: str) -> None:
        """A player has joined: it takes checkpoints from now on, the first one soon."""
        self._disconnected.pop(player_id, None)
        self._due[player_id] = self._clock.seconds() + self._random.random() * self._interval
        self._look_for_checkpoints()

    def moved(self, event: ItemsMoved) -> None:
        """Items of a player have moved: the ledger hears of it with the player's next save, which contains it."""
        at = self._wall_clock()
        entries = (ItemEvent(movement, event.cause, event.seq, at) for movement in event.movements)
        self._moved.setdefault(event.player_id, []).extend(entries)

    def renew(self, request: ClaimRequest) -> Claim | None:
        """Go on owning a player that is in memory, without asking the store (see `IPlayerWriter.renew`)."""
        player_id = request.player_id
        if self._engine.player(player_id) is None:
            return self._writer.renew(request, None)
        state = self._engine.player_state(player_id)
        claim = self._writer.renew(request, state)
        if claim is not None:
            self._given[player_id] = state
        return claim

    def request_player_checkpoint(self, player_id: str, *, urgent: bool = True) -> Deferred[None]:
        """Save a player in the world; fires when its present state is durable (see `IPlayerWriter.save`)."""
        return self._save(player_id, self._engine.player_state(player_id), urgent)

    def request_player_disconnect_persist(self, player_id: str) -> Deferred[None]:
        """Save a player whose connection has just ended, with the time at which it did."""
        self._disconnected[player_id] = self._wall_clock()
        return self.request_player_checkpoint(player_id)

    def save_soon(self, player_id: str) -> None:
        """Save a player with the next batch; nobody waits for it."""
        self._log_failure(player_id, self.request_player_checkpoint(player_id, urgent=False))

    def left(self, player_id: str) -> None:
        """A player has left the world: what it was has been saved when its connection ended, or later."""
        for table in (self._due, self._given, self._disconnected, self._moved):
            table.pop(player_id, None)
        self._writer.release(player_id)
        if not self._due and self._loop.running:
            self._loop.stop()

    async def save_everyone(self) -> None:
        """Give every player in the world to the writer, as disconnected now (the daemon is about to stop)."""
        now, players = self._wall_clock(), self._engine.players()
        for start in range(0, len(players), SLICE):
            if start:
                await deferLater(self._clock, 0)
            for player_id in players[start : start + SLICE]:
                if self._engine.player(player_id) is not None:  # nobody has removed it meanwhile
                    self._disconnected.setdefault(player_id, now)
                    self.save_soon(player_id)

    def checkpoint(self) -> None:
        """Save the players whose checkpoint is due, if they have changed; while the store is away nothing is due.

        What is due before the next look is due now, so that no state is older than the interval when it is saved.
        """
        if self._writer.away:
            return
        now = self._clock.seconds()
        for player_id in [player_id for player_id, due in self._due.items() if due < now + self._look]:
            self._due[player_id] = now + self._interval
            state = self._engine.player_state(player_id)
            if state != self._given.get(player_id):
                self._log_failure(player_id, self._save(player_id, state, urgent=False))

    def _checkpoint_fenced(self) -> None:
        try:
            self.checkpoint()
        except Exception:  # a LoopingCall stops for ever after one exception
            self.log.failure("a checkpoint failed; the next one follows")

    def _save(self, player_id: str, state: PlayerState, urgent: bool) -> Deferred[None]:
        if not self._writer.epoch(player_id):
            return succeed(None)  # nobody owns it here any more: its last state was the owner's to save
        self._given[player_id] = state
        moved = self._moved.pop(player_id, ())
        return self._writer.save(player_id, state, self._disconnected.get(player_id), urgent, moved)

    def _log_failure(self, player_id: str, saved: Deferred[None]) -> None:
        def failed(failure: Failure) -> None:
            failure.trap(Superseded, StoreAway)  # the writer has reported the first, and spills the second

        saved.addErrback(failed).addErrback(
            lambda failure: self.log.failure("saving {player!r} failed", failure, player=player_id)
        )
