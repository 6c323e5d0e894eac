"""SIGKILL at any moment, under load: what clients and operators were told is so afterwards, and nothing went back."""

import re
import signal
import time
from random import Random

import pytest

from tests.functional.harness.daemon import STATE, Daemon
from tests.functional.harness.database import DURABLE_STORES, FILE, SQLITE, PostgresDatabase, SQLiteDatabase
from tests.functional.harness.waiting import eventually

from .harness.accounts import unaccounted
from .harness.checker import checked
from .harness.crowd import SETTINGS, Crowd
from .harness.form import LONG
from .harness.locks import sessions
from .harness.results import Trial
from .harness.world import live_world, stored_world

#: Games on each store, and kills in each of them: two hundred in all, or a dozen.
GAMES, KILLS = (10, 10) if LONG else (1, 6)

#: Seconds of play before a kill: often less than a checkpoint takes to come, and sometimes more.
PLAY = (0.2, 3.0)

#: Of the kills, those while the daemon stops, and those after which its next start is killed too; and the seconds that
#: a stop and a start take on a fast machine.
SHARE_OF_STOPS, SHARE_OF_STARTS, LIFE = 0.2, 0.2, 0.8

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
    daemon = Daemon(tmp_path, "--dev", *database.options, settings=SETTINGS).start()
    yield daemon
    daemon.kill()


@pytest.mark.slow
@pytest.mark.timeout(KILLS * ONE_ROUND)
@pytest.mark.parametrize("seed", range(GAMES))
@pytest.mark.parametrize("store", DURABLE_STORES)
def test_nothing_that_was_acknowledged_is_lost_by_a_kill(daemon, database, store, seed, results):
    """A game goes on after each kill: sessions are resumed, and keys of grants repeated."""
    chance, record, acknowledged = Random(seed), None, 0
    for number in range(KILLS):
        with Crowd(daemon, seed=chance.random(), record=record) as crowd:
            time.sleep(chance.uniform(*PLAY))
            kill(daemon, chance)
            record = crowd.stop()
        orphans, logged = sessions(database), len(daemon.log)
        daemon.start()
        eventually(lambda orphans=orphans: not orphans & sessions(database), "the last commits are done")
        world = stored_world(database)
        verdict = checked(record, world, reach=REACH, crashed=True).beside(unaccounted(database))
        results.add(Trial.of(f"killed, on {store}", verdict))
        assert not verdict.findings, f"seed {seed}, kill {number}: {story(verdict, record)}"
        assert belongings(live_world(daemon.operator, record.players)) == belongings(world, record.players)
        acknowledged += verdict.acknowledged
        record = record.following(world)
    assert acknowledged > KILLS
    daemon.check_log()
    eventually(lambda: "the audit at start has ended" in daemon.log[logged:], "the last start has been audited")
    assert daemon.operator.metrics()["mmod_item_violations_total"] == 0


def kill(daemon, chance):
    """Kill it: while it plays, or sometimes while it stops; and sometimes once more while it starts."""
    if chance.random() < SHARE_OF_STOPS:
        daemon.signal(signal.SIGTERM)
        time.sleep(chance.uniform(0, LIFE))
    daemon.kill()
    if chance.random() < SHARE_OF_STARTS:
        daemon.start(until_ready=False)
        time.sleep(chance.uniform(0, LIFE))
        daemon.kill()


def story(verdict, record):
    """Return what was found, and what those whom it concerns had and asked for."""
    texts = [finding.text for finding in verdict.findings]
    names = [name for name in record.players if any(re.search(rf"\b{name}\b", text) for text in texts)]
    return "\n".join([*texts, *(f"{record.begin.get(name)}\n{record.commands.get(name)}" for name in names)])


def belongings(world, players=None):
    return {name: sorted(map(str, world[name].items)) for name in players or world}
