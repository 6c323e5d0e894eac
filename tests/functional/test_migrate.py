"""`mmod migrate`: what an operator sees and does before a daemon is started."""

import sqlite3
from contextlib import closing

import pytest

from mmod.store.migrate import migrations

from .harness.command import run
from .harness.database import DURABLE_STORES, MEMORY, SQLITE

pytestmark = pytest.mark.stores(*DURABLE_STORES)

#: How many steps the schema has, in either dialect.
KNOWN = len(migrations("sqlite"))


@pytest.fixture
def migrate(tmp_path, database):
    """Run `mmod migrate` on the database of a daemon to come."""
    options = ("--state-dir", str(tmp_path / "state"), *database.options)
    return lambda action: run("migrate", action, *options, directory=tmp_path)


def steps(how):
    """Return what is printed of every step."""
    return "".join(f"{step.number:04} {step.name}: {how}\n" for step in migrations("sqlite"))


def test_pending_migrations_are_shown_then_applied_and_then_shown_as_applied(migrate, launch, join):
    assert migrate("status") == (0, f"{steps('pending')}schema 0 of {KNOWN}, {KNOWN} pending\n", "")
    assert migrate("up") == (0, f"{steps('applied now')}schema {KNOWN} of {KNOWN}, 0 pending\n", "")
    assert migrate("up") == (0, f"schema {KNOWN} of {KNOWN}, 0 pending\n", "")
    ada = join(launch(), "ada")
    assert migrate("status") == (0, f"{steps('applied')}schema {KNOWN} of {KNOWN}, 0 pending\n", "")
    seq = ada.walk(1, 0)
    assert ada.state(lambda state: state.ack == seq)


def test_a_database_that_is_newer_than_the_program_is_one_line_and_status_1(migrate, database):
    migrate("up")
    database.execute("INSERT INTO schema_version VALUES (9999, 'from the future', 0)")
    for action in ("status", "up"):
        assert_one_line(migrate(action), "schema 9999", "newer")
    assert database.execute("SELECT max(number) FROM schema_version") == [(9999,)]


def assert_one_line(outcome, *says):
    status, out, err = outcome
    assert (status, out) == (1, ""), err
    (line,) = err.splitlines()
    assert line.startswith("mmod: ")
    for words in says:
        assert words in line


@pytest.mark.stores(SQLITE)
def test_a_file_that_somebody_keeps_locked_is_one_line_and_status_1(migrate, database):
    migrate("up")
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert_one_line(migrate("up"), "players.sqlite", "locked")


def test_a_server_that_is_away_is_one_line_and_status_1_and_no_password(tmp_path):
    url = f"postgresql://mmod:canary@/mmod?host={tmp_path}"
    outcome = run("migrate", "up", "--database", url, directory=tmp_path)
    assert_one_line(outcome, "no connection to PostgreSQL", str(tmp_path))
    assert "canary" not in outcome[2]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.stores(MEMORY)
def test_a_store_in_memory_has_nothing_to_migrate(migrate):
    assert migrate("up") == (0, "this store has no schema\n", "")


def test_a_database_of_no_kind_is_one_line_and_status_1(tmp_path):
    assert_one_line(run("migrate", "status", "--database", "oracle://x", directory=tmp_path), "store.url")
