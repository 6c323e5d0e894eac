"""The crowd itself: in a world where nothing breaks, everything it is told is so, and it asks for a great deal."""

import time

import pytest

from tests.functional.harness.daemon import STATE, Daemon
from tests.functional.harness.database import FILE, SQLiteDatabase
from tests.functional.harness.waiting import eventually

from .harness.accounts import unaccounted
from .harness.checker import checked
from .harness.crowd import CLIENTS, SETTINGS, Crowd
from .harness.record import SUCCESS
from .harness.world import live_world, stored_world

#: Seconds of play.
SECONDS = 4.0

#: Metres a player may have walked since it was last shown itself.
REACH = 1.0


@pytest.fixture
def daemon(tmp_path):
    daemon = Daemon(tmp_path, "--dev", settings=SETTINGS).start()
    yield daemon
    daemon.stop()


def test_a_crowd_that_nothing_befalls_finds_everything_as_it_was_told(daemon, tmp_path):
    database = SQLiteDatabase(tmp_path / STATE / FILE)
    with Crowd(daemon, seed=1) as crowd:
        time.sleep(SECONDS)
        record = crowd.pause()
        eventually(lambda: daemon.operator.metrics()["mmod_dirty_players"] == 0, "everything is saved")
        world = live_world(daemon.operator, crowd.players)
        assert_nothing_is_wrong(record, world)
        assert_nothing_is_wrong(record, stored_world(database), reach=None)
        assert unaccounted(database) == ()
        assert_a_great_deal_was_asked(record)
        crowd.play(record.following(world))
        time.sleep(SECONDS / 4)
    assert not crowd.record.closes
    daemon.stop()
    assert_nothing_is_wrong(crowd.record, stored_world(database), reach=None)


def assert_nothing_is_wrong(record, world, reach=REACH):
    verdict = checked(record, world, reach=reach)
    assert not verdict.findings
    assert verdict.acknowledged > verdict.refused > 0


def assert_a_great_deal_was_asked(record):
    assert len(record.positions) == len(record.commands) == CLIENTS
    codes = {command.code for commands in record.commands.values() for command in commands}
    assert {SUCCESS, "item_not_found", "slot_empty", "illegal_slot"} <= codes
    keys = [grant.key for grant in record.grants if grant.given]
    assert None in keys
    assert len(keys) > len(set(keys)) > 2
    assert all(knock.outcome == "joined" for knock in record.knocks)
