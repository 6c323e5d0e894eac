import socket

import pytest
from twisted.internet.error import ConnectionAborted, ConnectionDone
from twisted.internet.interfaces import IReactorFDSet, IReadDescriptor
from twisted.internet.protocol import Protocol
from twisted.internet.task import Clock
from twisted.internet.tcp import Server
from twisted.internet.testing import StringTransport
from zope.interface import implementer
from zope.interface.verify import verifyObject

from mmod.net.intake import PAUSE, Intake
from mmod.net.sockets import FEW_OCTETS, MORE_OCTETS, SOCKETS_AT_ONCE


@implementer(IReactorFDSet)
class Reactor(Clock):
    """Knows who asked to be woken."""

    def __init__(self):
        super().__init__()
        self.readers, self.writers = set(), set()

    def addReader(self, reader):  # noqa: N802
        self.readers.add(reader)

    def removeReader(self, reader):  # noqa: N802
        self.readers.discard(reader)

    def addWriter(self, writer):  # noqa: N802
        self.writers.add(writer)

    def removeWriter(self, writer):  # noqa: N802
        self.writers.discard(writer)

    def removeAll(self):  # noqa: N802
        raise NotImplementedError

    def getReaders(self):  # noqa: N802
        return list(self.readers)

    def getWriters(self):  # noqa: N802
        return list(self.writers)


class Ear(Protocol):
    """Remembers what it heard, and does what it is told to when it hears something."""

    def __init__(self):
        self.heard = []
        self.then = lambda: None
        self.lost = None

    def dataReceived(self, data):  # noqa: N802
        self.heard.append(data)
        self.then()

    def connectionLost(self, reason):  # noqa: N802
        self.lost = reason.value


class Client:
    """A socket, and the transport at its other end, which is in the house's hands."""

    def __init__(self, house):
        self.socket, ours = socket.socketpair()
        self.ear = Ear()
        self.transport = Server(ours, self.ear, ("192.0.2.1", 4711), None, 1, house.reactor)
        self.ear.makeConnection(self.transport)
        self.transport.startReading()
        house.intake.adopt(self.transport, self.ear.dataReceived)

    def reset(self):
        """End the connection as a machine does that knows nothing of it (of a socket pair: with something unread)."""
        self.transport.socket.send(b"unread")
        self.socket.close()


class House:
    """An intake, its reactor and its clients."""

    def __init__(self):
        self.reactor = Reactor()
        self.intake = Intake(self.reactor)
        self.clients = []

    def client(self):
        self.clients.append(Client(self))
        return self.clients[-1]

    @property
    def asks(self):
        """Whether the intake wants to be woken."""
        return self.intake in self.reactor.readers

    def wake(self):
        """Do what the reactor does when the intake's descriptor can be read."""
        assert self.asks
        self.intake.doRead()


@pytest.fixture
def house():
    house = House()
    yield house
    for client in house.clients:
        client.socket.close()


def test_it_is_a_reader_of_the_reactor(house):
    assert verifyObject(IReadDescriptor, house.intake)
    assert house.intake.fileno() > 2


def test_the_reactor_does_not_read_an_adopted_transport_itself(house):
    client = house.client()
    assert house.reactor.readers == {house.intake}
    client.transport.write(b"answer")
    assert house.reactor.writers == {client.transport}


def test_all_that_has_come_goes_to_its_protocols_in_one_trip(house):
    clients = [house.client() for _ in range(3)]
    for number, client in enumerate(clients):
        client.socket.send(b"%d" % number)
    house.wake()
    assert [client.ear.heard for client in clients] == [[b"0"], [b"1"], [b"2"]]


def test_it_looks_again_after_a_pause_and_asks_to_be_woken_when_there_is_nothing(house):
    client = house.client()
    client.socket.send(b"a")
    house.wake()
    assert not house.asks
    client.socket.send(b"b")
    house.reactor.advance(PAUSE)
    assert client.ear.heard == [b"a", b"b"]
    assert not house.asks
    house.reactor.advance(PAUSE)
    assert house.asks
    client.socket.send(b"c")
    house.wake()
    assert client.ear.heard == [b"a", b"b", b"c"]


def test_who_comes_in_a_pause_is_read_after_it(house):
    house.client().socket.send(b"a")
    house.wake()
    late = house.client()
    late.socket.send(b"late")
    house.reactor.advance(PAUSE)
    assert late.ear.heard == [b"late"]


def test_what_is_read_from_a_tcp_socket_is_acknowledged_later(house):
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as peer:
        ours, _ = server.accept()
        transport = Server(ours, Ear(), ("192.0.2.1", 4711), None, 1, house.reactor)
        transport.protocol.makeConnection(transport)
        transport.startReading()
        house.intake.adopt(transport, transport.protocol.dataReceived)
        peer.send(b"x")
        assert ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK) == 1
        house.wake()
        assert transport.protocol.heard == [b"x"]
        assert ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK) == 0
        ours.close()


def test_a_long_message_comes_in_portions(house):
    client = house.client()
    client.socket.send(b"x" * (FEW_OCTETS + MORE_OCTETS + 1))
    house.wake()
    house.reactor.advance(PAUSE)
    assert list(map(len, client.ear.heard)) == [FEW_OCTETS + MORE_OCTETS, 1]


def test_exactly_as_much_as_it_takes_at_first_is_not_taken_for_the_end(house):
    client = house.client()
    client.socket.send(b"x" * FEW_OCTETS)
    house.wake()
    client.socket.send(b"y")
    house.reactor.advance(PAUSE)
    assert client.ear.heard == [b"x" * FEW_OCTETS, b"y"]


def test_with_more_to_read_than_it_may_at_once_it_makes_no_pause(house):
    clients = [house.client() for _ in range(SOCKETS_AT_ONCE + 1)]
    for client in clients:
        client.socket.send(b"x")
    house.wake()
    assert sum(len(client.ear.heard) for client in clients) == SOCKETS_AT_ONCE
    house.reactor.advance(0)
    assert all(client.ear.heard == [b"x"] for client in clients)


def test_a_paused_transport_is_read_when_it_is_resumed(house):
    client = house.client()
    client.transport.pauseProducing()
    client.socket.send(b"wait")
    house.intake.doRead()
    assert client.ear.heard == []
    client.transport.resumeProducing()
    house.wake()
    assert client.ear.heard == [b"wait"]


def test_a_resumed_transport_that_was_not_paused_goes_on_as_it_was(house):
    client = house.client()
    client.transport.resumeProducing()
    client.socket.send(b"x")
    house.wake()
    assert client.ear.heard == [b"x"]


def test_the_end_of_a_connection_is_for_the_reactor_to_find(house):
    client, other = house.client(), house.client()
    client.socket.send(b"bye")
    client.socket.close()
    other.socket.send(b"hello")
    house.wake()
    house.reactor.advance(PAUSE)
    assert client.transport in house.reactor.readers
    assert other.transport not in house.reactor.readers
    assert other.ear.heard == [b"hello"]
    client.transport.doRead()
    assert client.ear.heard == [b"bye"]
    assert isinstance(client.transport.doRead(), ConnectionDone)


def test_a_half_closed_connection_is_for_the_reactor_to_find(house):
    client = house.client()
    client.socket.shutdown(socket.SHUT_WR)
    house.wake()
    assert isinstance(client.transport.doRead(), ConnectionDone)


def test_a_reset_connection_is_for_the_reactor_to_find(house):
    client = house.client()
    client.reset()
    house.wake()
    assert client.transport in house.reactor.readers


def test_a_transport_that_was_given_back_can_stop_reading(house):
    client = house.client()
    client.socket.close()
    house.wake()
    client.transport.stopReading()
    assert client.transport not in house.reactor.readers


def test_an_exception_ends_its_connection_and_no_other(house):
    client, other = house.client(), house.client()
    client.ear.then = lambda: 1 / 0
    client.socket.send(b"x")
    other.socket.send(b"x")
    house.wake()
    house.reactor.advance(0)
    assert isinstance(client.ear.lost, ConnectionAborted)
    assert other.ear.heard == [b"x"]
    assert other.ear.lost is None


def test_who_was_cut_off_by_anothers_message_is_not_read(house):
    clients = [house.client() for _ in range(2)]

    def cut_off():
        for client in clients:
            client.transport.abortConnection()

    for client in clients:
        client.ear.then = cut_off
        client.socket.send(b"x")
    house.wake()
    assert sum(len(client.ear.heard) for client in clients) == 1
    house.reactor.advance(0)
    assert all(isinstance(client.ear.lost, ConnectionAborted) for client in clients)


def test_other_transports_are_left_to_those_who_read_them(house):
    transport = StringTransport()
    house.intake.adopt(transport, lambda data: None)
    assert not house.reactor.readers
