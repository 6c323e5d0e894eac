"""What PostgreSQL, psycopg2 and txpostgres say goes wrong, in mmod's words.

The text of an error is what the server calls its primary message: details may show a row, and with it a player's data.
Nothing here has ever seen the password.
"""

from __future__ import annotations

import psycopg2
from psycopg2 import errorcodes
from twisted.internet.defer import CancelledError
from twisted.internet.error import ConnectionClosed, ConnectionDone
from txpostgres import txpostgres

from mmod.errors import StoreAway, StoreError

#: States in which the same question may be answered later, beside all of class 08 (connection).
_AWAY = frozenset(
    {
        errorcodes.ADMIN_SHUTDOWN,
        errorcodes.CRASH_SHUTDOWN,
        errorcodes.CANNOT_CONNECT_NOW,
        errorcodes.TOO_MANY_CONNECTIONS,
        errorcodes.QUERY_CANCELED,
        errorcodes.LOCK_NOT_AVAILABLE,
        errorcodes.IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        # A standby, until it is promoted: what it says to one who writes, and to one who begins to.
        errorcodes.READ_ONLY_SQL_TRANSACTION,
        errorcodes.FEATURE_NOT_SUPPORTED,
    }
)

#: What a refused connection says when asking again will not help.  libpq gives no code for it; of a server that speaks
#: another language than English nothing is found here, and it is waited for.
_HOPELESS = (
    "password authentication failed",
    "no password supplied",
    "no pg_hba.conf entry",
    "does not exist",
    "permission denied for database",
    "server does not support SSL",
    "certificate verify failed",
    "for connection option",
    "invalid port number",
    "invalid sslmode value",
)

#: The failures of a question to the server; everything else is a mistake of whoever asked.
FAULTS = (
    psycopg2.Error,
    CancelledError,
    ConnectionClosed,
    ConnectionDone,
    txpostgres.AlreadyPolling,  # the two by which txpostgres says that it has lost count of an exchange
    txpostgres.UnexpectedPollResult,
)


def store_error(error: BaseException, server: str) -> StoreError:
    """Return what a question to the server failed with, for whoever asked the store."""
    if isinstance(error, CancelledError):
        # txpostgres says so when the server cancelled a statement; nobody here ever asks it to.
        return StoreAway(f"{server}: the server cancelled the statement (statement_timeout, or an operator)")
    if not isinstance(error, psycopg2.Error):
        return StoreAway(f"{server}: the connection was closed ({type(error).__name__})")
    code = error.pgcode
    lost = code is None and isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
    away = lost or code in _AWAY or (code or "").startswith(errorcodes.CLASS_CONNECTION_EXCEPTION)
    return (StoreAway if away else StoreError)(f"{server}: {_text(error)}")


def connect_error(error: BaseException, server: str) -> StoreError:
    """Return what an attempt to connect failed with: `StoreAway` unless waiting is of no use."""
    text = _text(error)
    hopeless = any(phrase in text for phrase in _HOPELESS)
    return (StoreError if hopeless else StoreAway)(f"{server}: {text}")


def _text(error: BaseException) -> str:
    """Return an error in one line."""
    primary = error.diag.message_primary if isinstance(error, psycopg2.Error) else None
    return " ".join((primary or str(error) or type(error).__name__).split())
