"""protocol.md, "Refusals and closes": what comes after a good hello (the rows about hello are in test_hello)."""

import signal
import sqlite3
from contextlib import closing, suppress

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from mmod.wire.messages import EquipmentResult, Error, State

from .conftest import unique
from .harness.database import DURABLE_STORES, POSTGRESQL, SQLITE
from .harness.raw import RawClient
from .harness.waiting import eventually

# --- the store --------------------------------------------------------------------------------------------------------


#: Its lock is a simple way to make a store give no answer; what PostgreSQL does then is in its contract tests.
only_sqlite = pytest.mark.stores(SQLITE)


@pytest.fixture
def locked(launch, join):
    """A daemon with a player, whose database somebody else keeps locked; returns how to unlock it too."""
    daemon = launch()
    ada = join(daemon, "ada")
    cap = daemon.operator.grant("ada", "cap_wool")
    with closing(sqlite3.connect(daemon.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield daemon, ada, cap, lambda: other.execute("ROLLBACK")
        if other.in_transaction:
            other.execute("ROLLBACK")


@only_sqlite
def test_a_join_is_unavailable_while_the_store_gives_no_answer(locked, connect):
    daemon, *_ = locked
    ben = connect(daemon)
    ben.hello("dev:ben")
    assert ben.expect(Error).code == "unavailable"
    assert ben.closed() == 1013


@only_sqlite
def test_item_commands_are_unavailable_while_the_store_is_away_and_movement_goes_on(locked):
    daemon, ada, cap, unlock = locked
    eventually(lambda: daemon.operator.metrics()["mmod_store_away"] == 1, "the store counts as away")
    ada.equip(cap, "head")
    assert ada.expect(EquipmentResult).code == "unavailable"
    seq = ada.walk(1, 0)
    ada.state(lambda state: state.ack == seq and state.player.pos.x > 0.5)
    assert daemon.operator.player("ada")["equipment"]["slots"] == {}
    unlock()
    eventually(lambda: daemon.operator.metrics()["mmod_store_away"] == 0, "the store is back")
    ada.equip(cap, "head")
    assert ada.expect(EquipmentResult).code == "success"


@only_sqlite
def test_what_was_applied_before_the_store_was_known_to_be_away_has_its_success_when_it_is_back(locked):
    daemon, ada, cap, unlock = locked
    seq = ada.equip(cap, "head")
    ada.state(lambda state: bool(state.equipment))
    eventually(lambda: daemon.operator.metrics()["mmod_store_away"] == 1, "the store counts as away")
    assert not ada.heard(EquipmentResult)
    unlock()
    result = ada.expect(EquipmentResult)
    assert (result.seq, result.code) == (seq, "success")


@only_sqlite
def test_a_grant_is_answered_503_while_the_store_is_away(locked):
    daemon, _, _, unlock = locked
    eventually(lambda: daemon.operator.metrics()["mmod_store_away"] == 1, "the store counts as away")
    body = {"template_id": "club_oak", "quantity": 1}
    answer = daemon.operator.http.post("/players/ada/items", json=body)
    unlock()
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "unavailable"


UNKNOWN_ITEM = '{"slots":{"head":{"instance_id":"x","template_id":"no such thing"}},"cooldowns":{}}'

#: What makes a player unreadable, by column, which is the player's name too; PostgreSQL takes only values of its type.
DAMAGE = {
    SQLITE: {"inventory": "not JSON", "equipment": UNKNOWN_ITEM, "skills": b"\xff\xfe", "x": "north"},
    POSTGRESQL: {"inventory": "[]", "equipment": UNKNOWN_ITEM, "skills": '{"melee":-1}', "x": "Infinity"},
}


@pytest.mark.stores(*DURABLE_STORES)
def test_a_stored_player_that_cannot_be_read_joins_with_defaults_and_is_set_aside_intact(launch, join, database, store):
    daemon = launch(settings={"world.linger": 0})
    for name in DAMAGE[store]:
        owning(daemon, join, name).close()
    gone = "SELECT player_id FROM player_state WHERE disconnected_at IS NOT NULL"
    eventually(lambda: len(database.execute(gone)) == len(DAMAGE[store]), "the players have left and are saved")
    for column, value in DAMAGE[store].items():
        damage = f"UPDATE player_state SET {column} = %s WHERE player_id = %s RETURNING player_id, {column}"  # noqa: S608
        damaged = database.execute(damage, (value, column))
        assert_begins_anew(join(daemon, column), column)
        kept = f"SELECT player_id, {column} FROM quarantine WHERE player_id = %s"  # noqa: S608 - a key of DAMAGE
        assert database.execute(kept, (column,)) == damaged
    assert daemon.operator.metrics()["mmod_bad_records_total"] == len(DAMAGE[store])


def owning(daemon, join, name):
    """A player with a place and a thing to lose."""
    client = join(daemon, name)
    daemon.operator.grant(name, "club_oak")
    daemon.operator.teleport(name, 40, 50)
    return client


def assert_begins_anew(client, name):
    """The player has nothing, is told why, and plays on."""
    assert client.joined.inventory.items == ()
    assert (client.joined.pos.x, client.joined.pos.z) == (0, 0)
    assert client.expect(Error).code == "bad_record"
    assert client.state().player.id == name
    seq = client.walk(1, 0)
    assert client.state(lambda state: state.ack == seq)


# --- who may be there -------------------------------------------------------------------------------------------------


def test_a_full_world_takes_no_more_but_those_who_are_in_it(launch, connect, join):
    daemon = launch(settings={"world.max_players": 1})
    join(daemon, "ada")
    ben = connect(daemon)
    ben.hello("dev:ben")
    assert ben.expect(Error).code == "world_full"
    assert ben.closed() == 4005
    assert join(daemon, "ada").state().player.id == "ada"


def test_the_newest_of_two_logins_wins(daemon, join):
    name = unique("ada")
    older, newer = join(daemon, name), join(daemon, name)
    assert older.expect(Error).code == "replaced"
    assert older.closed() == 4003
    seq = newer.walk(1, 0)
    assert newer.state(lambda state: state.ack == seq)


def test_a_replaced_connection_has_no_effect_any_more(daemon, join):
    name = unique("ada")
    with RawClient(daemon.port) as older:  # it does not answer the close frame, and goes on talking
        older.join(f"dev:{name}")
        next(older.frames())
        newer = join(daemon, name)
        older.say({"type": "input", "seq": 1000, "dt": 0.05, "intent": {"x": 1, "z": 0}})
        assert [newer.state().ack for _ in range(5)] == [0] * 5
        assert older.close_code() == 4003


def test_a_kicked_player_is_told_the_reason(daemon, join):
    name = unique("ada")
    client = join(daemon, name)
    daemon.operator.kick(name, 'too <b>loud</b> \u202e "quoted"')
    error = client.expect(Error)
    assert (error.code, error.message) == ("kicked", 'too <b>loud</b> \u202e "quoted"')
    assert client.closed() == 4006


# --- how much and how often -------------------------------------------------------------------------------------------


def test_a_burst_of_120_messages_is_taken(daemon, join):
    client = join(daemon, unique("ada"))
    for _ in range(119):  # the hello was the first
        seq = client.walk(1, 0)
    assert client.state(lambda state: state.ack == seq)


def test_more_messages_than_the_rate_allows_close_the_connection(daemon, join):
    client = join(daemon, unique("ada"))
    with suppress(ConnectionClosed):  # which may come before the last of them is sent
        for _ in range(250):
            client.walk(1, 0)
    assert client.expect(Error).code == "rate_limited"
    assert client.closed() == 4002


def test_a_client_that_says_nothing_is_idle_however_often_it_pings(launch, join):
    daemon = launch(settings={"session.idle_timeout": 0.6, "session.ping_interval": 0.1})
    client = join(daemon, "ada")
    while not client.heard(Error):
        with suppress(ConnectionClosed):  # the end has come, but the error before it has not been read yet
            client.socket.ping()
        client.next()
    assert client.heard(Error)[0].code == "idle_timeout"
    assert client.closed() == 4004
    assert 9 <= len(client.heard(State)) * 2 <= 20  # ticks: about 0.6 s


def test_a_client_that_repeats_its_input_is_not_idle(launch, join):
    daemon = launch(settings={"session.idle_timeout": 0.6})
    client = join(daemon, "ada")
    began = client.state().tick
    while client.state().tick < began + 30:
        client.walk(0, 0)


# --- whether anybody is there -----------------------------------------------------------------------------------------


def test_a_client_that_answers_no_ping_is_dropped(launch, join):
    daemon = launch(settings={"session.ping_timeout": 0.5, "session.ping_interval": 0.2})
    others = join(daemon, "ben")
    with RawClient(daemon.port) as silent:
        assert silent.join("dev:ada").close_code() is None
    assert daemon.operator.metrics()['mmod_closes_total{reason="ping_timeout"}'] == 1
    assert others.state()


def test_a_client_that_does_not_read_is_dropped_and_others_do_not_notice(launch, join):
    settings = {"session.unsent_limit": 4096, "session.unsent_timeout": 0.5, "bots.target_per_cell": 50}
    daemon = launch(settings=settings)
    ben = join(daemon, "ben")
    with RawClient(daemon.port, receive_buffer=4096) as deaf:
        deaf.join("dev:ada")
        dropped = 'mmod_closes_total{reason="slow_client"}'
        eventually(lambda: daemon.operator.metrics().get(dropped) == 1, "it is dropped")
    ticks = [ben.state().tick for _ in range(20)]
    assert ticks == list(range(ticks[0], ticks[0] + 40, 2))
    assert daemon.operator.metrics()["mmod_snapshots_dropped_total"] > 0


# --- origins ----------------------------------------------------------------------------------------------------------

FOREIGN = [
    "http://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example",
    "http://localhost@evil.example",
    "http://evil.example@localhost",
    "file://localhost",
    "ftp://127.0.0.1",
    "chrome-extension://localhost",
    "localhost",
    "http://",
    "http://localhost/page",
    "http://127.0.0.1, http://evil.example",
    "",
]


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_page_of_another_origin_is_refused(daemon, connect, origin):
    with pytest.raises(InvalidStatus) as refused:
        connect(daemon, additional_headers={"Origin": origin})
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "http://localhost",
        "https://localhost:8443",
        "http://127.0.0.1:3000",
        "http://[::1]:8080",
        "HTTP://LOCALHOST",
    ],
)
def test_a_page_of_this_machine_is_allowed_and_so_is_no_page(daemon, connect, origin):
    headers = {} if origin is None else {"Origin": origin}
    assert connect(daemon, additional_headers=headers).join(f"dev:{unique('ada')}")


def test_a_page_of_the_same_host_or_of_a_configured_origin_is_allowed(launch, connect):
    daemon = launch(settings={"session.allowed_origins": ["https://game.example"]})
    same = {"Host": "play.example:8080", "Origin": "https://play.example"}
    assert connect(daemon, additional_headers={"Origin": "https://game.example"}).join("dev:ada")
    with RawClient(daemon.port) as raw:
        raw.upgrade(**same)
    with pytest.raises(InvalidStatus):
        connect(daemon, additional_headers={"Origin": "http://game.example"})


# --- the end ----------------------------------------------------------------------------------------------------------


def test_everybody_is_told_when_the_server_stops(launch, connect, join):
    daemon = launch()
    joined, waiting = join(daemon, "ada"), connect(daemon)
    daemon.signal(signal.SIGTERM)
    assert joined.closed() == 1012
    assert waiting.closed() == 1012
    assert daemon.ended() == 0


def test_a_drained_server_sends_everybody_away_and_takes_nobody(launch, connect, join):
    daemon = launch()
    client = join(daemon, "ada")
    daemon.operator.drain()
    assert client.closed() == 1012
    assert connect(daemon).closed() == 1012
    assert daemon.running
