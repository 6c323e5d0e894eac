import pytest
from twisted.internet.defer import Deferred, fail
from twisted.internet.protocol import Factory
from twisted.internet.task import Clock
from twisted.internet.testing import MemoryReactorClock
from zope.interface.verify import verifyObject

from mmod.errors import StoreAway, StoreTooNew
from mmod.metrics.instruments import Instruments
from mmod.net.readiness import Readiness
from mmod.parts import FAREWELL, CannotListen, Clients, Listening, OpenStore, Saving, SpillFiles, WriterReport
from mmod.spatial.vector import Vector
from mmod.store.report import IWriterReport
from mmod.world.commands import Teleport
from tests.unit.shard.bench import World


def outcome(coroutine):
    """Run a start or stop; return a list that holds its result, or its error, once it is there."""
    results = []
    Deferred.fromCoroutine(coroutine).addErrback(lambda failure: failure.value).addCallback(results.append)
    return results


# --- endpoints --------------------------------------------------------------------------------------------------------


def test_an_endpoint_listens_where_it_is_told_until_it_is_stopped():
    reactor = MemoryReactorClock()
    listening = Listening(reactor, "public", "tcp:8080:interface=127.0.0.1", Factory())
    assert outcome(listening.start()) == [None]
    ((port, _, _, interface),) = reactor.tcpServers
    assert (port, interface) == (8080, "127.0.0.1")
    assert outcome(listening.stop()) == [None]
    assert outcome(listening.stop()) == [None]


@pytest.mark.parametrize(
    "description", ["", "tcp", "tcp:http-alt-x", "nonsense:1", "tcp:1:2:3:4:5", "tcp:1:x=2", "systemd:domain=INET"]
)
def test_an_endpoint_that_makes_no_sense_is_named(description):
    (error,) = outcome(Listening(MemoryReactorClock(), "public", description, Factory()).start())
    assert isinstance(error, CannotListen)
    assert str(error).startswith(f"{description}: ")


# --- the store --------------------------------------------------------------------------------------------------------


class Opening:
    """A store that cannot be reached so many times."""

    def __init__(self, clock, faults):
        self._clock = clock
        self._faults = faults
        self.tries = []

    def migrate(self):
        self.tries.append(self._clock.seconds())
        return fail(self._faults.pop(0)) if self._faults else Deferred.fromCoroutine(done())


async def done():
    """Nothing more to do."""


def test_a_store_that_is_away_is_waited_for_with_growing_pauses_and_readiness_says_so():
    clock, readiness = Clock(), Readiness()
    store = Opening(clock, [StoreAway("down")] * 6)
    started = outcome(OpenStore(store, clock, readiness).start())
    assert readiness.reason == "waiting for the store"
    clock.pump([0.25] * 90)
    assert started == [None]
    assert store.tries == [0.0, 0.5, 1.5, 3.5, 7.5, 12.5, 17.5]


def test_any_other_failure_of_the_store_ends_the_start():
    clock = Clock()
    (error,) = outcome(OpenStore(Opening(clock, [StoreTooNew("newer")]), clock, Readiness()).start())
    assert isinstance(error, StoreTooNew)


# --- saving and spilling ----------------------------------------------------------------------------------------------


@pytest.fixture
def world():
    world = World()
    world.writer.start()
    world.persistence.start_persistence()
    world.join("Ada")
    world.turn(0.1)
    world.shard.apply(Teleport("ada", Vector(5.0, 0.0)))
    return world


def saving(world, tmp_path):
    return Saving(world.writer, world.persistence, SpillFiles(world.store, tmp_path), shutdown_timeout=3.0)


def test_when_the_daemon_stops_everybody_is_saved(world, tmp_path):
    stopped = outcome(saving(world, tmp_path).stop())
    world.turn()
    assert stopped == [None]
    assert world.stored("ada").columns.x == 5.0
    assert world.stored("ada").mark.ended_at is not None
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_saved_in_time_is_spilled_and_replayed_at_the_next_start(world, tmp_path):
    world.store.prompt = False
    stopped = outcome(saving(world, tmp_path).stop())
    world.turn(2.9)
    assert stopped == []
    world.turn(0.2)
    assert stopped == [None]
    assert [path.name for path in tmp_path.iterdir()] == ["players.spill"]
    assert world.stored("ada").columns.x == 0.0
    assert outcome(SpillFiles(world.memory, tmp_path).replay()) == [None]
    assert world.stored("ada").columns.x == 5.0
    assert not list(tmp_path.glob("*.spill"))


# --- clients ----------------------------------------------------------------------------------------------------------


def test_players_are_welcome_when_everything_has_started(world):
    readiness = Readiness()
    Clients(world.shard, world.clock, readiness).welcome("http://localhost:8080/")
    assert readiness.reason is None


def test_clients_are_told_and_waited_for(world):
    readiness = Readiness()
    bob = world.join("Bob")
    (ada,) = [viewer.connection for player_id, viewer in world.shard.roster if player_id == "ada"]
    stopped = outcome(Clients(world.shard, world.clock, readiness).stop())
    assert bob.wire.closed == (1012, "shutdown")
    assert readiness.reason == "stopping"
    bob.gone()
    world.turn(0.1)
    assert stopped == []
    ada.lost()
    world.turn(0.1)
    assert stopped == [None]


def test_clients_that_do_not_go_are_not_waited_for_for_ever(world):
    stopped = outcome(Clients(world.shard, world.clock, Readiness()).stop())
    world.turn(FAREWELL - 0.1)
    assert stopped == []
    world.turn(0.2)
    assert stopped == [None]


def test_a_second_signal_ends_the_waiting(world):
    clients = Clients(world.shard, world.clock, Readiness())
    stopped = outcome(clients.stop())
    clients.hurry()
    world.turn(0.02)
    assert stopped == [None]


# --- the writer's report ----------------------------------------------------------------------------------------------


def test_what_the_writer_reports_becomes_metrics_and_the_world_hears_of_lost_players():
    instruments, lost = Instruments(), []
    report = WriterReport(instruments, lost.append)
    verifyObject(IWriterReport, report)
    report.saved(3, 0.25)
    report.failed("the disk is full")
    report.superseded("ada")
    report.away(True)
    value = instruments.registry.get_sample_value
    results = {result: value("mmod_saves_total", {"result": result}) for result in ("saved", "failed", "superseded")}
    assert results == {"saved": 3, "failed": 1, "superseded": 1}
    assert value("mmod_save_duration_seconds_sum") == 0.25
    assert (value("mmod_store_away"), lost) == (1, ["ada"])
    report.away(False)
    assert value("mmod_store_away") == 0
