"""What an administrator is shown of a player: from the world when it is there, else from the store."""

from __future__ import annotations

from typing import Any

from mmod.errors import BadRecord
from mmod.interfaces import IStore
from mmod.items.belongings import restored
from mmod.items.encumbrance import encumbrance
from mmod.items.rulebook import Rulebook
from mmod.net.answers import PlayerDossier, PlayerSummary
from mmod.session.claims import StoredPlayer
from mmod.shard.shard import Shard
from mmod.spatial.cells import cell_of
from mmod.spatial.vector import Vector
from mmod.wire.views import (
    cell_name,
    encumbrance_view,
    equipment_view,
    inventory_view,
    point,
    rounded,
    skills_view,
)
from mmod.world.views import Player

#: Fields of an answer by their names.
Fields = dict[str, Any]


class Dossiers:
    """Puts together what is known of players."""

    def __init__(self, shard: Shard, store: IStore, book: Rulebook) -> None:
        self._shard = shard
        self._store = store
        self._book = book

    async def page(self, after: str, limit: int) -> list[PlayerSummary]:
        """Return the short form of at most `limit` players after an id, ascending.

        Who is in the world has been claimed, so it is in the store too.
        """
        stored = await self._store.players(after, limit)
        return [PlayerSummary(**self._short(player)) for player in stored]

    async def whole(self, player_id: str) -> PlayerDossier | None:
        """Return everything about one player, None when nobody knows it."""
        live = self._shard.engine.player(player_id)
        if live is not None:
            return PlayerDossier(**self._live(live), **self._belongings(live))
        stored = await self._store.read(player_id)
        if stored is None:
            return None
        return PlayerDossier(**{**self._short(stored), **self._stored_belongings(stored)})

    def _short(self, stored: StoredPlayer) -> Fields:
        live = self._shard.engine.player(stored.player_id)
        return self._at_rest(stored) if live is None else self._live(live)

    def _live(self, player: Player) -> Fields:
        viewer = self._shard.roster.get(player.id)
        rtt = viewer.connection.session.rtt if viewer is not None else None
        return {
            "id": player.id,
            "name": player.name,
            "pos": point(player.pos),
            "cell": cell_name(player.owned_cell),
            "connected": viewer is not None,
            "rtt_ms": None if rtt is None else rounded(rtt * 1000),
            "epoch": self._shard.writer.epoch(player.id),
        }

    def _at_rest(self, stored: StoredPlayer) -> Fields:
        state = stored.state
        position = None if state is None else Vector(state.x, state.z)
        size = self._shard.world.cell_size
        return {
            "id": stored.player_id,
            "name": None if state is None else state.name,
            "pos": None if position is None else point(position),
            "cell": None if position is None else cell_name(cell_of(position, size)),
            "connected": False,
            "rtt_ms": None,
            "epoch": stored.epoch,
            **({} if stored.unreadable is None else {"unreadable": stored.unreadable}),
        }

    def _belongings(self, player: Player) -> Fields:
        return {
            "inventory": inventory_view(player.inventory, player.encumbrance, self._shard.items),
            "equipment": equipment_view(player.equipment, self._shard.engine.now),
            "skills": skills_view(player.skills),
            "encumbrance": encumbrance_view(player.encumbrance),
        }

    def _stored_belongings(self, stored: StoredPlayer) -> Fields:
        if stored.state is None:
            return {}
        book = self._book
        try:
            owned = restored(stored.state.inventory, stored.state.equipment, 0.0, book)
        except BadRecord as error:
            return {"unreadable": str(error)}
        burden = encumbrance(owned, book)
        return {
            "inventory": inventory_view(owned.inventory, burden, book.rules),
            "equipment": equipment_view(owned.equipment, 0.0),
            "skills": skills_view(stored.state.skills),
            "encumbrance": encumbrance_view(burden),
        }
