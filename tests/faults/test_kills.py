"""SIGKILL at any moment, under load: what clients and operators were told is so afterwards, and nothing went back."""

import time
from random import Random

import pytest

from tests.functional.harness.daemon import STATE, Daemon
from tests.functional.harness.database import DURABLE_STORES, FILE, SQLITE, PostgresDatabase, SQLiteDatabase

from .harness.checker import checked
from .harness.crowd import SETTINGS, Crowd
from .harness.form import LONG
from .harness.world import live_world, stored_world

#: Games on each store, and kills in each of them: two hundred in all, or a dozen.
GAMES, KILLS = (10, 10) if LONG else (1, 6)

#: Seconds of play before a kill: often less than a checkpoint takes to come, and sometimes more.
PLAY = (0.2, 3.0)

#: Metres a player may be from where it was last shown: it walks at 3 m/s for a checkpoint interval, and until the save
#: is committed, for which a busy machine may take a second.
REACH = 3.0 * (SETTINGS["store.checkpoint_interval"] + 1.0)

#: Seconds for one kill with a start, fifty joins, the play and the checks; a quarter is enough on a machine of its own.
ONE_ROUND = 30.0


@pytest.fixture
def database(store, request, tmp_path):
    if store == SQLITE:
        return SQLiteDatabase(tmp_path / STATE / FILE)
    server = request.getfixturevalue("postgres")
    return PostgresDatabase(server, server.new_database())


@pytest.fixture
def daemon(tmp_path, database):
    return Daemon(tmp_path, "--dev", *database.options, settings=SETTINGS).start()


@pytest.mark.slow
@pytest.mark.timeout(KILLS * ONE_ROUND)
@pytest.mark.parametrize("seed", range(GAMES))
@pytest.mark.parametrize("store", DURABLE_STORES)
def test_nothing_that_was_acknowledged_is_lost_by_a_kill(daemon, database, seed):
    """A game goes on after each kill: sessions are resumed, and keys of grants repeated."""
    chance, record, acknowledged = Random(seed), None, 0
    for number in range(KILLS):
        record = killed(daemon, Crowd(daemon, seed=chance.random(), record=record), chance.uniform(*PLAY))
        daemon.start()
        world = stored_world(database)
        verdict = checked(record, world, reach=REACH)
        assert not verdict.findings, f"seed {seed}, kill {number}: {verdict.findings}"
        assert belongings(live_world(daemon.operator, record.players)) == belongings(world, record.players)
        acknowledged += verdict.acknowledged
        record = record.following(world)
    assert acknowledged > 20 * KILLS
    assert daemon.operator.metrics()["mmod_item_violations_total"] == 0
    daemon.stop()


def killed(daemon, crowd, seconds):
    """Let a crowd play for some seconds and kill the daemon; return what was told."""
    with crowd:
        time.sleep(seconds)
        daemon.kill()
        return crowd.stop()


def belongings(world, players=None):
    return {name: sorted(map(str, world[name].items)) for name in players or world}
