"""What the writer knows of the players it owns, and the law of when a player may be saved or claimed.

A state is *waiting* until it departs in a batch, then *in flight* until the store has answered.  It departs with the
player's epoch and the next version, so the stamp is always that of the newest claim.  A claim needs everything that was
waiting before it to be written first; what comes later waits until the claim has an answer, because the claim changes
the epoch.  Whoever waits for a state hears when that state or a newer one is durable.
"""

from __future__ import annotations

from collections import deque
from itertools import chain, islice

from attrs import define, field
from twisted.internet.defer import Deferred

from mmod.session.claims import Claim, ClaimRequest, Save
from mmod.session.columns import Columns
from mmod.world.state import PlayerState

Callers = list[Deferred[None]]


@define
class Unsaved:
    """The newest state of a player that is not durable yet, and who waits for that."""

    state: PlayerState
    #: The state as it will be stored: it is encoded once, when it comes.
    columns: Columns
    disconnected_at: float | None
    urgent: bool
    callers: Callers

    def following(self, older: Unsaved | None) -> Unsaved:
        """Return this state with the callers and the urgency of the older one that it replaces."""
        if older is None:
            return self
        urgent, callers = older.urgent or self.urgent, older.callers + self.callers
        return Unsaved(self.state, self.columns, self.disconnected_at, urgent, callers)


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
    waiting: Unsaved | None = None
    in_flight: Unsaved | None = None
    #: Claims without an answer in the order in which they were asked for; only the first is ever sent.
    claims: deque[PendingClaim] = field(factory=deque)
    #: Whether the first claim has been sent.
    claiming: bool = False
    #: Whether what is waiting must be written before the first claim is sent.
    barrier: bool = False
    #: How many quarantines are under way; nothing departs meanwhile.
    holds: int = 0

    @property
    def dirty(self) -> bool:
        """Whether something of the player is not durable."""
        return self.waiting is not None or self.in_flight is not None

    @property
    def may_depart(self) -> bool:
        """Whether what is waiting may go into the next batch."""
        held = self.holds or (self.claims and not self.barrier)
        return self.waiting is not None and self.in_flight is None and not held

    @property
    def may_claim(self) -> bool:
        """Whether the first claim may be sent."""
        return bool(self.claims) and self.settled and not self.barrier and not self.holds

    @property
    def settled(self) -> bool:
        """Whether the store is not at work on the player."""
        return self.in_flight is None and not self.claiming

    @property
    def idle(self) -> bool:
        """Whether there is nothing left to remember."""
        return not (self.wanted or self.dirty or self.claims or self.holds)

    def begin_claim(self) -> None:
        """Look at the first claim, if there is one: what is waiting now goes before it."""
        self.claiming = False
        self.barrier = bool(self.claims) and self.waiting is not None

    def stamped(self) -> Save | None:
        """Return the newest state that is not durable under its stamp, None when there is none."""
        unsaved = self.waiting or self.in_flight
        if unsaved is None:
            return None
        version = self.version + (self.waiting is not None)
        return Save(self.player_id, self.epoch, version, unsaved.state, unsaved.disconnected_at, unsaved.columns)


class Register:
    """All players that are owned, claimed or not yet durable; at most one waiting and one departed state of each."""

    def __init__(self) -> None:
        self._players: dict[str, Player] = {}
        self._dirty: dict[str, Player] = {}
        #: Those of the dirty that have a waiting state, and those of them for which somebody is in a hurry.
        self._waiting: dict[str, Player] = {}
        self._urgent: dict[str, Player] = {}

    def __len__(self) -> int:
        return len(self._players)

    @property
    def dirty(self) -> int:
        """How many players have something that is not durable."""
        return len(self._dirty)

    @property
    def waiting(self) -> int:
        """How many players have a state that has not departed."""
        return len(self._waiting)

    def find(self, player_id: str) -> Player | None:
        """Return a player that is remembered."""
        return self._players.get(player_id)

    def players(self) -> list[Player]:
        """Return all players that are remembered."""
        return list(self._players.values())

    def enter(self, player_id: str) -> Player:
        """Return a player, remembered from now on until it is idle."""
        player = self._players.get(player_id)
        if player is None:
            player = self._players[player_id] = Player(player_id)
        return player

    def forget_if_idle(self, player: Player) -> None:
        """Forget a player of which nothing is left to do."""
        if player.idle:
            self._players.pop(player.player_id, None)

    def put(self, player: Player, unsaved: Unsaved) -> None:
        """Take the newest state of a player."""
        self._wait(player, unsaved.following(player.waiting))

    def ready(self) -> bool:
        """Tell whether a batch would hold anybody."""
        return any(player.may_depart for player in self._waiting.values())

    def depart(self, most: int) -> list[Save]:
        """Stamp and return the next batch: the urgent first, otherwise those that became dirty first."""
        urgent = (player for player in self._urgent.values() if player.may_depart)
        others = (
            player for player in self._waiting.values() if player.may_depart and player.player_id not in self._urgent
        )
        return [self._depart(player) for player in list(islice(chain(urgent, others), most))]

    def landed(self, player: Player) -> Callers:
        """Note that what was in flight is durable; return who waited for it."""
        callers = player.in_flight.callers if player.in_flight else []
        player.in_flight = None
        self._settle(player)
        return callers

    def bounced(self, player: Player) -> None:
        """Note that what was in flight may not be durable: it waits again unless something newer does."""
        sent, player.in_flight = player.in_flight, None
        if sent is not None:
            self._wait(player, player.waiting.following(sent) if player.waiting else sent)
        player.barrier = bool(player.claims)

    def lose(self, player: Player) -> Callers:
        """Note that somebody else owns the player; return who waited for states that will never be written."""
        callers = [caller for unsaved in (player.in_flight, player.waiting) if unsaved for caller in unsaved.callers]
        player.in_flight = player.waiting = None
        player.epoch = player.version = 0
        player.wanted = player.barrier = False
        self._settle(player)
        return callers

    def unsaved(self) -> list[Save]:
        """Return everything that is not durable."""
        return [save for player in self._dirty.values() if (save := player.stamped())]

    def abandon(self) -> Callers:
        """Drop every state that waits; return who waited for them."""
        callers: Callers = []
        for player in list(self._dirty.values()):
            callers += player.waiting.callers if player.waiting else []
            player.waiting = None
            self._settle(player)
        return callers

    def _wait(self, player: Player, unsaved: Unsaved) -> None:
        player.waiting = unsaved
        self._dirty[player.player_id] = self._waiting[player.player_id] = player
        if unsaved.urgent:
            self._urgent[player.player_id] = player

    def _depart(self, player: Player) -> Save:
        save = player.stamped()
        assert save is not None
        player.version = save.version
        player.in_flight, player.waiting, player.barrier = player.waiting, None, False
        self._wait_no_more(player)
        return save

    def _wait_no_more(self, player: Player) -> None:
        self._waiting.pop(player.player_id, None)
        self._urgent.pop(player.player_id, None)

    def _settle(self, player: Player) -> None:
        if player.waiting is None:
            self._wait_no_more(player)
        if not player.dirty:
            self._dirty.pop(player.player_id, None)
        self.forget_if_idle(player)
