"""PostgreSQL breaks in every way it can, under a daemon with fifty players who do not stop to play."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack

import psutil
import pytest

from tests.functional.harness.daemon import Daemon
from tests.functional.harness.database import PostgresDatabase
from tests.postgres import postgres_server

from .harness.breakage import backends, batch_in_flight, crowded_out, failing, frozen, full_disk, locked, standby
from .harness.crowd import SETTINGS, Crowd
from .harness.form import LONG
from .harness.metronome import Metronome
from .harness.readers import readers
from .harness.stage import KNOWN, Stage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600 if LONG else 120)]

#: Crowds that try every fault, one after the other.
SEEDS = range(1, 6) if LONG else (1,)

#: Seconds for which a fault lasts once the store is known to be away, which takes two to three; a server that is frozen
#: is so for 30 in all.
HOLD = 10.0 if LONG else 1.5
HOLD_FROZEN = 28.0 if LONG else 4.0

#: Faults that are over before the store counts as away, one after the other, and seconds that one lasts.
MOMENTS = 10 if LONG else 3
MOMENT = 0.5

#: Clients the server takes: enough for the daemon and the test, and few for one who takes all of them.
CONNECTIONS = 20


@pytest.fixture(scope="module")
def server(cores):
    with postgres_server(max_connections=str(CONNECTIONS), autovacuum="off") as server:
        yield server


@pytest.fixture(scope="module", params=SEEDS, ids="seed-{}".format)
def seed(request):
    return request.param


@pytest.fixture(scope="module")
def database(server, seed):
    return PostgresDatabase(server, server.new_database())


@pytest.fixture(scope="module")
def daemon(database, cores, tmp_path_factory):
    daemon = Daemon(tmp_path_factory.mktemp("daemon"), "--dev", *database.options, settings=SETTINGS).start()
    if cores[0] is not None:
        psutil.Process(daemon.pid).cpu_affinity([cores[0]])
    yield daemon
    daemon.stop()


@pytest.fixture(scope="module")
def stage(daemon, database, seed, cores, results, tmp_path_factory):
    beats = tmp_path_factory.mktemp("metronome") / "beats"
    with Metronome(beats, daemon.pid, cores[0]) as metronome, Crowd(daemon, seed=seed) as crowd:
        yield Stage(daemon, database, crowd, metronome, results)


# --- gone and back ----------------------------------------------------------------------------------------------------


def test_a_server_that_is_stopped_at_once_and_started_again(stage, server):
    with stage.fault("stopped at once") as outage:
        server.stop(signal.SIGQUIT)
        outage.hold(HOLD)
        server.start()


def test_a_server_that_is_restarted_while_a_batch_is_in_flight(stage, server, database):
    with stage.fault("restarted in a batch"):
        for _ in range(MOMENTS):
            with locked(database, "player_state", "SHARE"):
                batch_in_flight(database)
                server.stop(signal.SIGQUIT)
            server.start()


# --- silent -----------------------------------------------------------------------------------------------------------


def test_a_server_that_is_frozen(stage, server):
    with stage.fault("frozen server") as outage:
        server.freeze()
        try:
            outage.hold(HOLD_FROZEN)
        finally:
            server.thaw()


def test_connections_that_are_frozen_in_a_batch_while_others_can_be_made(stage, database):
    with stage.fault("frozen connections") as outage, ExitStack() as thawing:
        with locked(database, "player_state", "SHARE"):
            batch_in_flight(database)
            thawing.enter_context(frozen(backends(database)))
        outage.hold(HOLD_FROZEN)


# --- full -------------------------------------------------------------------------------------------------------------


def test_readers_who_wait_for_a_lock_take_no_connection_from_the_game(stage, daemon, database):
    with (
        stage.fault("readers at a lock") as outage,
        readers(f"{daemon.admin_url}/quarantine"),
        locked(database, "quarantine", "ACCESS EXCLUSIVE"),
    ):
        outage.endure(KNOWN + HOLD)


def test_a_server_with_too_many_connections(stage, database):
    with stage.fault("too many connections") as outage, crowded_out(database):
        outage.hold(HOLD)


def test_a_full_disk(stage, database):
    with stage.fault("disk full") as outage, full_disk(database):
        outage.hold(HOLD)


# --- refusing ---------------------------------------------------------------------------------------------------------


def test_serialization_failures(stage, database):
    with stage.fault("serialization failure") as outage, failing(database, "40001"):
        outage.hold(HOLD)


def test_unique_violations_now_and_then(stage, database):
    with stage.fault("unique violation"):
        for _ in range(MOMENTS):
            with failing(database, "23505"):
                time.sleep(MOMENT)
            time.sleep(MOMENT)


def test_a_read_only_replica(stage, server):
    with stage.fault("read-only replica") as outage, standby(server):
        outage.hold(HOLD)
