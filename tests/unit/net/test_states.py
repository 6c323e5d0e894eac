import errno

import pytest

from mmod.net.frames import BINARY, TEXT, frame
from mmod.net.states import state_sender

from .line import Line

STATE = b"s" * 200


class Talk:
    """An open WebSocket on a line, as its states see it."""

    STATE_OPEN = 3

    def __init__(self, line):
        self.state = self.STATE_OPEN
        self.held = b""
        self.transport = line.transport
        #: What was sent the long way.
        self.sent = []
        self._write = line.write

    def send(self, payload, binary=False):
        self.sent.append((payload, binary))
        data, self.held = self.held + frame(BINARY if binary else TEXT, payload), b""
        self._write(data)


@pytest.fixture
def line():
    line = Line()
    line.kernel.room = 100_000
    return line


@pytest.fixture
def talk(line):
    return Talk(line)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("size", [126, 5_000, 65_535])
def test_a_state_is_one_frame_and_sent_at_once_the_short_way(line, talk, size, binary):
    state_sender(talk, binary)(b"s" * size)
    assert line.kernel.taken == frame(BINARY if binary else TEXT, b"s" * size)
    assert (talk.sent, line.waits) == ([], False)


@pytest.mark.parametrize("size", [0, 125, 65_536])
def test_a_state_whose_length_takes_another_head_goes_the_long_way(line, talk, size):
    state_sender(talk, True)(b"s" * size)
    assert line.kernel.taken == frame(BINARY, b"s" * size)
    assert talk.sent == [(b"s" * size, True)]


def test_what_is_held_for_the_next_frame_goes_before_the_state(line, talk):
    talk.held = b"ping"
    send = state_sender(talk, False)
    send(STATE)
    send(STATE)
    assert line.kernel.taken == b"ping" + 2 * frame(TEXT, STATE)
    assert len(talk.sent) == 1


def test_a_state_on_a_closing_websocket_is_left_to_the_protocol(line, talk):
    talk.state = 4
    state_sender(talk, False)(STATE)
    assert talk.sent == [(STATE, False)]


def test_what_the_socket_does_not_take_follows_in_order_and_is_not_overtaken(line, talk):
    line.kernel.room = 250
    send = state_sender(talk, False)
    send(b"a" * 200)
    send(b"b" * 200)
    line.kernel.room = 100_000
    send(b"c" * 200)
    assert len(line.kernel.taken) == 250
    line.read()
    send(b"d" * 200)
    assert line.kernel.taken == b"".join(frame(TEXT, letter * 200) for letter in (b"a", b"b", b"c", b"d"))
    assert talk.sent == [(b"c" * 200, False)]


def test_a_state_does_not_overtake_what_others_wrote_to_the_transport(line, talk):
    line.transport.write(b"first")
    state_sender(talk, False)(STATE)
    line.read()
    assert line.kernel.taken == b"first" + frame(TEXT, STATE)


def test_a_full_socket_is_the_transports_to_wait_for(line, talk):
    line.kernel.room = 0
    state_sender(talk, False)(STATE)
    assert line.waits
    line.read(1_000)
    assert line.kernel.taken == frame(TEXT, STATE)


def test_a_socket_that_is_gone_is_the_transports_to_find_out(line, talk):
    line.kernel.error = ConnectionResetError(errno.ECONNRESET, "reset")
    state_sender(talk, False)(STATE)
    assert (line.transport.connected, line.waits) == (True, True)


@pytest.mark.parametrize("lost", [{"connected": False}, {"disconnecting": True}])
def test_nothing_is_sent_to_a_transport_that_is_closed_or_closing(line, talk, lost):
    vars(line.transport).update(lost)
    state_sender(talk, False)(STATE)
    assert line.kernel.taken == b""


def test_states_on_other_transports_go_the_long_way(line, talk):
    line.transport.TLS = True
    state_sender(talk, True)(STATE)
    assert talk.sent == [(STATE, True)]
