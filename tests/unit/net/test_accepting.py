import socket
from contextlib import ExitStack, closing

import pytest
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.tcp import Port
from twisted.internet.testing import StringTransport

from mmod.net.accepting import ACCEPTED_AT_ONCE, accept_in_portions

from .test_intake import Reactor


class Counted(Factory):
    """Counts whom it has built a protocol for."""

    noisy = False

    def __init__(self):
        self.count = 0

    def buildProtocol(self, addr):  # noqa: N802
        self.count += 1
        return Protocol()


@pytest.fixture
def port():
    listening = Port(0, Counted(), interface="127.0.0.1", reactor=Reactor())
    listening.startListening()
    accept_in_portions(listening)
    yield listening
    listening.socket.close()


def test_a_crowd_is_accepted_in_portions_that_do_not_grow(port):
    with ExitStack() as clients:
        for _ in range(3 * ACCEPTED_AT_ONCE + 1):
            clients.enter_context(closing(socket.create_connection(("127.0.0.1", port.getHost().port))))
        accepted = []
        for _ in range(5):
            port.doRead()
            accepted.append(port.factory.count)
    assert accepted == [8, 16, 24, 25, 25]


def test_one_who_comes_alone_is_accepted_and_so_is_the_next_crowd(port):
    with ExitStack() as clients:
        for number, expected in ((1, 1), (ACCEPTED_AT_ONCE, 1 + ACCEPTED_AT_ONCE)):
            for _ in range(number):
                clients.enter_context(closing(socket.create_connection(("127.0.0.1", port.getHost().port))))
            for _ in range(number):
                port.doRead()
            assert port.factory.count == expected


def test_what_is_no_such_port_is_left_as_it_is():
    transport = StringTransport()
    accept_in_portions(transport)
    assert not hasattr(transport, "doRead")
