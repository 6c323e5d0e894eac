"""SIGTERM at bad moments: exit status 0, in time, nothing that was acknowledged lost, no traceback in the log."""

import signal
import time
from contextlib import ExitStack
from itertools import product
from random import Random

import pytest

from mmod.store import spill
from tests.functional.harness.client import Client
from tests.functional.harness.daemon import LIFE_CYCLE, STATE, Daemon
from tests.functional.harness.database import (
    DURABLE_STORES,
    FILE,
    POSTGRESQL,
    SQLITE,
    PostgresDatabase,
    SQLiteDatabase,
)
from tests.functional.harness.raw import RawClient
from tests.functional.harness.waiting import eventually
from tests.postgres import postgres_server

from .harness.accounts import unaccounted
from .harness.checker import checked
from .harness.crowd import CLIENTS, SETTINGS, Crowd
from .harness.form import LONG
from .harness.locks import locked_player, locked_schema, somebody_waits
from .harness.results import Trial
from .harness.world import stored_world

#: Seconds a stop may take in which nothing has to be waited for, on a busy machine; alone it takes a third of one.
PROMPT = 10.0

#: Seconds for which the daemon tries to save at its end, where a test waits for it to give up.
SHUTDOWN_TIMEOUT = 2.0

#: Starts that are ended at some moment, and the seconds after which a start is over on a fast machine.
STARTS, START_UP = 50 if LONG else 6, 1.0

#: Stops under load: on which stores with how many signals, how many of each, and the seconds of play before.
KINDS = list(product(DURABLE_STORES, (1, 2))) if LONG else [(SQLITE, 2), (POSTGRESQL, 1)]
SEEDS, PLAY = 10 if LONG else 1, (0.5, 2.0)

#: Metres a walking player can cover between the last state it was sent and the save: two snapshots at 3 m/s.
LAST_STEPS = 0.61


@pytest.fixture
def database(postgres):
    return PostgresDatabase(postgres, postgres.new_database())


@pytest.fixture
def daemon(tmp_path, database):
    """A daemon on PostgreSQL, not yet started, and looked through at the end."""
    daemon = Daemon(tmp_path, "--dev", *database.options, settings={"store.shutdown_timeout": SHUTDOWN_TIMEOUT})
    yield daemon
    daemon.stop()


@pytest.fixture
def join(daemon):
    """Join as the player of a name."""
    with ExitStack() as stack:

        def joined(name):
            client = stack.enter_context(Client(daemon.ws_url))
            client.join(f"dev:{name}")
            return client

        yield joined


def told_to_stop(daemon):
    """Ask the daemon to stop, and return when it has begun to."""
    before = daemon.log.count("stopping")
    daemon.signal(signal.SIGTERM)
    eventually(lambda: daemon.log.count("stopping") > before, "it stops")


def place(daemon, player_id):
    return daemon.operator.player(player_id)["pos"]


# --- while it starts --------------------------------------------------------------------------------------------------


def test_a_stop_while_a_database_that_is_down_is_waited_for(tmp_path):
    with postgres_server() as server:
        daemon = Daemon(tmp_path, "--dev", "--database", server.new_database())
        server.stop(signal.SIGINT)
        daemon.start(until_ready=False)
        eventually(lambda: "the store is away" in daemon.log, "it waits for the database", LIFE_CYCLE)
        daemon.signal(signal.SIGTERM)
        assert daemon.ended(PROMPT) == 0
        server.start()
        daemon.start().stop()


def test_a_stop_while_a_database_that_is_frozen_is_waited_for(tmp_path):
    with postgres_server() as server:
        daemon = Daemon(tmp_path, "--dev", "--database", server.new_database())
        server.freeze()
        daemon.start(until_ready=False)
        eventually(lambda: "admin endpoint" in daemon.log, "it has begun", LIFE_CYCLE)
        daemon.signal(signal.SIGTERM)
        assert daemon.ended(PROMPT) == 0
        server.thaw()
        daemon.start().stop()


@pytest.mark.parametrize("end", [Daemon.terminate, Daemon.kill])
def test_a_stop_in_a_migration_leaves_one_that_can_be_repeated(daemon, database, end):
    with locked_schema(database):
        daemon.start(until_ready=False)
        somebody_waits(database)
        assert end(daemon) in (0, None)
    daemon.start()


@pytest.mark.parametrize("seed", range(STARTS))
def test_a_stop_at_any_moment_of_a_start(daemon, seed):
    """The moment is the point of the sleep.  Before the daemon's own code runs, Python ends by the signal."""
    moment = Random(seed).uniform(0, START_UP)
    daemon.start(until_ready=False)
    time.sleep(moment)
    daemon.signal(signal.SIGTERM)
    begun = "endpoint" in daemon.log
    assert daemon.ended() in ((0,) if begun else (0, -signal.SIGTERM))


# --- under load -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize(("store", "signals"), KINDS)
def test_a_stop_under_load_loses_nothing(tmp_path, store, signals, seed, request, results):
    database = SQLiteDatabase(tmp_path / STATE / FILE) if store == SQLITE else request.getfixturevalue("database")
    daemon = Daemon(tmp_path, "--dev", *database.options, settings=SETTINGS).start()
    with Crowd(daemon, seed=seed) as crowd:
        time.sleep(Random(seed).uniform(*PLAY))
        for _ in range(signals):
            daemon.signal(signal.SIGTERM)
        assert daemon.ended(PROMPT) == 0
        record = crowd.stop()
    assert {close.code for close in record.closes} <= ({1012} if signals == 1 else {1012, 1006})
    assert len(record.closes) >= CLIENTS
    assert spill.waiting(daemon.state_dir) == []
    verdict = checked(record, stored_world(database), reach=LAST_STEPS).beside(unaccounted(database))
    results.add(Trial.of(f"stopped by {signals} SIGTERM, on {store}", verdict))
    assert not verdict.findings, f"seed {seed}: {verdict.findings}"
    assert verdict.acknowledged > 0
    daemon.check_log()


# --- while it runs ----------------------------------------------------------------------------------------------------


def test_a_stop_while_a_join_waits_for_the_database(daemon, database, join):
    daemon.start()
    join("ada").close()
    daemon.operator.kick("ada", "")
    with locked_player(database, "ada"), Client(daemon.ws_url) as client:
        client.hello("dev:ada")
        somebody_waits(database)
        daemon.signal(signal.SIGTERM)
        assert client.closed() == 1012
        assert daemon.ended(PROMPT) == 0


def test_a_stop_during_a_drain(daemon, join):
    daemon.start()
    join("ada")
    daemon.operator.teleport("ada", 5, 6)
    with RawClient(daemon.port) as silent:
        silent.join("dev:ben").join_ack()
        daemon.operator.teleport("ben", 7, 8)
        daemon.operator.drain()
        assert silent.close_code() == 1012  # and does not answer it
        daemon.signal(signal.SIGTERM)
        assert daemon.ended(PROMPT) == 0
    daemon.start()
    assert (place(daemon, "ada"), place(daemon, "ben")) == ({"x": 5, "z": 6}, {"x": 7, "z": 8})


# --- while it stops ---------------------------------------------------------------------------------------------------


def test_a_second_signal_does_not_end_the_waiting_for_the_database(daemon, database, join):
    daemon.start()
    client = join("ada")
    with locked_player(database, "ada"):
        daemon.operator.teleport("ada", 5, 6)
        somebody_waits(database)
        told_to_stop(daemon)
        assert client.closed() == 1012
        daemon.signal(signal.SIGTERM)
        somebody_waits(database)
    assert daemon.ended(PROMPT) == 0
    assert spill.waiting(daemon.state_dir) == []
    daemon.start()
    assert place(daemon, "ada") == {"x": 5, "z": 6}


def test_a_second_signal_does_not_prevent_the_spill(daemon, database, join):
    daemon.start()
    join("ada")
    with locked_player(database, "ada"):
        daemon.operator.teleport("ada", 5, 6)
        somebody_waits(database)
        daemon.signal(signal.SIGTERM)
        daemon.signal(signal.SIGTERM)
        assert daemon.ended(PROMPT) == 0
        assert len(spill.waiting(daemon.state_dir)) == 1
    daemon.start()
    assert place(daemon, "ada") == {"x": 5, "z": 6}
    assert spill.waiting(daemon.state_dir) == []
