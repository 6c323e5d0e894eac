import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import formatEvent, globalLogPublisher

from mmod.errors import StoreAway, StoreError
from mmod.metrics.instruments import Instruments
from mmod.net.readiness import Readiness
from mmod.session.claims import Save
from mmod.spilling import NAMES_IN_A_LINE, SpillFiles, StatesLost
from mmod.store import spill
from mmod.store.memory import MemoryStore
from tests.unit.store.scripted import Outcome, ScriptedStore, at, request


class Bench:
    """Spill files in a directory over a store that knows Ada and Bob."""

    def __init__(self, directory):
        self.directory = directory
        self.clock, self.readiness, self.instruments = Clock(), Readiness(), Instruments()
        self.memory = MemoryStore(self.clock.seconds)
        self.memory.migrate()
        self.memory.claim([request("ada"), request("bob")])
        self.store = ScriptedStore(self.memory)
        self.store.prompt = True
        self.spills = SpillFiles(self.store, directory, self.clock, self.readiness, self.instruments)

    def write(self, *saves):
        return spill.write(self.directory / "players.spill", saves)

    def replay(self):
        return Outcome(Deferred.fromCoroutine(self.spills.replay()))

    def names(self):
        return sorted(path.name for path in self.directory.iterdir())

    def counted(self):
        value = self.instruments.registry.get_sample_value
        return [
            value("mmod_spilled_states_total", {"result": result}) for result in ("stored", "superseded", "damaged")
        ]


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


@pytest.fixture
def logged():
    """The lines of the log."""
    lines = []

    def observe(event):
        lines.append(formatEvent(event))

    globalLogPublisher.addObserver(observe)
    yield lines
    globalLogPublisher.removeObserver(observe)


ADA, BOB = Save("ada", 1, 1, at(1)), Save("bob", 1, 1, at(2))


def test_all_files_are_replayed_and_kept_under_other_names(bench):
    bench.write(ADA)
    bench.write(BOB)
    assert bench.replay().done
    assert [bench.memory.rows[player_id].columns.x for player_id in ("ada", "bob")] == [1, 2]
    assert bench.names() == ["players-2.spill.replayed", "players.spill.replayed"]
    assert bench.counted() == [2, 0, 0]


def test_a_newer_state_wins_and_the_loss_is_told_by_name(bench, logged):
    bench.write(ADA, BOB)
    bench.memory.claim([request("ada")])
    assert bench.replay().done
    assert [line for line in logged if "lost" in line] == [
        "a spilled state of 'ada' was older than the stored one and is lost"
    ]
    assert bench.counted() == [1, 1, 0]


def test_lines_that_are_lost_are_told(bench, logged):
    path = bench.write(ADA, BOB)
    path.write_bytes(path.read_bytes()[:-9])
    assert bench.replay().done
    assert bench.names() == ["players.spill.damaged"]
    (told,) = [line for line in logged if "damaged" in line]
    assert str(path) in told
    assert told.endswith("lost: 3")
    assert bench.counted() == [1, 0, 1]


def test_many_lost_lines_are_told_in_few_words(bench, logged):
    path = bench.write(ADA, BOB, ADA, BOB, ADA)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], b"\n", lines[2], lines[3]]))
    assert bench.replay().done
    assert any(line.endswith("lost: 2, 5-6") for line in logged)


def test_a_store_that_goes_away_meanwhile_is_waited_for(bench):
    bench.write(ADA)
    bench.store.prompt = False
    replay = bench.replay()
    bench.store.only("save").reply.errback(StoreAway("gone"))
    assert bench.readiness.reason == "waiting for the store"
    assert bench.names() == ["players.spill"]
    bench.clock.advance(0.5)
    bench.store.only("save").answer()
    assert replay.done
    assert bench.readiness.reason == "starting"
    assert bench.names() == ["players.spill.replayed"]


def test_another_failure_of_the_store_leaves_the_file_for_the_next_start(bench):
    bench.write(ADA)
    bench.store.prompt = False
    replay = bench.replay()
    bench.store.only("save").commit()
    bench.store.only("save").fail()
    assert isinstance(replay.error, StoreError)
    assert bench.names() == ["players.spill"]


def test_what_was_lost_is_told_even_if_a_later_file_cannot_be_replayed(bench, logged):
    bench.write(ADA)
    bench.write(BOB)
    bench.memory.claim([request("bob")])
    bench.store.prompt = False
    bench.replay()
    bench.store.only("save").answer()
    bench.store.only("save").fail()
    assert any("'bob'" in line for line in logged)
    assert bench.names() == ["players-2.spill.replayed", "players.spill"]


def test_what_is_left_is_written_to_a_file(bench, logged):
    bench.spills.keep([ADA, BOB])
    (path,) = spill.waiting(bench.directory)
    assert spill.read(path) == ([ADA, BOB], [])
    assert logged == [f"2 players could not be saved; they wait in {path}"]


def test_what_cannot_be_written_is_named_in_lines_of_bounded_length(bench, logged):
    bench.directory.rmdir()
    with pytest.raises(StatesLost, match=r"what 120 players did last is lost.*No such file"):
        bench.spills.keep([Save(f"player-{number}", 1, 1, at(1)) for number in range(120)])
    assert len(logged) == -(-120 // NAMES_IN_A_LINE)
    named = [name for line in logged for name in line.removeprefix("not saved and lost: ").split(", ")]
    assert named == sorted(f"'player-{number}'" for number in range(120))
