import socket
from contextlib import ExitStack, closing

import pytest
from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import Clock
from twisted.internet.tcp import Port
from twisted.internet.testing import MemoryReactorClock
from zope.interface.verify import verifyObject

from mmod.errors import StoreAway, StoreTooNew
from mmod.metrics.instruments import Instruments
from mmod.net.accepting import ACCEPTED_AT_ONCE
from mmod.net.readiness import Readiness
from mmod.parts import FAREWELL, CannotListen, Clients, Listening, OpenStore, Saving, WriterReport
from mmod.spatial.vector import Vector
from mmod.spilling import SpillFiles, StatesLost
from mmod.store.report import IWriterReport
from mmod.waiting import FIRST_RETRY
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


class PortReactor(MemoryReactorClock):
    """Listens with real ports of Twisted's."""

    def listenTCP(self, port, factory, backlog=50, interface=""):  # noqa: N802
        self.port = Port(port, factory, backlog, interface, self)
        self.port.startListening()
        return self.port


def test_an_endpoint_accepts_in_portions():
    reactor, made = PortReactor(), []
    factory = Factory.forProtocol(lambda: made.append(Protocol()) or made[-1])
    listening = Listening(reactor, "public", "tcp:0:interface=127.0.0.1", factory)
    assert outcome(listening.start()) == [None]
    with closing(reactor.port.socket), ExitStack() as clients:
        for _ in range(ACCEPTED_AT_ONCE + 1):
            clients.enter_context(closing(socket.create_connection(("127.0.0.1", reactor.port.getHost().port))))
        reactor.port.doRead()
        assert len(made) == ACCEPTED_AT_ONCE


@pytest.mark.parametrize(
    "description", ["", "tcp", "tcp:http-alt-x", "nonsense:1", "tcp:1:2:3:4:5", "tcp:1:x=2", "systemd:domain=INET"]
)
def test_an_endpoint_that_makes_no_sense_is_named(description):
    (error,) = outcome(Listening(MemoryReactorClock(), "public", description, Factory()).start())
    assert isinstance(error, CannotListen)
    assert str(error).startswith(f"{description}: ")


# --- the store --------------------------------------------------------------------------------------------------------


class Opening:
    """A store that cannot be reached at first."""

    def __init__(self, *faults):
        self._faults = list(faults)
        self.closed = False

    def migrate(self):
        return fail(self._faults.pop()) if self._faults else succeed(None)

    def close(self):
        self.closed = True
        return succeed(None)


def test_a_store_that_is_away_is_waited_for_and_closed_at_the_end():
    clock, store = Clock(), Opening(StoreAway("down"))
    opening = OpenStore(store, clock, Readiness())
    started = outcome(opening.start())
    assert started == []
    clock.advance(FIRST_RETRY)
    assert started == [None]
    assert outcome(opening.stop()) == [None]
    assert store.closed


def test_any_other_failure_of_the_store_ends_the_start():
    (error,) = outcome(OpenStore(Opening(StoreTooNew("newer")), Clock(), Readiness()).start())
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
    return Saving(world.writer, world.persistence, spills(world, world.store, tmp_path), shutdown_timeout=3.0)


def spills(world, store, directory):
    return SpillFiles(store, directory, world.clock, Readiness(), Instruments())


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
    assert outcome(spills(world, world.memory, tmp_path).replay()) == [None]
    assert world.stored("ada").columns.x == 5.0
    assert not list(tmp_path.glob("*.spill"))


def test_a_stop_that_can_neither_save_nor_spill_fails(world, tmp_path):
    world.store.prompt = False
    stopped = outcome(saving(world, tmp_path / "missing").stop())
    world.turn(3.1)
    (error,) = stopped
    assert isinstance(error, StatesLost)


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
