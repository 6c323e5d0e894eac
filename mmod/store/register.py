"""The players that the writer owns, claims or has still to save: see `mmod.store.player` for the law of one of them."""

from __future__ import annotations

from itertools import chain, islice

from mmod.session.claims import Owner, Save
from mmod.session.columns import Basis
from mmod.store.player import Callers, Player, Unsaved
from mmod.store.unanswered import UnansweredClaims


class Register:
    """All players that are owned, claimed or not yet durable; at most one waiting and one departed state of each."""

    def __init__(self) -> None:
        self._players: dict[str, Player] = {}
        self._dirty: dict[str, Player] = {}
        self.unanswered = UnansweredClaims()
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
        unsaved.resume_hash, player.owed = unsaved.resume_hash or player.owed, None
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

    def landed(self, player: Player, basis: Basis | None = None) -> Callers:
        """Note that what was in flight is durable, and what the row holds now if that is known; return who waited."""
        callers = player.in_flight.callers if player.in_flight else []
        player.in_flight, player.basis = None, basis
        self._settle(player)
        return callers

    def bounced(self, player: Player) -> None:
        """Note that what was in flight may not be durable: it waits again, whole, unless something newer does."""
        sent, player.in_flight, player.basis = player.in_flight, None, None
        if sent is not None:
            self._wait(player, player.waiting.following(sent) if player.waiting else sent)
        player.barrier = bool(player.claims)

    def recognises(self, player: Player, owner: Owner) -> bool:
        """Tell whether a claim of ours whose answer was lost explains what the store says of a player.

        Each claim raises the epoch by one.  One above ours there has been a single claim, and who made it left the hash
        of its token; further up somebody else's may have been among them.
        """
        return owner.epoch == player.epoch + 1 and owner.resume_hash in self.unanswered.of(player.player_id)

    def dispute(self, player: Player) -> None:
        """Note that what was in flight was refused, perhaps because of a claim of ours whose answer was lost."""
        self.bounced(player)
        player.disputed = True

    def adopt(self, player: Player, epoch: int) -> None:
        """Note that a claim of ours whose answer was lost was granted under `epoch`."""
        player.epoch, player.disputed, player.basis = epoch, False, None
        player.keep_token()

    def lose(self, player: Player) -> Callers:
        """Note that somebody else owns the player; return who waited for states that will never be written."""
        callers = [caller for unsaved in (player.in_flight, player.waiting) if unsaved for caller in unsaved.callers]
        player.in_flight = player.waiting = None
        player.epoch = player.version = 0
        player.wanted = player.barrier = player.disputed = False
        player.mark = player.owed = player.basis = None
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
        save = player.stamped(player.basis)
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
