"""A crowd that is saved when the daemon stops, by the writer and a database together."""

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import gatherResults
from zope.interface import implementer

from mmod.store.report import IWriterReport
from mmod.store.url import open_store
from mmod.store.writer import BATCH, PlayerWriter

from .values import at, claiming

#: Eight batches, so that two of them are under way most of the time.
PLAYERS = 8 * BATCH

#: Seconds: what ten times as many players must not take on a machine that does nothing else (see bench/README.md).
DEADLINE = 10.0


@implementer(IWriterReport)
class Report:
    """Remembers how many saves were committed in each batch, and everything that should not have happened."""

    def __init__(self):
        self.batches = []
        self.trouble = []

    def saved(self, count, seconds):
        self.batches.append(count)

    def failed(self, reason):
        self.trouble.append(reason)

    def superseded(self, player_id):
        self.trouble.append(player_id)

    def away(self, is_away):
        self.trouble.append(is_away)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/players.sqlite"
    return request.getfixturevalue("postgres").new_database()


@pytest_twisted.async_yield_fixture
async def store(url):
    store = open_store(url, reactor, lambda: 0.0)
    await store.migrate()
    yield store
    await store.close()


@pytest_twisted.ensureDeferred
async def test_everybody_is_flushed_before_the_deadline_each_with_the_newest_state(store):
    report = Report()
    writer = PlayerWriter(store, reactor, commit_delay=0.05, timeout=DEADLINE, report=report)
    player_ids = [f"player-{number}" for number in range(PLAYERS)]
    await gatherResults([writer.claim(claiming(player_id)) for player_id in player_ids])
    durable = [writer.save(player_id, at(x), None, False) for x, player_id in enumerate(player_ids)]
    durable += [writer.save(player_id, at(-x), None, False) for x, player_id in enumerate(player_ids)]
    assert await writer.flush(DEADLINE) == []
    assert all(saved.called for saved in durable)
    writer.stop()
    assert report.trouble == []
    assert max(report.batches) == BATCH
    stored = {player.player_id: player.state for player in await store.players("", PLAYERS + 1)}
    assert stored == {player_id: at(-x) for x, player_id in enumerate(player_ids)}
