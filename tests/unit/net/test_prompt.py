import errno

import pytest
from twisted.internet.error import ConnectionLost
from twisted.internet.interfaces import IPushProducer
from twisted.internet.testing import StringTransport
from zope.interface import implementer

from mmod.net.prompt import writer

from .line import Line


@implementer(IPushProducer)
class Tap:
    """Remembers how it was told to run."""

    def __init__(self):
        self.told = []

    def pauseProducing(self):  # noqa: N802
        self.told.append("pause")

    def resumeProducing(self):  # noqa: N802
        self.told.append("resume")

    def stopProducing(self):  # noqa: N802
        self.told.append("stop")


@pytest.fixture
def line():
    return Line()


def test_what_the_socket_takes_is_sent_at_once_and_the_reactor_is_not_asked(line):
    line.write(b"0123456789")
    assert line.kernel.taken == b"0123456789"
    assert not line.waits


def test_what_the_socket_does_not_take_follows_in_order(line):
    for text in (b"0123456", b"789abc", b"def", b"g"):
        line.write(text)
    assert line.kernel.taken == b"0123456789"
    assert line.waits
    line.read()
    assert line.kernel.taken == b"0123456789abcdefg"
    assert not line.waits


def test_nothing_overtakes_what_waits_even_if_there_is_room_again(line):
    line.write(b"0123456789ab")
    line.kernel.room = 100
    line.write(b"cd")
    assert line.kernel.taken == b"0123456789"
    line.read()
    line.write(b"ef")
    assert line.kernel.taken == b"0123456789abcdef"


def test_a_rest_that_was_sent_in_part_is_not_overtaken(line):
    line.write(b"0123456789abcdef")
    line.read(3)
    line.kernel.room = 100
    line.write(b"!")
    line.read()
    assert line.kernel.taken == b"0123456789abcdef!"


def test_nothing_overtakes_what_others_wrote_to_the_transport(line):
    line.transport.write(b"first")
    line.write(b"second")
    line.read()
    assert line.kernel.taken == b"firstsecond"


def test_a_full_socket_is_the_transports_to_wait_for(line):
    line.kernel.room = 0
    line.write(b"abc")
    assert line.waits
    line.read()
    assert line.kernel.taken == b"abc"


def test_a_producer_is_paused_over_the_limit_and_resumed_when_all_is_sent(line):
    tap = Tap()
    line.transport.bufferSize = 4
    line.transport.registerProducer(tap, True)
    line.write(b"0123456789abcd")
    assert tap.told == []
    line.write(b"e")
    assert tap.told == ["pause"]
    line.read()
    assert tap.told == ["pause", "resume"]


def test_a_socket_that_is_gone_ends_the_connection_in_the_reactors_turn(line):
    line.kernel.error = ConnectionResetError(errno.ECONNRESET, "reset")
    line.write(b"abc")
    assert line.transport.connected
    assert isinstance(line.read(), ConnectionLost)


def test_what_is_written_before_a_close_is_sent_before_it(line):
    line.write(b"0123456789abc")
    line.transport.loseConnection()
    line.kernel.room = 100
    line.write(b"!")
    assert line.kernel.taken == b"0123456789"
    line.read()
    assert line.kernel.taken == b"0123456789abc!"


def test_nothing_is_written_to_a_transport_that_is_not_connected(line):
    line.transport.connected = False
    line.write(b"abc")
    assert line.kernel.taken == b""


def test_other_transports_are_written_to_as_ever():
    transport = StringTransport()
    writer(transport)(b"abc")
    assert transport.value() == b"abc"
