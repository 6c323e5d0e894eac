"""Ways to break a PostgreSQL server, each for as long as a block lasts."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from queue import Queue
from threading import Event, Thread

import psutil
import psycopg2

from tests.functional.harness.database import PostgresDatabase
from tests.functional.harness.waiting import eventually
from tests.postgres import PostgresServer, unprivileged

#: A file of this size is where a backend can write no more when its disk is full: that of a segment of the write-ahead
#: log, which goes on.
FULL = 16 * 1024 * 1024

#: Bytes of one row of ballast: too few to be compressed or kept elsewhere.
BALLAST = 1900

#: What a migration may do: fail, and take some seconds.
FAILS, SLEEPS = "RAISE EXCEPTION 'broken by a test'", "PERFORM pg_sleep(3)"

#: Threads that ask for the places of a daemon, of whose connections five want theirs back.
RIVALS = 8

#: The connections of daemons.
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'mmod'"

_BALLAST_ROWS = f"""
    INSERT INTO player_state (player_id, epoch, version, has_state, name, updated_at)
    SELECT 'ballast-' || number, 1, 0, false, repeat('x', {BALLAST}), 0
    FROM generate_series(1, {FULL // BALLAST + 1}) AS number
"""  # noqa: S608 - constants


@contextmanager
def frozen(processes: Iterable[psutil.Process]) -> Iterator[None]:
    """Stop processes in the middle of what they do: no error tells anybody, only time."""
    stopped = list(processes)
    for process in stopped:
        process.suspend()
    try:
        yield
    finally:
        for process in stopped:
            with suppress(psutil.NoSuchProcess):
                process.resume()


def backends(database: PostgresDatabase) -> list[psutil.Process]:
    """Return the server's processes that serve daemons."""
    return [psutil.Process(pid) for (pid,) in database.execute(BACKENDS)]


@contextmanager
def locked(database: PostgresDatabase, table: str, mode: str) -> Iterator[None]:
    """Hold a lock on a table."""
    with closing(psycopg2.connect(database.url)) as connection:
        connection.cursor().execute(f"LOCK TABLE {table} IN {mode} MODE")
        yield


def batch_in_flight(database: PostgresDatabase) -> None:
    """Return when a daemon waits for a lock in the middle of a transaction."""
    query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'mmod' AND wait_event_type = 'Lock'"
    eventually(lambda: database.execute(query), "a batch is in flight")


@contextmanager
def crowded_out(database: PostgresDatabase) -> Iterator[None]:
    """Take every connection that the server has, those of daemons too.

    A daemon connects again at once, and mostly before a connection that is asked for only then: so there are rivals,
    who ask for its places all the time.
    """
    with ExitStack() as others:
        first = others.enter_context(closing(psycopg2.connect(database.url)))
        first.autocommit = True
        while True:
            with _rivals(database, others):
                eventually(lambda: not _ended(first), "no daemon has a connection")
            if not _ended(first) + _taken(database, others):
                break
        yield


@contextmanager
def _rivals(database: PostgresDatabase, others: ExitStack) -> Iterator[None]:
    """Take whatever connection there is, for as long as the block lasts."""
    over, taken = Event(), Queue[psycopg2.extensions.connection]()

    def ask() -> None:
        while not over.is_set():
            with suppress(psycopg2.OperationalError):
                taken.put(psycopg2.connect(database.url))

    threads = [Thread(target=ask) for _ in range(RIVALS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
        while not taken.empty():
            others.enter_context(closing(taken.get()))


def _ended(connection: psycopg2.extensions.connection) -> int:
    """End the connections of all daemons; return how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid, 1000) FROM ({BACKENDS}) AS backends")  # noqa: S608
        return int(cursor.rowcount)


def _taken(database: PostgresDatabase, others: ExitStack) -> int:
    """Take what connections there are; return how many that were."""
    for number in range(1000):
        try:
            others.enter_context(closing(psycopg2.connect(database.url)))
        except psycopg2.OperationalError:
            return number
    raise AssertionError("there is no end to the connections")


@contextmanager
def full_disk(database: PostgresDatabase) -> Iterator[None]:
    """Let the table of players grow no more, as on a full disk: its pages are full, and it can have no further one.

    This needs neither root nor a file system of its own: a limit on the size of the files that a process may write,
    which is reached by the ballast in the table.  The server says of it what it says of a full disk ("could not extend
    file"), and its log, whose files are no larger than the limit, goes on as on a disk of its own.  A transaction that
    still sees the old rows, from before the pages are filled, keeps their room from being used again.
    """
    with closing(psycopg2.connect(database.url)) as reader:
        reader.set_session(isolation_level="REPEATABLE READ")
        reader.cursor().execute("SELECT count(*) FROM player_state")
        _fill(database)
        _limit(database, str(FULL))
        try:
            yield
        finally:
            _limit(database, "unlimited")


def _fill(database: PostgresDatabase) -> None:
    database.execute("ALTER TABLE player_state SET (fillfactor = 100)")
    database.execute(_BALLAST_ROWS)
    database.execute("ALTER TABLE player_state SET (fillfactor = 60)")


def _limit(database: PostgresDatabase, size: str) -> None:
    """Limit the files of the daemons' backends, and of the process that begins new ones, as whoever they belong to."""
    for process in (psutil.Process(database.server.process.pid), *backends(database)):
        command = ["prlimit", "--pid", str(process.pid), f"--fsize={size}:"]
        subprocess.run(command, check=process.is_running(), capture_output=True, **unprivileged())


@contextmanager
def failing(database: PostgresDatabase, code: str) -> Iterator[None]:
    """Let every save and every claim fail with an SQLSTATE."""
    database.execute(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION 'broken by a test' USING ERRCODE = '{code}'; END $$"
    )
    database.execute("CREATE TRIGGER fail BEFORE UPDATE ON player_state EXECUTE FUNCTION fail()")
    try:
        yield
    finally:
        database.execute("DROP FUNCTION fail() CASCADE")


@contextmanager
def migration_that(database: PostgresDatabase, does: str) -> Iterator[None]:
    """Let an SQL command of PL/pgSQL run when a migration makes the last table of an empty database."""
    database.execute(
        "CREATE FUNCTION half_way() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.quarantine') "
        f"THEN {does}; END IF; END $$"
    )
    database.execute(
        "CREATE EVENT TRIGGER half_way ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION half_way()"
    )
    try:
        yield
    finally:
        database.execute("DROP EVENT TRIGGER half_way")
        database.execute("DROP FUNCTION half_way")


@contextmanager
def standby(server: PostgresServer) -> Iterator[None]:
    """Let the server come back as a standby that nobody writes to, and promote it in the end."""
    server.stop()
    (server.data / "standby.signal").touch()
    server.start()
    yield
    server.execute("SELECT pg_promote()")
