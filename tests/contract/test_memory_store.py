import pytest_twisted
from attrs import evolve
from msgspec.structs import replace

from mmod.store.memory import MemoryStore

from .store_contract import DAMAGE, DAMAGE_WITHOUT_TYPES, NOW, StoreContract


class TestMemoryStore(StoreContract):
    damages = DAMAGE + DAMAGE_WITHOUT_TYPES

    def make_store(self, tmp_path, schema=None):
        return MemoryStore(lambda: NOW)

    async def damage(self, store, player_id, column, value):
        row = store.rows[player_id]
        store.rows[player_id] = evolve(row, columns=replace(row.columns, **{column: value}))

    async def raw(self, store, player_id):
        return store.rows[player_id].columns

    @pytest_twisted.ensureDeferred
    async def test_two_stores_share_nothing(self, store, tmp_path):
        other = self.make_store(tmp_path)
        await other.migrate()
        assert await other.players("", 1) == await store.players("", 1) == []
