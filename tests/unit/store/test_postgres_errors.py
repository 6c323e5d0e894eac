import psycopg2
import pytest
from psycopg2 import errorcodes
from twisted.internet.defer import CancelledError
from twisted.internet.error import ConnectionDone
from txpostgres import txpostgres

from mmod.errors import StoreAway, StoreError
from mmod.store.postgres_errors import FAULTS, connect_error, store_error


def server_says(code, text="so it is"):
    """Return an error as psycopg2 raises it for an answer of the server."""
    error = psycopg2.errors.lookup(code)(text)
    error.__setstate__({"pgcode": code})
    return error


@pytest.mark.parametrize(
    "code",
    [
        errorcodes.ADMIN_SHUTDOWN,
        errorcodes.CRASH_SHUTDOWN,
        errorcodes.CANNOT_CONNECT_NOW,
        errorcodes.TOO_MANY_CONNECTIONS,
        errorcodes.CONNECTION_FAILURE,
        errorcodes.LOCK_NOT_AVAILABLE,
        errorcodes.READ_ONLY_SQL_TRANSACTION,
        errorcodes.FEATURE_NOT_SUPPORTED,
        errorcodes.IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    ],
)
def test_what_may_be_answered_later_is_a_store_away(code):
    assert type(store_error(server_says(code), "db")) is StoreAway


@pytest.mark.parametrize(
    "code",
    [
        errorcodes.CHECK_VIOLATION,
        errorcodes.DISK_FULL,
        errorcodes.UNDEFINED_TABLE,
        errorcodes.INSUFFICIENT_PRIVILEGE,
        errorcodes.DEADLOCK_DETECTED,
        errorcodes.DATABASE_DROPPED,
    ],
)
def test_anything_else_the_server_says_is_an_error(code):
    assert type(store_error(server_says(code), "db")) is StoreError


@pytest.mark.parametrize(
    "error",
    [
        psycopg2.OperationalError("server closed the connection unexpectedly\n\tThis probably means\n"),
        psycopg2.InterfaceError("connection already closed"),
        ConnectionDone(),
        CancelledError(),
        txpostgres.AlreadyPolling(),
        txpostgres.UnexpectedPollResult(),
    ],
)
def test_a_connection_that_was_lost_and_a_statement_that_was_cancelled_are_a_store_away(error):
    assert isinstance(error, FAULTS)
    assert type(store_error(error, "db")) is StoreAway


def test_a_mistake_of_ours_is_no_fault_of_the_server():
    assert not isinstance(ValueError("a\0b"), FAULTS)


def test_errors_are_one_line_that_names_the_server():
    error = psycopg2.OperationalError("server closed\n\tthe connection\n")
    assert str(store_error(error, "PostgreSQL (host=db)")) == "PostgreSQL (host=db): server closed the connection"


@pytest.mark.parametrize(
    "text",
    [
        "Connection refused\n\tIs the server running on that host?",
        "FATAL:  the database system is starting up",
        "FATAL:  sorry, too many clients already",
        'could not translate host name "db" to address: Temporary failure in name resolution',
        "No such file or directory",
    ],
)
def test_a_server_that_will_come_back_is_away(text):
    assert type(connect_error(psycopg2.OperationalError(text), "db")) is StoreAway


@pytest.mark.parametrize(
    "text",
    [
        'FATAL:  password authentication failed for user "mmod"',
        "fe_sendauth: no password supplied",
        'FATAL:  database "nowhere" does not exist',
        'FATAL:  no pg_hba.conf entry for host "10.0.0.1"',
        'invalid integer value "port" for connection option "port"',
    ],
)
def test_a_server_that_will_not_have_us_is_an_error(text):
    assert type(connect_error(psycopg2.OperationalError(text), "db")) is StoreError
