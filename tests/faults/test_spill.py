"""What cannot be saved at a stop: kept in a spill file, replayed at the next start, and lost only by name."""

import signal
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress

import httpx
import pytest

from mmod.session.claims import Save
from mmod.store import spill
from mmod.wire.messages import EquipmentResult
from mmod.world.state import PlayerState
from tests.functional.harness.client import Client
from tests.functional.harness.daemon import LIFE_CYCLE, Daemon
from tests.functional.harness.database import PostgresDatabase
from tests.functional.harness.operator import Operator
from tests.functional.harness.waiting import eventually
from tests.postgres import postgres_server

from .harness.locks import locked_player, somebody_waits

#: Seconds for which the daemons here try to save at their end.
SHUTDOWN_TIMEOUT = 0.5

#: Players in a spill of a full server, and of one that is not: both are more than one batch.
FULL, SOME = 10_000, 1_500

STORED, SUPERSEDED, DAMAGED = (
    f'mmod_spilled_states_total{{result="{result}"}}' for result in ("stored", "superseded", "damaged")
)


@pytest.fixture(scope="module")
def stoppable():
    """A PostgreSQL server that these tests stop."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def server(stoppable):
    """The same, running."""
    if stoppable.process.poll() is not None:
        stoppable.start()
    return stoppable


@pytest.fixture
def database(server):
    return PostgresDatabase(server, server.new_database())


@pytest.fixture
def launch(database, tmp_path):
    """Start a daemon on the database, with a state directory of its own if it has a name of its own."""
    with ExitStack() as stack:

        def start(name="daemon"):
            (tmp_path / name).mkdir()
            settings = {"store.shutdown_timeout": SHUTDOWN_TIMEOUT}
            daemon = Daemon(tmp_path / name, "--dev", *database.options, settings=settings)
            stack.callback(daemon.stop)
            return daemon.start()

        yield start


@pytest.fixture
def join(launch):
    """Join as the player of a name, with further fields of `hello`."""
    with ExitStack() as stack:

        def joined(daemon, name, **fields):
            client = stack.enter_context(Client(daemon.ws_url))
            client.join(f"dev:{name}", **fields)
            return client

        yield joined


def worn(player):
    return {slot: there["instance"]["instance_id"] for slot, there in player["equipment"]["slots"].items()}


def carried(player):
    return [stowed["instance"]["instance_id"] for stowed in player["inventory"]["items"]]


# --- the database is away at the stop ---------------------------------------------------------------------------------


def test_what_was_applied_and_not_acknowledged_comes_through_the_spill(server, database, launch, join):
    daemon = launch()
    client = join(daemon, "ada")
    boots = daemon.operator.grant("ada", "boots_leather")
    client.state(lambda state: state.inventory and state.inventory.items)
    with ThreadPoolExecutor() as threads:
        server.stop(signal.SIGQUIT)
        client.equip(boots, "feet")
        giving = threads.submit(give_a_cap, daemon)
        eventually(lambda: owned(daemon) == (["feet"], 1), "both are applied")
        daemon.signal(signal.SIGTERM)
        assert client.closed() == 1012
        assert daemon.ended() == 0
        assert client.heard(EquipmentResult) == []
        assert giving.result() is None
    assert "1 players could not be saved; they wait in" in daemon.log
    server.start()
    daemon.start()
    assert owned(daemon) == (["feet"], 1)
    returned = join(daemon, "ada", resume=client.joined.resumeToken)
    assert returned.joined.resumed
    assert list(worn(daemon.operator.player("ada")).values()) == [boots]
    assert daemon.operator.metrics()[STORED] == 1
    ledger = database.execute("SELECT template_id FROM item_ledger ORDER BY template_id")
    assert ledger == [("boots_leather",), ("boots_leather",), ("cap_wool",)]
    returned.unequip("feet", seq=1)  # the number of the equip
    returned.unequip("feet", seq=2)
    assert returned.expect(EquipmentResult).seq == 2


def owned(daemon):
    """Return in which slots Ada wears something, and how many things she carries."""
    ada = daemon.operator.player("ada")
    return list(worn(ada)), len(carried(ada))


def give_a_cap(daemon):
    """Grant an item; return its instance id, None when the daemon gave no answer."""
    with closing(Operator(daemon.admin_url)) as operator, suppress(httpx.HTTPError):
        return operator.grant("ada", "cap_wool")
    return None


def test_an_embedded_database_that_somebody_keeps_locked_at_the_stop(tmp_path):
    daemon = Daemon(tmp_path, "--dev", settings={"store.shutdown_timeout": SHUTDOWN_TIMEOUT}).start()
    with Client(daemon.ws_url) as client:
        client.join("dev:ada")
        with closing(sqlite3.connect(daemon.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            daemon.operator.teleport("ada", 5, 6)
            assert daemon.terminate() == 0
    assert len(spill.waiting(daemon.state_dir)) == 1
    daemon.start()
    assert daemon.operator.player("ada")["pos"] == {"x": 5, "z": 6}
    daemon.stop()


def test_a_newer_owner_wins_over_the_spill_and_the_loss_is_told_by_name(server, launch, join):
    first = launch("first")
    join(first, "ada")
    join(first, "ben")
    server.stop(signal.SIGINT)
    first.operator.teleport("ada", 5, 6)
    first.operator.teleport("ben", 7, 8)
    assert first.terminate() == 0
    server.start()
    second = launch("second")
    join(second, "ada").close()
    second.operator.teleport("ada", 9, 10)
    second.stop()
    first.start()
    assert first.operator.player("ada")["pos"] == {"x": 9, "z": 10}
    assert first.operator.player("ben")["pos"] == {"x": 7, "z": 8}
    assert "a spilled state of 'ada' was older than the stored one and is lost" in first.log
    metrics = first.operator.metrics()
    assert (metrics[STORED], metrics[SUPERSEDED]) == (1, 1)


# --- a spill that cannot be written -----------------------------------------------------------------------------------


def test_a_stop_that_can_neither_save_nor_spill_fails_and_names_everybody(server, launch, join):
    daemon = launch()
    for name in ("ada", "ben"):
        join(daemon, name)
    server.stop(signal.SIGINT)
    daemon.expect_in_log("did not stop as it should")
    daemon.state_dir.rmdir()
    daemon.state_dir.symlink_to("/sys")  # where not even root may make a file
    assert daemon.terminate() == 1
    (named,) = [line for line in daemon.log.splitlines() if "not saved and lost" in line]
    assert named.endswith("'ada', 'ben'")
    assert "mmod: the writer did not stop as it should: what 2 players did last is lost" in daemon.log
    daemon.state_dir.unlink()
    server.start()
    daemon.start()


# --- replays that are interrupted -------------------------------------------------------------------------------------


@pytest.fixture
def spilled(launch, database):
    """Return a daemon that has stopped, with a spill file of so many players in its state directory."""

    def made(many):
        daemon = launch()
        daemon.stop()
        database.execute(
            "INSERT INTO player_state (player_id, epoch, version, has_state, updated_at)"
            " SELECT 'player-' || number, 1, 0, false, 0 FROM generate_series(1, %s) AS number",
            [many],
        )
        states = ((f"player-{number}", PlayerState(name="A player", x=number)) for number in range(1, many + 1))
        spill.write(daemon.state_dir / "players.spill", [Save(player_id, 1, 1, state) for player_id, state in states])
        return daemon

    return made


def stored(database):
    """Return how many players have the state of the spill file."""
    ((count,),) = database.execute("SELECT count(*) FROM player_state WHERE version = 1 AND 'player-' || x = player_id")
    return count


@pytest.mark.parametrize(("end", "many"), [(Daemon.terminate, SOME), (Daemon.kill, FULL)])
def test_a_replay_that_is_ended_half_way_begins_anew(spilled, database, end, many):
    daemon = spilled(many)
    with locked_player(database, "player-777"):
        daemon.start(until_ready=False)
        somebody_waits(database)
        assert "public endpoint" not in daemon.log[daemon.log.rindex("admin endpoint") :]
        assert end(daemon) in (0, None)
    assert 0 < stored(database) < many
    assert len(spill.waiting(daemon.state_dir)) == 1
    daemon.start()
    assert stored(database) == many
    assert spill.waiting(daemon.state_dir) == []
    assert daemon.operator.metrics()[STORED] == many


def test_a_replay_waits_for_a_database_that_goes_away_meanwhile(spilled, server, database):
    daemon = spilled(SOME)
    with locked_player(database, "player-777"):
        daemon.start(until_ready=False)
        somebody_waits(database)
        server.stop(signal.SIGQUIT)
        eventually(lambda: "the store is away" in daemon.log, "it waits for the database")
        answer = httpx.get(f"{daemon.admin_url}/readyz", trust_env=False)
        assert (answer.status_code, answer.text) == (503, "waiting for the store\n")
    server.start()
    eventually(daemon.ready, "it is ready", LIFE_CYCLE)
    assert stored(database) == SOME


def test_a_spill_file_that_was_cut_short_gives_what_is_whole(spilled, database):
    daemon = spilled(SOME)
    (path,) = spill.waiting(daemon.state_dir)
    whole = path.read_bytes()
    cut = whole[: len(whole) // 2]
    path.write_bytes(cut)
    saves, missing = spill.read(path)
    daemon.start()
    assert 0 < stored(database) == len(saves) == SOME - len(missing)
    assert f"{path} is damaged: {len(missing)} lines" in daemon.log
    assert daemon.operator.metrics()[DAMAGED] == len(missing)
    assert path.with_name("players.spill.damaged").read_bytes() == cut
