import sqlite3
import threading
from contextlib import closing, suppress

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import gatherResults
from twisted.internet.task import deferLater

from mmod.errors import StoreAway, StoreError, StoreTooNew
from mmod.session.claims import Save, SaveResult
from mmod.store.migrate import Migration, migrations
from mmod.store.sqlite import SQLiteStore
from mmod.world.state import PlayerState

from .store_contract import DAMAGE, DAMAGE_WITHOUT_TYPES, NOW, DurableStoreContract
from .values import at, claiming, moving, saving

#: The number of the newest migration there is, and of one to come.
NEWEST = len(migrations("sqlite"))
NEXT = NEWEST + 1

STATE = "has_state, name, x, z, inventory, equipment, skills, versions, sequences"


class TestSQLiteStore(DurableStoreContract):
    dialect = "sqlite"
    damages = DAMAGE + DAMAGE_WITHOUT_TYPES

    def make_store(self, tmp_path, schema=None):
        return SQLiteStore(tmp_path / "mmod.sqlite", reactor, lambda: NOW, schema)

    def outside(self, store):
        """Return a connection of somebody else's to the file."""
        return closing(sqlite3.connect(store.path, isolation_level=None))

    async def damage(self, store, player_id, column, value):
        text = "CAST(? AS TEXT)" if isinstance(value, bytes) else "?"
        with self.outside(store) as connection:
            update = f"UPDATE player_state SET {column} = {text} WHERE player_id = ?"  # noqa: S608 - constants
            connection.execute(update, (value, player_id))

    async def raw(self, store, player_id):
        with self.outside(store) as connection:
            connection.text_factory = bytes
            select = f"SELECT {STATE} FROM player_state WHERE player_id = ?"  # noqa: S608 - constants
            return connection.execute(select, (player_id,)).fetchone()

    @pytest_twisted.ensureDeferred
    async def test_everything_is_there_when_it_is_opened_again(self, store, tmp_path):
        await store.claim([claiming("ada", token="first"), claiming("bob")])
        await store.save([saving("ada", 1, 3, x=3, ended_at=100.0), saving("bob", 1, 1)])
        await store.quarantine("bob", 1, "unknown item")
        await store.close()
        again = self.make_store(tmp_path)
        await again.migrate()
        (claim,) = await again.claim([claiming("ada", presents="first", now=160.0)])
        (aside,) = await again.quarantined()
        await again.close()
        assert (claim.epoch, claim.version, claim.state, claim.resumed) == (2, 3, at(3), True)
        assert aside.player_id == "bob"

    # --- the file -----------------------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_its_files_are_for_the_owner_only(self, store):
        await store.claim([claiming("ada")])
        files = sorted(store.path.parent.iterdir())
        assert [file.name for file in files] == ["mmod.sqlite", "mmod.sqlite-shm", "mmod.sqlite-wal"]
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}

    @pytest_twisted.ensureDeferred
    async def test_a_commit_is_synced(self, store):
        with self.outside(store) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert await store._run(lambda own: own.execute("PRAGMA synchronous").fetchone()) == (2,)

    @pytest_twisted.ensureDeferred
    async def test_a_missing_directory_is_an_error_that_names_the_file_and_can_be_repaired(self, tmp_path):
        store = SQLiteStore(tmp_path / "missing" / "mmod.sqlite", reactor, lambda: NOW)
        with pytest.raises(StoreError, match=r"missing/mmod\.sqlite") as raised:
            await store.migrate()
        assert isinstance(raised.value.__cause__, FileNotFoundError)
        store.path.parent.mkdir()
        await store.migrate()
        assert await store.read("ada") is None
        await store.close()

    @pytest_twisted.ensureDeferred
    async def test_a_file_that_is_no_database_is_refused_and_left_alone(self, tmp_path):
        store = self.make_store(tmp_path)
        store.path.write_bytes(b"my diary\n" * 1000)
        with pytest.raises(StoreError, match="not a database"):
            await store.migrate()
        assert store.path.read_bytes() == b"my diary\n" * 1000

    @pytest_twisted.ensureDeferred
    async def test_no_thread_is_left_behind(self, tmp_path):
        before = threading.active_count()
        for schema in (None, [Migration(1, "bad", "CREATE nonsense")]):
            store = SQLiteStore(tmp_path / "mmod.sqlite", reactor, lambda: NOW, schema)
            with suppress(StoreError):
                await store.migrate()
            await store.close()
            (tmp_path / "mmod.sqlite").unlink()
            assert threading.active_count() == before

    @pytest_twisted.ensureDeferred
    async def test_the_reactor_goes_on_while_the_disk_is_busy(self, store):
        order = []
        with self.outside(store) as connection:
            connection.execute("BEGIN IMMEDIATE")
            claimed = store.claim([claiming("ada")]).addCallback(lambda _: order.append("claimed"))
            await deferLater(reactor, 0, order.append, "turn")
            connection.execute("ROLLBACK")
        await claimed
        assert order == ["turn", "claimed"]

    # --- faults -------------------------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_a_lock_that_stays_is_a_store_away_and_nothing_was_written(self, store):
        await store.claim([claiming("ada")])
        with self.outside(store) as connection:
            connection.execute("BEGIN IMMEDIATE")
            for question in (store.ping, lambda: store.save([saving("ada", 1, 1)])):
                with pytest.raises(StoreAway, match="locked"):
                    await question()
            connection.execute("ROLLBACK")
        assert (await store.read("ada")).version == 0
        assert await store.save([saving("ada", 1, 1, x=1)]) == [SaveResult.STORED]

    @pytest_twisted.ensureDeferred
    async def test_a_full_disk_fails_the_whole_batch_and_is_survived(self, store):
        await store.claim([claiming("ada"), claiming("bob")])
        pages = await store._run(lambda own: own.execute("PRAGMA page_count").fetchone()[0])
        await store._run(lambda own: own.execute(f"PRAGMA max_page_count = {pages}").fetchone())
        large = Save("bob", 1, 1, PlayerState(name="b" * 1_000_000))
        with pytest.raises(StoreError, match="full") as raised:
            await store.save([saving("ada", 1, 1), large])
        assert isinstance(raised.value.__cause__, sqlite3.OperationalError)
        assert (await store.read("ada")).version == 0
        await store._run(lambda own: own.execute("PRAGMA max_page_count = 1000000").fetchone())
        assert await store.save([saving("ada", 1, 1), large]) == [SaveResult.STORED] * 2

    @pytest_twisted.ensureDeferred
    async def test_a_read_only_database_takes_no_save(self, store):
        await store._run(lambda own: own.execute("PRAGMA query_only = ON").fetchone())
        with pytest.raises(StoreError):
            await store.save([saving("ada", 1, 1)])

    @pytest_twisted.ensureDeferred
    async def test_a_batch_that_fails_in_the_middle_leaves_nothing(self, store):
        await store.claim([claiming("ada"), claiming("bob")])
        with self.outside(store) as connection:
            connection.execute(
                "CREATE TRIGGER fault BEFORE UPDATE ON player_state WHEN new.player_id = 'bob'"
                " BEGIN SELECT RAISE(FAIL, 'fault'); END"
            )
        for batch in (
            store.save([saving("ada", 1, 1), saving("bob", 1, 1)]),
            store.claim([claiming("ada"), claiming("bob")]),
        ):
            with pytest.raises(StoreError, match="fault"):
                await batch
        player = await store.read("ada")
        assert (player.epoch, player.version) == (1, 0)

    @pytest_twisted.ensureDeferred
    async def test_a_save_whose_ledger_entry_cannot_be_written_leaves_nothing(self, store):
        await store.claim([claiming("ada")])
        with self.outside(store) as connection:
            connection.execute(
                "CREATE TRIGGER fault BEFORE INSERT ON item_ledger BEGIN SELECT RAISE(FAIL, 'fault'); END"
            )
        with pytest.raises(StoreError, match="fault"):
            await store.save([saving("ada", 1, 1, entries=[moving("cap-1", 1)])])
        player = await store.read("ada")
        assert (player.version, player.state) == (0, None)

    @pytest_twisted.ensureDeferred
    async def test_two_daemons_with_one_file_have_one_owner(self, store):
        other = SQLiteStore(store.path, reactor, lambda: NOW)
        await other.migrate()
        await store.claim([claiming("ada")])
        (claim,) = await other.claim([claiming("ada")])
        assert claim.epoch == 2
        assert await store.save([saving("ada", 1, 1)]) == [SaveResult.SUPERSEDED]
        assert await other.save([saving("ada", 2, 1)]) == [SaveResult.STORED]
        await other.close()

    # --- migrations ---------------------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_a_newer_database_is_refused_and_left_alone(self, store):
        await store.close()
        with self.outside(store) as connection:
            connection.execute("INSERT INTO schema_version VALUES (7, 'later', 0)")
        with pytest.raises(StoreTooNew, match=rf"schema 7.* up to {NEWEST}\b"):
            await store.migrate()
        with pytest.raises(StoreAway):
            await store.ping()

    @pytest_twisted.ensureDeferred
    async def test_looking_at_the_schema_makes_no_file_and_changes_none(self, tmp_path):
        store = self.make_store(tmp_path)
        await store.schema()
        assert list(tmp_path.iterdir()) == []
        await store.migrate()
        await store.close()
        before = store.path.read_bytes()
        await store.schema()
        assert (list(tmp_path.iterdir()), store.path.read_bytes()) == ([store.path], before)

    @pytest_twisted.ensureDeferred
    async def test_the_schema_tells_how_far_a_database_has_come(self, store):
        await store.close()
        longer = SQLiteStore(store.path, reactor, lambda: NOW, [*migrations("sqlite"), Migration(NEXT, "guilds", "")])
        assert [step.name for step in (await longer.schema()).pending] == ["guilds"]
        with self.outside(store) as connection:
            connection.execute("INSERT INTO schema_version VALUES (7, 'later', 0)")
        status = await store.schema()
        assert status.applied == 7
        with pytest.raises(StoreTooNew):
            assert status.pending

    @pytest_twisted.ensureDeferred
    async def test_the_schema_of_a_locked_database_or_of_no_database_cannot_be_told(self, store):
        await store.close()
        with self.outside(store) as connection:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            with pytest.raises(StoreAway, match="locked"):
                await store.schema()
        store.path.write_bytes(b"my diary\n" * 1000)
        with pytest.raises(StoreError, match="not a database"):
            await store.schema()

    @pytest_twisted.ensureDeferred
    async def test_an_interrupted_migration_leaves_the_last_whole_step_and_can_be_repeated(self, store):
        await store.claim([claiming("ada")])
        await store.close()
        broken = Migration(NEXT, "guilds", "CREATE TABLE guild (id);\nCREATE TABLE guild (id);")
        half = SQLiteStore(store.path, reactor, lambda: NOW, [*migrations("sqlite"), broken])
        with pytest.raises(StoreError, match="guild already exists"):
            await half.migrate()
        with self.outside(store) as connection:
            assert connection.execute("SELECT max(number) FROM schema_version").fetchone() == (NEWEST,)
            assert connection.execute("SELECT name FROM sqlite_master WHERE name = 'guild'").fetchone() is None
        whole = Migration(NEXT, "guilds", "-- guilds\nCREATE TABLE guild (id);\nINSERT INTO guild VALUES (';');")
        repaired = SQLiteStore(store.path, reactor, lambda: NOW, [*migrations("sqlite"), whole])
        await repaired.migrate()
        assert (await repaired.read("ada")).epoch == 1
        await repaired.close()
        with self.outside(store) as connection:
            assert connection.execute("SELECT * FROM guild").fetchall() == [(";",)]
            assert connection.execute("SELECT number, name, applied_at FROM schema_version").fetchall() == [
                *((step.number, step.name, NOW) for step in migrations("sqlite")),
                (NEXT, "guilds", NOW),
            ]

    @pytest_twisted.ensureDeferred
    async def test_two_daemons_that_start_at_once_migrate_once(self, tmp_path):
        stores = [self.make_store(tmp_path) for _ in range(3)]
        await gatherResults([store.migrate() for store in stores])
        await gatherResults([store.close() for store in stores])
        with self.outside(stores[0]) as connection:
            assert connection.execute("SELECT count(*) FROM schema_version").fetchone() == (NEWEST,)
