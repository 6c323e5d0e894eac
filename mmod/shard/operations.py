"""What an operator may do to the world and its players; the admin API calls these."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from mmod.errors import Superseded, Unavailable, UnknownPlayer
from mmod.interfaces import IStore
from mmod.items.instances import ItemInstance
from mmod.session.closing import Kicked
from mmod.shard.grants import keyed_instance_id, owns, was_given
from mmod.shard.shard import Shard
from mmod.spatial.vector import Vector
from mmod.world.commands import Command, Evict, Grant, SetSkill, Teleport
from mmod.world.events import Refused
from mmod.world.views import Player


class Operations:
    """Each raises `UnknownPlayer` for a player who is not in the world, and the rule's error when a rule forbids it.

    What changes belongings or skills raises `Unavailable` while the store is away; nothing has changed then.
    """

    def __init__(self, shard: Shard, store: IStore, new_instance_id: Callable[[], str]) -> None:
        self._shard = shard
        self._store = store
        self._new_instance_id = new_instance_id

    async def grant(
        self, player_id: str, template_id: str, quantity: int, compartment: str, key: str | None = None
    ) -> str:
        """Give a player an item; return its instance id once it is durable.

        With a key it is given once however often it is asked for (`mmod.shard.grants`); raises `IdempotencyConflict`
        when the key gave something else.
        """
        self._require_store()
        instance_id = self._new_instance_id() if key is None else keyed_instance_id(player_id, key)
        instance = ItemInstance(instance_id, template_id, quantity)
        if key is None or not await self._was_given(player_id, instance):
            self._apply(player_id, Grant(player_id, instance, compartment))
        await self._durable(player_id)
        return instance_id

    async def _was_given(self, player_id: str, instance: ItemInstance) -> bool:
        """Tell whether a keyed grant was done before, perhaps while the ledger was asked."""
        if owns(self._player(player_id), instance) or await was_given(self._store, instance):
            return True
        self._require_store()
        return owns(self._player(player_id), instance)

    async def set_skill(self, player_id: str, skill: str, level: int) -> None:
        """Set a player's skill; return once it is durable."""
        self._require_store()
        self._apply(player_id, SetSkill(player_id, skill, level))
        await self._durable(player_id)

    def teleport(self, player_id: str, position: Vector) -> Player:
        """Move a player (m; the bounds clamp) and return it as it is now; saved soon, for it may leave before a
        checkpoint.
        """
        self._apply(player_id, Teleport(player_id, position))
        self._shard.persistence.save_soon(player_id)
        return self._player(player_id)

    def kick(self, player_id: str, reason: str) -> None:
        """End a player's session; one that lingers leaves the world at once."""
        self._player(player_id)
        viewer = self._shard.roster.get(player_id)
        if viewer is None:
            self._apply(player_id, Evict(player_id))
        else:
            viewer.connection.refuse(Kicked(reason))

    async def checkpoint(self, player_id: str) -> None:
        """Save a player; return once it is durable."""
        self._player(player_id)
        await self._durable(player_id)

    def drain(self) -> None:
        """Take no more players, and ask those present to come back later."""
        self._shard.drain()

    def _require_store(self) -> None:
        """Refuse what could not be kept, before it is applied."""
        if self._shard.writer.away:
            raise Unavailable("the store is away; try again later")

    def _player(self, player_id: str) -> Player:
        player = self._shard.engine.player(player_id)
        if player is None:
            raise UnknownPlayer("no such player is in the world")
        return player

    def _apply(self, player_id: str, command: Command) -> None:
        self._player(player_id)
        for event in self._shard.apply(command):
            if isinstance(event, Refused):
                raise event.error

    def _durable(self, player_id: str) -> Deferred[None]:
        saved = self._shard.persistence.request_player_checkpoint(player_id)
        return saved.addErrback(_not_ours_any_more)


def _not_ours_any_more(failure: Failure) -> None:
    """Say of a player whom another daemon has taken over what is true of it here."""
    failure.trap(Superseded)
    raise UnknownPlayer("another daemon owns the player now") from None
