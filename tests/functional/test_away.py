"""Who can join while the database is frozen, and what becomes of them when it thaws."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest

from mmod.net.refusals import BUSY
from mmod.wire.messages import Error
from tests.postgres import postgres_server

from .harness.daemon import Daemon
from .harness.database import POSTGRESQL
from .harness.waiting import eventually

#: Seconds in which a join is refused (the default of `store.timeout`), and what is allowed on top on a busy machine.
REFUSED_WITHIN, ALLOWANCE = 2.0, 2.0

#: More than the daemon has connections to its database.
OPERATORS = 10


@pytest.fixture
def server():
    """A server of one's own: others must not be frozen."""
    with postgres_server() as server:
        yield server
        server.thaw()


@pytest.fixture
def url(server):
    return server.new_database()


@pytest.fixture
def daemon(tmp_path, server, url):
    daemon = Daemon(tmp_path, "--dev", "--database", url)
    yield daemon.start()
    server.thaw()
    daemon.stop()


@pytest.mark.stores(POSTGRESQL)
def test_operators_who_wait_for_a_lock_hold_up_neither_players_nor_the_health_of_the_store(daemon, url, connect):
    ada = connect(daemon)
    ada.join("dev:ada")
    began = time.monotonic()
    with (
        closing(psycopg2.connect(url)) as connection,
        connection.cursor() as cursor,
        ThreadPoolExecutor(OPERATORS) as operators,
    ):
        cursor.execute("LOCK TABLE item_ledger IN ACCESS EXCLUSIVE MODE")
        asking = [operators.submit(daemon.operator.http.get, "/players/ada/ledger") for _ in range(OPERATORS)]
        while time.monotonic() - began < REFUSED_WITHIN + ALLOWANCE:
            daemon.operator.teleport("ada", time.monotonic() - began, 0.0)
            daemon.operator.checkpoint("ada")
            assert daemon.operator.http.get("/readyz").status_code == 200
        refusals = [answer.result() for answer in asking]
    assert {refusal.status_code for refusal in refusals} == {503}
    assert BUSY in {refusal.json()["error"]["message"] for refusal in refusals}
    assert daemon.operator.http.get("/players/ada/ledger").json() == {"movements": []}


@pytest.mark.stores(POSTGRESQL)
def test_who_is_in_the_world_resumes_while_the_database_is_frozen_and_others_are_refused(daemon, server, connect):
    def join(name, **fields):
        client = connect(daemon)
        client.join(f"dev:{name}", **fields)
        return client

    first = join("ada")
    first.walk(0, 0, seq=7)
    first.state(lambda state: state.ack == 7)
    server.freeze()
    first.cut()
    second = join("ada", resume=first.joined.resumeToken)
    assert (second.joined.resumed, second.joined.ack) == (True, 7)
    stranger, asked = connect(daemon), time.monotonic()
    stranger.hello("dev:bob")
    assert stranger.expect(Error).code == "unavailable"
    assert stranger.closed() == 1013
    assert time.monotonic() - asked < REFUSED_WITHIN + ALLOWANCE
    server.thaw()
    eventually(lambda: not daemon.operator.metrics()["mmod_store_away"], "the database is back")
    daemon.operator.grant("ada", "rock_small")
    daemon.kill()
    daemon.start()
    third = join("ada", resume=second.joined.resumeToken)
    assert (third.joined.resumed, third.joined.ack) == (True, 7)
    assert len(third.joined.inventory.items) == 1
