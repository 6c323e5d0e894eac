"""What becomes of the store when its server is slow, frozen, full, restarted or gone."""

import signal
import time
from contextlib import asynccontextmanager

import psycopg2
import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import CancelledError, gatherResults
from twisted.internet.task import LoopingCall
from twisted.internet.threads import deferToThread

from mmod.errors import StoreAway, StoreError
from mmod.session.claims import Save, SaveResult
from mmod.store.place import ACQUIRE_TIMEOUT, SIZE
from mmod.store.postgres import TRANSACTION_TIMEOUT, PostgresStore, parse
from mmod.store.postgres_connection import CONNECT_TIMEOUT, connect
from mmod.world.state import PlayerState
from tests.postgres import PATIENCE, postgres_server

from .values import claiming, saving

#: Seconds by which a busy machine may be late.
TOLERANCE = 1.5

#: Seconds for which the reactor may do nothing but one thing, on a busy machine; whatever blocks takes seconds.
LONGEST_GAP = 0.5

TERMINATE = "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mmod'"


@pytest.fixture(scope="module")
def server():
    """A server that these tests stop and freeze."""
    with postgres_server(max_connections="12", superuser_reserved_connections="3") as server:
        server.execute("CREATE ROLE guest LOGIN")
        yield server


@pytest.fixture
def url(server):
    return server.new_database()


@pytest_twisted.async_yield_fixture
async def store(url):
    store = new_store(url)
    await store.migrate()
    await store.claim([claiming("ada")])
    yield store
    await store.close()


def new_store(url):
    return PostgresStore(url, reactor, lambda: 0.0)


@asynccontextmanager
async def within(seconds):
    """Fail when the block takes longer, or keeps the reactor from anything else."""
    gaps = Gaps()
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds + TOLERANCE
    assert gaps.end() < LONGEST_GAP


class Gaps:
    """Measures for how long the reactor did not come round."""

    def __init__(self):
        self._last = time.monotonic()
        self._longest = 0.0
        self._loop = LoopingCall(self._look)
        self._loop.start(0.005)

    def end(self):
        self._loop.stop()
        return self._longest

    def _look(self):
        now = time.monotonic()
        self._longest, self._last = max(self._longest, now - self._last), now


async def back(store):
    """Return when the store answers again; the tests' time limit says when that is too late."""
    while True:
        try:
            return await store.ping()
        except StoreAway:
            continue


# --- not there --------------------------------------------------------------------------------------------------------


@pytest_twisted.ensureDeferred
async def test_a_server_that_starts_later_is_found(server, url):
    store = new_store(url)
    await deferToThread(server.stop)
    async with within(ACQUIRE_TIMEOUT):
        with pytest.raises(StoreAway, match=r"No such file or directory|refused"):
            await store.migrate()
    with pytest.raises(StoreAway):
        await store.ping()
    await deferToThread(server.start)
    await store.migrate()
    assert await store.ping() is None
    await store.close()


@pytest.mark.parametrize("parameters", [{"database": "nowhere"}, {"database": "postgres", "user": "nobody"}])
@pytest_twisted.ensureDeferred
async def test_what_waiting_cannot_mend_is_no_store_away_and_shows_no_password(server, parameters):
    store = new_store(server.url(**parameters, password="hunter2"))
    with pytest.raises(StoreError, match="does not exist") as raised:
        await store.migrate()
    assert not isinstance(raised.value, StoreAway)
    assert "hunter2" not in str(raised.value)


@pytest_twisted.ensureDeferred
async def test_a_start_can_be_given_up_while_the_server_is_frozen(server, url):
    store = new_store(url)
    server.freeze()
    try:
        async with within(0):
            starting = store.migrate()
            starting.cancel()
            with pytest.raises(CancelledError):
                await starting
            await store.close()
    finally:
        server.thaw()


# --- gone -------------------------------------------------------------------------------------------------------------


@pytest_twisted.ensureDeferred
async def test_connections_that_died_idle_are_replaced_before_they_are_lent(server, store):
    for _ in range(3):
        terminated = [pid for pid, _ in server.execute(TERMINATE)]
        assert len(terminated) == SIZE
        await deferToThread(wait_for_connections, server, SIZE, besides=terminated)
        assert await gatherResults([store.ping() for _ in range(2 * SIZE)]) == [None] * 2 * SIZE


@pytest_twisted.ensureDeferred
async def test_a_backend_that_is_terminated_fails_its_question_alone(server, url, store):
    with psycopg2.connect(url) as outside, outside.cursor() as cursor:
        cursor.execute("LOCK TABLE player_state IN ACCESS EXCLUSIVE MODE")
        saved = store.save([saving("ada", 1, 1)])
        await deferToThread(wait_for_a_lock, server)
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        with pytest.raises(StoreAway, match="terminating connection"):
            await saved
        await store.ping()
    outside.close()
    assert await store.save([saving("ada", 1, 1)]) == [SaveResult.STORED]


@pytest_twisted.ensureDeferred
async def test_a_connection_is_not_left_with_the_reactor_between_two_questions(url):
    watched = set(reactor.getReaders())
    connection = await connect(reactor, "the server", parse(url))
    assert set(reactor.getReaders()) == watched
    await connection.query("SELECT 1")
    assert set(reactor.getReaders()) == watched
    with pytest.raises(StoreError):
        await connection.query("SELECT 1 / 0")
    assert set(reactor.getReaders()) == watched
    connection.close(StoreAway("it is of no more use"))


@pytest_twisted.ensureDeferred
async def test_nothing_acknowledged_is_lost_when_the_server_crashes_again_and_again(server, store):
    acknowledged = version = 0
    for _ in range(3):
        restarting = deferToThread(restart, server)
        while not restarting.called or acknowledged < version:
            version += 1
            try:
                await store.save([saving("ada", 1, version)])
                acknowledged = version
            except StoreAway:
                assert (await first_answer(store)).version >= acknowledged
        await restarting
    assert (await store.read("ada")).version == acknowledged


async def first_answer(store):
    await back(store)
    return await store.read("ada")


def restart(server):
    server.stop(signal.SIGQUIT)
    server.start()


# --- frozen -----------------------------------------------------------------------------------------------------------


@pytest_twisted.ensureDeferred
async def test_a_frozen_server_is_away_in_time_and_blocks_nothing(server, store):
    server.freeze()
    try:
        async with within(TRANSACTION_TIMEOUT):
            questions = [store.ping(), store.save([saving("ada", 1, 1)]), store.read("ada"), store.ping(), store.ping()]
            for question in questions:
                with pytest.raises(StoreAway, match=r"no answer within 5 s|no connection .* within 1 s"):
                    await question
    finally:
        server.thaw()
    async with within(CONNECT_TIMEOUT):
        await back(store)
    assert (await store.read("ada")).version in (0, 1)
    assert await store.save([saving("ada", 1, 2)]) == [SaveResult.STORED]


@pytest_twisted.ensureDeferred
async def test_more_than_a_frozen_socket_takes_can_be_given_up(server, store):
    large = Save("ada", 1, 1, PlayerState(name="a" * 10_000_000))
    server.freeze()
    try:
        gaps = Gaps()
        with pytest.raises(StoreAway, match="no answer within"):
            await store.save([large])
        assert gaps.end() < 2 * LONGEST_GAP  # encoding so much takes its time, too
    finally:
        server.thaw()
    await back(store)
    assert await store.save([saving("ada", 1, 2)]) == [SaveResult.STORED]


@pytest_twisted.ensureDeferred
async def test_closing_waits_for_a_frozen_server_no_longer_than_for_any_answer(server, store):
    server.freeze()
    try:
        async with within(TRANSACTION_TIMEOUT):
            saved = store.save([saving("ada", 1, 1)])
            await store.close()
            assert saved.called
            with pytest.raises(StoreAway):
                await saved
    finally:
        server.thaw()


# --- full -------------------------------------------------------------------------------------------------------------


@pytest_twisted.ensureDeferred
async def test_a_server_with_too_many_clients_is_away_until_some_leave(server, url):
    server.execute("GRANT CREATE ON SCHEMA public TO guest", url=url)
    ours = url.replace("user=mmod", "user=guest")
    others = [psycopg2.connect(ours) for _ in range(9)]
    store = new_store(ours)
    with pytest.raises(StoreAway, match=r"connection slots|too many clients"):
        await store.migrate()
    others.pop().close()
    await migrated(store)
    assert await gatherResults([store.ping() for _ in range(2 * SIZE)]) == [None] * 2 * SIZE
    for connection in others:
        connection.close()
    await deferToThread(wait_for_connections, server, SIZE)
    await store.close()


async def migrated(store):
    while True:
        try:
            return await store.migrate()
        except StoreAway:
            continue


# --- the server's own view --------------------------------------------------------------------------------------------


def wait_until(server, condition, *parameters):
    deadline = time.monotonic() + PATIENCE
    while not server.execute(f"SELECT {condition}", parameters)[0][0]:
        assert time.monotonic() < deadline, f"{condition}: not within {PATIENCE} s"
        time.sleep(0.01)


def wait_for_a_lock(server):
    wait_until(server, "EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')")


def wait_for_connections(server, number, besides=()):
    ours = "FROM pg_stat_activity WHERE application_name = 'mmod' AND NOT pid = ANY(%s::int[])"
    wait_until(server, f"count(*) = %s {ours}", number, list(besides))
