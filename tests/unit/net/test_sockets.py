import select
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.protocol import Protocol
from twisted.internet.tcp import Server
from twisted.internet.testing import StringTransport

from mmod.net import frames
from mmod.net.frames import BINARY, SHORT, SHORT_HEAD, TEXT, frame
from mmod.net.outlet import outlet_of
from mmod.net.sockets import FEW_OCTETS, MORE_OCTETS, SOCKETS_AT_ONCE
from tests.twins import twins

from .line import Poller
from .test_frames import client_frame

MODULES = twins("mmod.net.sockets", "mmod.net._sockets")
TWINS = pytest.mark.parametrize("twin", MODULES)


class Pair:
    """Two connected sockets: ours, which does not block, and the client's."""

    def __init__(self):
        self.client, self.ours = socket.socketpair()
        self.ours.setblocking(False)


class Pairs:
    """Pairs of sockets, and a poll that ours are in."""

    def __init__(self):
        self.poll = select.epoll()
        self.all = []

    def open(self):
        pair = Pair()
        self.all.append(pair)
        self.poll.register(pair.ours.fileno(), select.EPOLLIN)
        return pair

    def ready(self, twin):
        sockets = {pair.ours.fileno(): pair.ours for pair in self.all if pair.ours.fileno() >= 0}
        return dict(twin.read_ready(self.poll, sockets))

    def close(self):
        self.poll.close()
        for pair in self.all:
            pair.client.close()
            pair.ours.close()


@pytest.fixture
def pairs():
    opened = Pairs()
    yield opened
    opened.close()


class Way:
    """A real transport of Twisted's over a real socket, its outlet, and what comes out at the client's end."""

    def __init__(self, pairs, binary=False):
        self.pair = pairs.open()
        self.poller = Poller()
        self.transport = Server(self.pair.ours, Protocol(), ("192.0.2.1", 4711), None, 1, self.poller)
        self.outlet = outlet_of(self.transport, binary)

    def taken(self, size):
        """Read until there were so many octets, and let the transport write what it has left."""
        octets = b""
        while len(octets) < size:
            octets += self.pair.client.recv(1 << 20)
            if self.poller.writers:
                self.transport.doWrite()
        return octets


@TWINS
def test_what_has_come_is_read_from_all_and_the_silent_are_not_named(pairs, twin):
    first, silent, third = pairs.open(), pairs.open(), pairs.open()
    first.client.send(b"one")
    third.client.send(b"three")
    assert pairs.ready(twin) == {first.ours.fileno(): b"one", third.ours.fileno(): b"three"}
    assert pairs.ready(twin) == {}
    silent.client.send(b"two")
    assert pairs.ready(twin) == {silent.ours.fileno(): b"two"}


@TWINS
def test_an_end_and_an_error_are_told_as_none(pairs, twin):
    ended, cut, writes_off = pairs.open(), pairs.open(), pairs.open()
    ended.client.close()
    cut.ours.send(b"unread")
    cut.client.close()
    writes_off.client.shutdown(socket.SHUT_WR)
    assert set(pairs.ready(twin).values()) == {None}
    assert len(pairs.ready(twin)) == 3


@TWINS
@pytest.mark.parametrize("size", [FEW_OCTETS - 1, FEW_OCTETS, FEW_OCTETS + 1, FEW_OCTETS + MORE_OCTETS])
def test_a_long_message_is_read_to_its_end(pairs, twin, size):
    pair = pairs.open()
    pair.client.send(b"x" * size)
    assert pairs.ready(twin) == {pair.ours.fileno(): b"x" * size}


@TWINS
def test_a_longer_one_comes_in_portions(pairs, twin):
    pair = pairs.open()
    pair.client.send(b"x" * (FEW_OCTETS + MORE_OCTETS) + b"rest")
    assert pairs.ready(twin) == {pair.ours.fileno(): b"x" * (FEW_OCTETS + MORE_OCTETS)}
    assert pairs.ready(twin) == {pair.ours.fileno(): b"rest"}


@TWINS
def test_only_so_many_are_read_in_one_call(pairs, twin):
    for _ in range(SOCKETS_AT_ONCE + 1):
        pairs.open().client.send(b"x")
    first, second = pairs.ready(twin), pairs.ready(twin)
    assert (len(first), len(second)) == (SOCKETS_AT_ONCE, 1)
    assert not first.keys() & second.keys()


@given(
    st.sampled_from([0x81, 0x8A, 0x82, 0x01, 0x88, 0xC1]),
    st.one_of(st.binary(max_size=SHORT), st.text(max_size=30).map(str.encode)),
    st.binary(max_size=4),
    st.integers(0, SHORT_HEAD + SHORT),
)
def test_both_twins_take_the_same_frames_for_whole_ones(first, payload, more, cut):
    whole = client_frame(payload, first)
    for data in (whole, whole + more, whole[:cut], payload, whole[:1] + bytes([len(payload)]) + payload):
        assert len({twin.only_payload(data) for twin in (frames, *MODULES[1:])}) == 1


@TWINS
@pytest.mark.parametrize("size", [0, 1, 125, 126, 6_000, 65_535, 65_536, 150_000])
def test_each_client_is_sent_its_state_in_one_frame_of_its_kind(pairs, twin, size):
    text, binary = Way(pairs), Way(pairs, binary=True)
    twin.send_states([text.outlet, binary.outlet], [b"t" * size, b"b" * size])
    assert text.taken(size + 2) == frame(TEXT, b"t" * size)
    assert binary.taken(size + 2) == frame(BINARY, b"b" * size)


@TWINS
def test_what_is_held_goes_before_the_state_and_once(pairs, twin):
    way = Way(pairs)
    way.outlet.held = b"ping"
    twin.send_states([way.outlet], [b"one"])
    twin.send_states([way.outlet], [b"two"])
    assert way.taken(14) == b"ping" + frame(TEXT, b"one") + frame(TEXT, b"two")


@TWINS
def test_what_a_socket_does_not_take_follows_and_nothing_overtakes_it(pairs, twin):
    way = Way(pairs)
    states = [bytes([65 + number]) * 100_000 for number in range(8)]
    way.outlet.held = b"ping"
    for state in states:
        twin.send_states([way.outlet], [state])
    assert way.poller.writers
    expected = b"ping" + b"".join(frame(TEXT, state) for state in states)
    assert way.taken(len(expected)) == expected
    twin.send_states([way.outlet], [b"again"])
    assert way.taken(7) == frame(TEXT, b"again")
    assert not way.poller.writers


@TWINS
def test_what_others_left_to_the_transport_is_not_overtaken(pairs, twin):
    way = Way(pairs)
    way.outlet.write(b"x" * 1_000_000)
    twin.send_states([way.outlet], [b"state"])
    assert way.taken(1_000_007) == b"x" * 1_000_000 + frame(TEXT, b"state")


@TWINS
def test_once_the_websocket_has_closed_no_state_goes_out(pairs, twin):
    closed, other = Way(pairs), Way(pairs)
    closed.outlet.close()
    twin.send_states([closed.outlet, other.outlet], [b"state", b"state"])
    assert other.taken(7) == frame(TEXT, b"state")
    closed.pair.client.setblocking(False)
    with pytest.raises(BlockingIOError):
        closed.pair.client.recv(1)
    assert not closed.poller.writers


@TWINS
def test_a_socket_that_is_gone_is_the_transports_to_find_out_and_the_others_have_their_states(pairs, twin):
    gone, other = Way(pairs), Way(pairs)
    gone.pair.client.close()
    twin.send_states([gone.outlet, other.outlet], [b"state", b"state"])
    assert gone.poller.writers == {gone.transport}
    assert other.taken(7) == frame(TEXT, b"state")


@TWINS
def test_other_transports_are_written_to_as_ever(twin):
    transport = StringTransport()
    twin.send_states([outlet_of(transport, binary=True)], [b"state"])
    assert transport.value() == frame(BINARY, b"state")


@TWINS
def test_what_the_transport_had_left_when_the_websocket_opened_is_not_overtaken(pairs, twin):
    way = Way(pairs)
    way.transport.write(b"HTTP/1.1 101")
    opened = outlet_of(way.transport, binary=False)
    twin.send_states([opened], [b"state"])
    way.transport.doWrite()
    assert way.taken(19) == b"HTTP/1.1 101" + frame(TEXT, b"state")


@TWINS
def test_a_socket_that_was_closed_costs_the_others_nothing(pairs, twin):
    closed, other = Way(pairs), Way(pairs)
    twin.send_states([closed.outlet, other.outlet], [b"one", b"one"])
    closed.pair.ours.close()
    twin.send_states([closed.outlet, other.outlet], [b"two", b"two"])
    assert other.taken(10) == frame(TEXT, b"one") + frame(TEXT, b"two")


@TWINS
def test_each_client_has_a_state(pairs, twin):
    with pytest.raises(ValueError, match=r"states|argument"):
        twin.send_states([Way(pairs).outlet], [])


@TWINS
def test_what_was_written_past_the_outlet_is_not_overtaken_from_its_next_write_on(pairs, twin):
    way = Way(pairs)
    twin.send_states([way.outlet], [b"one"])
    way.transport.write(b"past")
    way.outlet.write(b"by")
    twin.send_states([way.outlet], [b"two"])
    way.transport.doWrite()
    assert way.taken(16) == frame(TEXT, b"one") + b"pastby" + frame(TEXT, b"two")
