"""A daemon that starts while its database is not what it should be."""

import subprocess

import httpx
import pytest

from tests.functional.harness.daemon import ANY_PORT, LIFE_CYCLE, Daemon, command
from tests.functional.harness.database import PostgresDatabase
from tests.functional.harness.waiting import eventually
from tests.postgres import postgres_server

from .harness.breakage import FAILS, SLEEPS, migration_that, standby
from .harness.results import Trial

#: Finds the daemon that sleeps in the middle of a migration.
HALF_WAY = "SELECT pid FROM pg_stat_activity WHERE application_name = 'mmod' AND wait_event = 'PgSleep'"


@pytest.fixture(scope="module")
def server():
    with postgres_server() as server:
        yield server


@pytest.fixture
def database(server):
    return PostgresDatabase(server, server.new_database())


@pytest.fixture
def daemon(tmp_path, database):
    daemon = Daemon(tmp_path, "--dev", *database.options)
    yield daemon
    daemon.stop()


def refused(directory, database):
    """Run a daemon that refuses to start; return the line in which it says why."""
    words = command("--listen", ANY_PORT, "--admin", ANY_PORT, "--state-dir", str(directory), *database.options)
    ended = subprocess.run(words, cwd=directory, capture_output=True, text=True, timeout=LIFE_CYCLE, check=False)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    (line,) = ended.stderr.splitlines()
    return line


@pytest.fixture
def tried(results):
    """Enter a fault in the table: how many starts were refused, and that there was nothing yet to be lost."""
    return lambda fault, refusals=0: results.add(Trial(fault, 0, refusals, 0, 0))


def tables(database):
    return database.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )


def test_a_migration_that_fails_half_way_leaves_nothing_and_can_be_repeated(tmp_path, database, daemon, tried):
    with migration_that(database, FAILS):
        for _ in range(2):
            assert "broken by a test" in refused(tmp_path, database)
            assert tables(database) == []
    daemon.start()
    assert daemon.operator.get("/players") == {"players": []}
    tried("migration that fails", refusals=2)


def test_a_migration_in_which_the_server_goes_is_repeated_when_it_is_back(database, daemon, server, tried):
    with migration_that(database, SLEEPS):
        daemon.start(until_ready=False)
        eventually(lambda: database.execute(HALF_WAY), "the migration is half way", LIFE_CYCLE)
        server.stop()
        server.start()
    eventually(daemon.ready, "it is ready", LIFE_CYCLE)
    assert daemon.operator.get("/players") == {"players": []}
    tried("server gone in a migration")


def test_a_database_that_is_newer_than_the_program_is_refused_in_one_line_and_left_alone(
    tmp_path, database, daemon, tried
):
    daemon.start().stop()
    database.execute("INSERT INTO schema_version VALUES (9999, 'from the future', 0)")
    assert "newer" in refused(tmp_path, database)
    database.execute("DELETE FROM schema_version WHERE number = 9999")
    daemon.start()
    tried("newer database", refusals=1)


def test_a_replica_is_waited_for_until_it_is_promoted(daemon, server, tried):
    with standby(server):
        daemon.start(until_ready=False)
        eventually(lambda: "the store is away" in daemon.log, "it waits for the store", LIFE_CYCLE)
        assert httpx.get(f"{daemon.admin_url}/readyz", trust_env=False).status_code == 503
    eventually(daemon.ready, "it is ready", LIFE_CYCLE)
    tried("started on a replica")
