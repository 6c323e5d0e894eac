"""The audit at start, on a clock of the test's."""

import pytest
from attrs import evolve
from msgspec.structs import replace
from twisted.internet.defer import Deferred, fail
from twisted.internet.task import Clock
from twisted.logger import LogLevel, capturedLogs

from mmod.errors import StoreAway, StoreError
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.store.inspection import MOST_NAMED, PAGE, PAUSE, RETRY, Inspection
from mmod.store.memory import MemoryStore
from mmod.world.state import PlayerState


class Pages:
    """The holdings of a store, and when they were asked for; the first questions can be given other answers."""

    def __init__(self, clock, store, *answers):
        self._clock = clock
        self._store = store
        self._answers = list(answers)
        self.asked = []

    def holdings(self, after, limit):
        self.asked.append(self._clock.seconds())
        return self._answers.pop(0) if self._answers else self._store.holdings(after, limit)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store():
    store = MemoryStore(lambda: 0.0)
    store.migrate()
    return store


def fill(store, players, items=1):
    """Give each player so many caps, and take them away again behind the ledger's back."""
    for number in range(players):
        caps = (Stowed(ItemInstance(f"cap-{number}-{each}", "cap"), "belt") for each in range(items))
        store.replace(f"player-{number:03}", PlayerState("Ada", inventory=Inventory(tuple(caps))))


def spoil(store, player_id):
    row = store.rows[player_id]
    store.rows[player_id] = evolve(row, columns=replace(row.columns, inventory='{"items":[]}'))


def run(inspection, clock, seconds=60.0):
    """Let it run; return what it found, and the lines it logged."""
    with capturedLogs() as events:
        inspection.start()
        clock.pump([PAUSE] * round(seconds / PAUSE))
    return [event["log_format"] for event in events], events


def test_every_finding_is_told_and_logged_as_an_error_by_name(clock, store):
    fill(store, 3)
    spoil(store, "player-001")
    found = []
    _, events = run(Inspection(store, clock, found.append), clock)
    assert [(finding.player_id, finding.instance_id) for finding in found] == [("player-001", "cap-1-0")]
    error, end = events
    assert error["log_level"] is LogLevel.error
    assert "player 'player-001', item 'cap-1-0', ledger row 2" in str(error["finding"])
    assert str(end["summary"]) == "3 players, 2 items, 0 set aside, 1 findings"


def test_it_pauses_before_every_question(clock, store):
    fill(store, PAGE + 1)
    pages = Pages(clock, store)
    run(Inspection(pages, clock, None), clock)
    assert pages.asked == pytest.approx([PAUSE, 2 * PAUSE, 3 * PAUSE])


def test_a_store_that_is_away_is_asked_again(clock, store):
    fill(store, 1)
    spoil(store, "player-000")
    pages = Pages(clock, store, fail(StoreAway("no answer")), fail(StoreAway("no answer")))
    found = []
    run(Inspection(pages, clock, found.append), clock)
    assert len(found) == 1
    assert pages.asked[2] == pytest.approx(PAUSE + 2 * RETRY, abs=2 * PAUSE)


def test_a_store_that_fails_ends_it_with_one_line(clock, store):
    formats, events = run(Inspection(Pages(clock, store, fail(StoreError("a page is torn"))), clock, None), clock)
    assert formats == ["the audit at start has failed: {reason}"]
    assert events[0]["reason"] == "a page is torn"


def test_the_log_is_not_flooded_and_everything_is_counted(clock, store):
    fill(store, 1, items=MOST_NAMED + 5)
    spoil(store, "player-000")
    found = []
    formats, _ = run(Inspection(store, clock, found.append), clock)
    assert len(found) == MOST_NAMED + 5
    assert formats.count("{finding}") == MOST_NAMED
    assert "only {named} of the findings were named; mmod audit names all" in formats


@pytest.mark.parametrize("seconds", [0.0, 3 * PAUSE])
def test_it_ends_with_the_daemon_between_two_questions(clock, store, seconds):
    fill(store, 10 * PAGE)
    pages = Pages(clock, store)
    inspection = Inspection(pages, clock, None)
    inspection.start()
    clock.pump([PAUSE] * round(seconds / PAUSE))
    before = len(pages.asked)
    assert finished(inspection.stop())
    clock.pump([PAUSE] * 100)
    assert (len(pages.asked), clock.getDelayedCalls()) == (before, [])


def test_it_ends_with_the_daemon_while_the_store_is_silent(clock, store):
    with capturedLogs() as events:
        inspection = Inspection(Pages(clock, store, Deferred()), clock, None)
        inspection.start()
        clock.advance(PAUSE)
        assert finished(inspection.stop())
    assert list(events) == []


def test_one_that_has_ended_or_never_begun_stops_at_once(clock, store):
    inspection = Inspection(store, clock, None)
    assert finished(inspection.stop())
    run(inspection, clock)
    assert finished(inspection.stop())


def finished(coroutine):
    return Deferred.fromCoroutine(coroutine).called
