from urllib.parse import quote

import psycopg2
import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import DeferredList, gatherResults
from twisted.internet.task import deferLater

from mmod.errors import StoreAway, StoreBusy, StoreError, StoreTooNew
from mmod.session.claims import Save, SaveResult
from mmod.store.migrate import Migration, migrations
from mmod.store.place import SIZE
from mmod.store.postgres import PostgresStore
from mmod.store.postgres_holders import REPLACEMENT_LOCK
from mmod.world.state import PlayerState

from .store_contract import NOW, DurableStoreContract
from .values import at, building, claiming, moving, owning, saving

#: The number of the newest migration there is, and of one to come.
NEWEST = len(migrations("postgres"))
NEXT = NEWEST + 1

STATE = "has_state, name, x, z, inventory::text, equipment::text, skills::text, versions::text, sequences::text"

#: Columns that take any JSON, and how a value is written there.
JSON = ("inventory", "equipment", "skills", "versions", "sequences")


class TestPostgresStore(DurableStoreContract):
    dialect = "postgres"

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def database(cls, postgres):
        cls.server = postgres
        cls.url = postgres.new_database()

    @pytest.fixture(autouse=True)
    def empty_database(self, database):
        self.execute("DROP SCHEMA public CASCADE")
        self.execute("CREATE SCHEMA public")

    def make_store(self, tmp_path, schema=None):
        return PostgresStore(self.url, reactor, lambda: NOW, schema)

    def execute(self, statement, *parameters):
        """Run a statement as somebody else."""
        return self.server.execute(statement, parameters, url=self.url)

    async def damage(self, store, player_id, column, value):
        if column in JSON and value is not None:
            value = value.decode() if isinstance(value, bytes) else str(value)
        update = f"UPDATE player_state SET {column} = %s WHERE player_id = %s"  # noqa: S608 - constants
        self.execute(update, value, player_id)

    async def raw(self, store, player_id):
        select = f"SELECT {STATE} FROM player_state WHERE player_id = %s"  # noqa: S608 - constants
        (row,) = self.execute(select, player_id)
        return row

    @pytest_twisted.async_yield_fixture
    async def other(self, store, tmp_path):
        """Another daemon's store on the same database."""
        other = self.make_store(tmp_path)
        await other.migrate()
        yield other
        await other.close()

    @pytest_twisted.ensureDeferred
    async def test_everything_is_there_when_it_is_opened_again(self, store, tmp_path):
        await store.claim([claiming("ada", token="first"), claiming("bob")])
        await store.save([saving("ada", 1, 3, x=3, ended_at=100.0), saving("bob", 1, 1)])
        await store.quarantine("bob", 1, "unknown item")
        await store.close()
        await store.migrate()
        (claim,) = await store.claim([claiming("ada", presents="first", now=160.0)])
        (aside,) = await store.quarantined()
        assert (claim.epoch, claim.version, claim.state, claim.resumed) == (2, 3, at(3), True)
        assert aside.player_id == "bob"

    # --- what the server sees -----------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_its_connections_carry_its_name(self, store):
        await self.connections("mmod", SIZE)

    @pytest_twisted.ensureDeferred
    async def test_the_name_of_its_connections_can_be_chosen(self, tmp_path):
        store = PostgresStore(self.url + "&application_name=north", reactor, lambda: NOW)
        await store.migrate()
        await self.connections("north", SIZE)
        await store.close()

    @pytest_twisted.ensureDeferred
    async def test_a_closed_store_leaves_no_connection(self, store):
        await store.close()
        await self.connections("mmod", 0)

    async def connections(self, name, number):
        """Return when there are as many connections of a name; the tests' time limit says when that is too late."""
        count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s"
        while self.execute(count, name) != [(number,)]:
            await deferLater(reactor, 0.01)

    @pytest_twisted.ensureDeferred
    async def test_every_transaction_is_bounded_writable_and_durable(self, tmp_path):
        options = "-cdefault_transaction_read_only=on -cdefault_transaction_isolation=serializable"
        store = PostgresStore(
            f"{self.url}&options={quote(options + ' -csynchronous_commit=off')}", reactor, lambda: NOW
        )
        await store.migrate()
        seen = await store._run(self.settings)
        await store.close()
        assert seen == ["4s", "5s", "off", "read committed", "on"]

    async def settings(self, connection):
        names = (
            "statement_timeout",
            "idle_in_transaction_session_timeout",
            "transaction_read_only",
            "transaction_isolation",
            "synchronous_commit",
        )
        async with connection.transaction():
            return [(await connection.query(f"SHOW {name}"))[0][0] for name in names]

    # --- faults -------------------------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_a_batch_that_fails_in_the_middle_leaves_nothing_and_shows_no_row(self, store):
        await store.claim([claiming("ada"), claiming("bob")])
        self.execute("ALTER TABLE player_state ADD CONSTRAINT fault CHECK (player_id <> 'bob' OR version + epoch < 2)")
        for batch in (
            store.save([saving("ada", 1, 1), saving("bob", 1, 1)]),
            store.claim([claiming("ada"), claiming("bob")]),
        ):
            with pytest.raises(StoreError, match="fault") as raised:
                await batch
            assert not isinstance(raised.value, StoreAway)
            assert isinstance(raised.value.__cause__, psycopg2.Error)
            assert "bob" not in str(raised.value)
        player = await store.read("ada")
        assert (player.epoch, player.version) == (1, 0)

    @pytest_twisted.ensureDeferred
    async def test_a_save_whose_ledger_entry_cannot_be_written_leaves_nothing(self, store):
        await store.claim([claiming("ada")])
        self.execute("ALTER TABLE item_ledger ADD CONSTRAINT fault CHECK (instance_id <> 'cap-1')")
        with pytest.raises(StoreError, match="fault"):
            await store.save([saving("ada", 1, 1, entries=[moving("cap-1", 1)])])
        player = await store.read("ada")
        assert (player.version, player.state) == (0, None)

    @pytest_twisted.ensureDeferred
    async def test_a_lock_that_stays_is_a_store_away_and_nothing_was_written(self, store):
        await store.claim([claiming("ada")])
        with psycopg2.connect(self.url) as outside, outside.cursor() as cursor:
            cursor.execute("LOCK TABLE player_state IN ACCESS EXCLUSIVE MODE")
            saved = store.save([saving("ada", 1, 1)])
            await store.ping()
            with pytest.raises(StoreAway, match="statement_timeout"):
                await saved
        outside.close()
        assert (await store.read("ada")).version == 0
        assert await store.save([saving("ada", 1, 1, x=1)]) == [SaveResult.STORED]

    @pytest_twisted.ensureDeferred
    async def test_questions_that_wait_for_a_lock_take_no_connection_from_the_game(self, store):
        await store.claim([claiming("ada")])
        with psycopg2.connect(self.url) as outside, outside.cursor() as cursor:
            cursor.execute("LOCK TABLE item_ledger, quarantine IN ACCESS EXCLUSIVE MODE")
            ask = (lambda: store.moves("ada", 1), lambda: store.history("cap-1"), store.quarantined)
            questions = [question() for question in ask * SIZE]
            for version in range(1, 4):
                assert await store.save([saving("ada", 1, version)]) == [SaveResult.STORED]
                await store.ping()
                await store.claim([claiming(f"new-{version}")])
            assert not any(question.called for question in questions)
            outcomes = await DeferredList(questions, consumeErrors=True)
        outside.close()
        assert {outcome.type for success, outcome in outcomes if not success} == {StoreAway, StoreBusy}
        assert not any(success for success, _ in outcomes)
        assert await store.moves("ada", 1) == []

    @pytest_twisted.ensureDeferred
    async def test_ids_no_database_can_hold_are_looked_up_as_nobody_and_paged_over(self, store):
        await store.claim([claiming("a"), claiming("ab"), claiming("b")])
        assert [player.player_id for player in await store.players("a\0b", 9)] == ["ab", "b"]
        assert await store.read("a\0b") is None

    @pytest_twisted.ensureDeferred
    async def test_a_crowd_that_is_set_aside_at_once_takes_no_connection_from_the_game(self, store):
        crowd = [f"p-{number}" for number in range(300)]
        await store.claim([claiming(player_id) for player_id in (*crowd, "ada")])
        await store.save([saving(player_id, 1, 1) for player_id in crowd])
        aside = DeferredList([store.quarantine(player_id, 1, "spoiled") for player_id in crowd], consumeErrors=True)
        assert await store.save([saving("ada", 1, 1)]) == [SaveResult.STORED]
        await store.ping()
        outcomes = await aside
        assert {failure.type for success, failure in outcomes if not success} <= {StoreBusy}
        assert len(await store.quarantined()) == sum(success for success, _ in outcomes)

    async def test_giving_up_a_question_frees_its_connection_and_harms_no_other(self, store):
        with psycopg2.connect(self.url) as outside, outside.cursor() as cursor:
            cursor.execute("LOCK TABLE player_state IN ACCESS EXCLUSIVE MODE")
            questions = [store.read("ada") for _ in range(SIZE)]
            for question in questions:
                question.addErrback(lambda _: "given up")
                question.cancel()
        outside.close()
        assert [await question for question in questions] == ["given up"] * SIZE
        assert await store.read("ada") is None

    @pytest_twisted.ensureDeferred
    async def test_restoring_waits_for_whatever_else_puts_a_state_in_place(self, store):
        number = await self.set_aside(store, "ada", owning("cap-1"))
        with psycopg2.connect(self.url) as outside, outside.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock({REPLACEMENT_LOCK})")
            restored = store.restore(number)
            while self.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") != [(1,)]:
                await deferLater(reactor, 0.01)
            assert not restored.called
        outside.close()
        assert await restored

    # --- two daemons --------------------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_two_daemons_that_claim_one_player_have_one_owner(self, store, other):
        for _ in range(20):
            granted = await gatherResults([one.claim([claiming("ada")]) for one in (store, other)])
            epochs = [claim.epoch for (claim,) in granted]
            results = await gatherResults(
                [
                    one.save([saving("ada", epoch, 1000 * epoch)])
                    for one, epoch in zip((store, other), epochs, strict=True)
                ]
            )
            assert max(epochs) == min(epochs) + 1
            expected = [[SaveResult.STORED if epoch == max(epochs) else SaveResult.SUPERSEDED] for epoch in epochs]
            assert results == expected

    @pytest_twisted.ensureDeferred
    async def test_two_daemons_that_claim_one_new_player_at_once_get_different_epochs(self, store, other):
        for number in range(20):
            player_id = f"new-{number}"
            granted = await gatherResults([one.claim([claiming(player_id)]) for one in (store, other)])
            assert sorted((claim.previous_epoch, claim.epoch) for (claim,) in granted) == [(0, 1), (1, 2)]

    @pytest_twisted.ensureDeferred
    async def test_one_resume_token_used_at_two_daemons_resumes_once(self, store, other):
        await store.claim([claiming("ada", token="first")])
        claims = await gatherResults(
            [one.claim([claiming("ada", token=f"{n}", presents="first")]) for n in range(5) for one in (store, other)]
        )
        assert sum(claim.resumed for (claim,) in claims) == 1

    @pytest_twisted.ensureDeferred
    async def test_batches_of_the_same_players_in_different_orders_never_wait_in_a_circle(self, store, other):
        forwards = [f"player-{number:03}" for number in range(100)]
        backwards = forwards[::-1]
        await store.claim([claiming(player_id) for player_id in forwards])
        await gatherResults(
            [store.save([saving(player_id, 1, version) for player_id in forwards]) for version in (1, 2, 3)]
            + [other.save([saving(player_id, 1, version) for player_id in backwards]) for version in (4, 5, 6)]
            + [other.claim([claiming(player_id) for player_id in backwards]) for _ in range(2)]
            + [store.claim([claiming(player_id) for player_id in forwards]) for _ in range(2)]
        )
        assert {player.epoch for player in await store.players("", 1000)} == {5}

    @pytest.mark.parametrize(
        ("change", "result"),
        [
            ("version = 2", SaveResult.STALE),
            ("version = 9", SaveResult.PRESENT),
            ("epoch = 2", SaveResult.SUPERSEDED),
            ("x = 5", SaveResult.STORED),
        ],
    )
    @pytest_twisted.ensureDeferred
    async def test_a_save_that_waited_for_a_row_is_judged_by_what_it_finds_then(self, store, change, result):
        await store.claim([claiming("ada")])
        first = saving("ada", 1, 3)
        await store.save([first])
        with psycopg2.connect(self.url) as outside, outside.cursor() as cursor:
            cursor.execute(f"UPDATE player_state SET {change}")  # noqa: S608 - constants
            saved = store.save([building(first, 4, at(7))])
            await store.ping()
            assert not saved.called
        outside.close()
        assert await saved == [result]
        assert ((await store.read("ada")).state.x == 7) is (result is SaveResult.STORED)

    # --- migrations ---------------------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_a_newer_database_is_refused_and_left_alone(self, store):
        await store.close()
        self.execute("INSERT INTO schema_version VALUES (7, 'later', 0)")
        with pytest.raises(StoreTooNew, match=rf"schema 7.* up to {NEWEST}\b"):
            await store.migrate()
        with pytest.raises(StoreAway):
            await store.ping()

    @pytest_twisted.ensureDeferred
    async def test_looking_at_the_schema_makes_no_table_and_leaves_no_connection(self, tmp_path):
        await self.make_store(tmp_path).schema()
        assert self.execute("SELECT to_regclass('schema_version')") == [(None,)]
        await self.connections("mmod", 0)

    @pytest_twisted.ensureDeferred
    async def test_the_schema_tells_how_far_a_database_has_come(self, store):
        longer = PostgresStore(self.url, reactor, lambda: NOW, [*migrations("postgres"), Migration(NEXT, "guilds", "")])
        assert [step.name for step in (await longer.schema()).pending] == ["guilds"]
        self.execute("INSERT INTO schema_version VALUES (7, 'later', 0)")
        status = await store.schema()
        assert status.applied == 7
        with pytest.raises(StoreTooNew):
            assert status.pending

    @pytest_twisted.ensureDeferred
    async def test_the_schema_of_a_server_that_is_away_cannot_be_told(self, tmp_path):
        store = PostgresStore(f"postgresql:///mmod?host={tmp_path}", reactor, lambda: NOW)
        with pytest.raises(StoreAway, match="no connection"):
            await store.schema()

    @pytest_twisted.ensureDeferred
    async def test_an_interrupted_migration_leaves_the_last_whole_step_and_can_be_repeated(self, store):
        await store.claim([claiming("ada")])
        await store.close()
        broken = Migration(NEXT, "guilds", "CREATE TABLE guild (id text);\nCREATE TABLE guild (id text);")
        half = PostgresStore(self.url, reactor, lambda: NOW, [*migrations("postgres"), broken])
        with pytest.raises(StoreError, match="already exists"):
            await half.migrate()
        assert self.execute("SELECT max(number) FROM schema_version") == [(NEWEST,)]
        assert self.execute("SELECT to_regclass('guild')") == [(None,)]
        whole = Migration(
            NEXT, "guilds", "-- guilds\nCREATE TABLE guild (id text);\nINSERT INTO guild VALUES ('100%;');"
        )
        repaired = PostgresStore(self.url, reactor, lambda: NOW, [*migrations("postgres"), whole])
        await repaired.migrate()
        assert (await repaired.read("ada")).epoch == 1
        await repaired.close()
        assert self.execute("SELECT * FROM guild") == [("100%;",)]
        assert self.execute("SELECT * FROM schema_version") == [
            *((step.number, step.name, NOW) for step in migrations("postgres")),
            (NEXT, "guilds", NOW),
        ]

    @pytest_twisted.ensureDeferred
    async def test_daemons_that_start_at_once_migrate_once(self, tmp_path):
        stores = [self.make_store(tmp_path) for _ in range(5)]
        await gatherResults([store.migrate() for store in stores])
        await gatherResults([store.close() for store in stores])
        assert self.execute("SELECT count(*) FROM schema_version") == [(NEWEST,)]

    @pytest_twisted.ensureDeferred
    async def test_a_migration_may_take_longer_than_other_statements_and_others_wait_for_it(self, tmp_path):
        slow = Migration(1, "slow", "SELECT pg_sleep(4.5); " + migrations("postgres")[0].script)
        stores = [PostgresStore(self.url, reactor, lambda: NOW, [slow]) for _ in range(2)]
        await gatherResults([store.migrate() for store in stores])
        await gatherResults([store.close() for store in stores])
        assert self.execute("SELECT name FROM schema_version") == [("slow",)]

    @pytest_twisted.ensureDeferred
    async def test_a_database_that_cannot_hold_every_text_is_refused(self):
        store = PostgresStore(
            self.server.new_database("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"), reactor, lambda: NOW
        )
        with pytest.raises(StoreError, match=r"LATIN1.*UTF8"):
            await store.migrate()

    @pytest_twisted.ensureDeferred
    async def test_a_large_state_is_stored(self, store):
        await store.claim([claiming("bob")])
        large = Save("bob", 1, 1, PlayerState(name="b" * 5_000_000))
        assert await store.save([large]) == [SaveResult.STORED]
        assert (await store.read("bob")).state == large.state
