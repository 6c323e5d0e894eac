import pytest
from twisted.internet.testing import MemoryReactorClock

from mmod.errors import StoreAway
from mmod.store.postgres import PostgresStore, parse, server_name


def test_connections_have_a_name_and_speak_utf8():
    assert parse("postgresql://") == {"application_name": "mmod", "client_encoding": "UTF8"}


def test_the_name_can_be_chosen_and_the_encoding_cannot():
    parameters = parse("postgresql://?application_name=north&client_encoding=LATIN1")
    assert parameters == {"application_name": "north", "client_encoding": "UTF8"}


def test_a_server_is_named_by_where_it_is_and_by_nothing_secret():
    parameters = parse("postgresql://ada:hunter2@one,two:5433/mmod?passfile=/x&sslmode=require")
    assert server_name(parameters) == "PostgreSQL (host=one,two port=,5433 dbname=mmod)"
    assert server_name(parse("postgresql://ada:hunter2@")) == "PostgreSQL"


@pytest.mark.parametrize("uri", ["postgresql://h/?hunter2", "postgresql://h/a%00hunter2"])
def test_a_uri_that_libpq_cannot_read_is_not_shown(uri):
    with pytest.raises(ValueError, match="no URI") as raised:
        parse(uri)
    assert "hunter2" not in str(raised.value)
    assert raised.value.__suppress_context__


def test_nothing_is_connected_before_it_is_opened():
    reactor = MemoryReactorClock()
    store = PostgresStore("postgresql://", reactor, lambda: 0.0)
    failed = []
    store.ping().addErrback(lambda failure: failed.append(failure.type))
    assert failed == [StoreAway]
    assert not reactor.getDelayedCalls()
    assert not reactor.getReaders()
