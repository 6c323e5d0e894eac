import errno

import pytest
from twisted.internet.error import ConnectionLost
from twisted.internet.interfaces import IPushProducer
from twisted.internet.testing import StringTransport
from zope.interface import implementer

from mmod.net.frames import BINARY, TEXT, frame
from mmod.net.outlet import Outlet, outlet_of

from .line import Line

STATE = b"s" * 200


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


def test_once_the_websocket_has_closed_the_transport_knows_whether_anything_is_written(line):
    line.outlet.close()
    line.write(b"abc")
    assert line.kernel.taken == b""
    line.read()
    assert line.kernel.taken == b"abc"
    line.transport.connected = False
    line.write(b"def")
    assert (line.kernel.taken, line.waits) == (b"abc", False)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("size", [0, 125, 126, 5_000, 65_535, 65_536])
def test_a_state_is_one_frame_and_sent_at_once(line, size, binary):
    line.kernel.room = 100_000
    outlet_of(line.transport, binary).send_state(b"s" * size)
    assert line.kernel.taken == frame(BINARY if binary else TEXT, b"s" * size)
    assert not line.waits


def test_what_is_held_goes_before_what_is_sent_next_in_one_write(line):
    line.kernel.room = 1_000
    line.outlet.held = b"ping"
    line.outlet.send_state(STATE)
    line.outlet.send_state(STATE)
    assert line.kernel.taken == b"ping" + 2 * frame(TEXT, STATE)
    assert line.kernel.calls == 2


def test_states_are_not_overtaken_either(line):
    line.kernel.room = 250
    line.outlet.send_state(b"a" * 200)
    line.outlet.send_state(b"b" * 200)
    line.kernel.room = 100_000
    line.outlet.send_state(b"c" * 200)
    assert len(line.kernel.taken) == 250
    line.read()
    line.outlet.send_state(b"d" * 200)
    assert line.kernel.taken == b"".join(frame(TEXT, letter * 200) for letter in (b"a", b"b", b"c", b"d"))


def test_no_state_goes_out_once_the_websocket_has_closed(line):
    line.outlet.close()
    line.outlet.send_state(STATE)
    assert (line.kernel.taken, line.waits) == (b"", False)


def test_other_transports_are_written_to_as_ever(line):
    transport = StringTransport()
    way = outlet_of(transport, binary=True)
    way.held = b"ping"
    way.send_state(b"abc")
    assert transport.value() == b"ping" + frame(BINARY, b"abc")
    line.transport.TLS = True
    assert type(outlet_of(line.transport, binary=True)) is Outlet
