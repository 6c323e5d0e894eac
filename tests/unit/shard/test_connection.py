import pytest
from twisted.internet.task import Clock

from mmod.errors import Unavailable
from mmod.metrics.instruments import Instruments
from mmod.session.closing import CloseCode
from mmod.session.settings import SessionSettings
from mmod.shard.connection import Connection

from .bench import Wire

HELLO = b'{"type":"hello","token":"a"}'
INPUT = b'{"type":"input","seq":1,"dt":0.05,"intent":{"x":1,"z":0}}'


class Recorder:
    """Hears what a connection tells its listener."""

    def __init__(self):
        self.heard = []
        self.fault = None

    def greeted(self, connection, hello):
        self.heard.append(("greeted", hello.token))

    def submitted(self, connection, message):
        if self.fault:
            raise self.fault
        self.heard.append(("submitted", message.seq))

    def gone(self, connection):
        self.heard.append(("gone", connection.number))


class Bench:
    def __init__(self, **settings):
        self.clock = Clock()
        self.clock.advance(1000.0)
        self.wire = Wire()
        self.listener = Recorder()
        self.instruments = Instruments()
        self.connection = Connection(
            7, self.wire, self.listener, SessionSettings(**settings), self.clock, self.instruments, lambda: 20.0
        )

    def join(self):
        self.connection.received(HELLO, False)
        self.connection.admitted()

    def show(self, state):
        self.connection.state_follows(self.clock.seconds())
        self.connection.outlet.send_state(state)

    def metric(self, name, **labels):
        return self.instruments.registry.get_sample_value(name, labels)

    def pass_time(self, seconds, step=0.25):
        """Let time pass in steps that a binary fraction is exact in; answer pings."""
        for _ in range(round(seconds / step)):
            self.clock.advance(step)
            while self.wire.pings:
                self.connection.ponged(self.wire.pings.pop())


@pytest.fixture
def bench():
    return Bench()


def test_a_hello_and_commands_reach_the_listener(bench):
    bench.join()
    bench.connection.received(INPUT, False)
    assert bench.listener.heard == [("greeted", "a"), ("submitted", 1)]
    assert bench.metric("mmod_messages_received_total") == 2


@pytest.mark.parametrize("timeout", [5.0, 0.5])
def test_without_a_hello_the_socket_is_closed_exactly_at_the_timeout(timeout):
    bench = Bench(hello_timeout=timeout)
    bench.pass_time(timeout - 0.25)
    assert bench.wire.closed is None
    bench.pass_time(0.25)
    assert bench.wire.closed == (4000, "hello_timeout")
    assert b"hello_timeout" in bench.wire.frames[-1]


@pytest.mark.parametrize(("hello", "idle", "ping"), [(5.0, 30.0, 1.0), (50.0, 3.0, 100.0), (5.0, 3.0, 100.0)])
def test_an_idle_client_is_closed_exactly_at_the_timeout_whatever_the_other_deadlines_are(hello, idle, ping):
    bench = Bench(hello_timeout=hello, idle_timeout=idle, ping_interval=ping)
    bench.join()
    bench.pass_time(idle - 0.25)
    assert bench.wire.closed is None
    bench.pass_time(0.25)
    assert bench.wire.closed == (4004, "idle_timeout")


def test_pings_that_are_not_answered_drop_the_connection_exactly_at_the_timeout(bench):
    bench.join()
    bench.clock.advance(1.0)
    assert len(bench.wire.pings) == 1
    bench.clock.pump([0.5] * 19)
    assert not bench.wire.aborted
    bench.clock.advance(0.5)
    assert bench.wire.aborted
    bench.connection.lost()
    assert bench.metric("mmod_closes_total", reason="ping_timeout") == 1


def test_a_client_that_does_not_read_is_dropped_exactly_at_the_timeout():
    bench = Bench(ping_interval=100.0, unsent_timeout=2.0)
    bench.join()
    bench.clock.advance(1.0)
    bench.connection.filled()
    bench.clock.advance(1.75)
    assert not bench.wire.aborted
    bench.clock.advance(0.25)
    assert bench.wire.aborted


def test_a_client_that_reads_in_time_stays():
    bench = Bench(ping_interval=100.0, unsent_timeout=2.0, hello_timeout=100.0)
    bench.connection.filled()
    bench.clock.advance(1.0)
    bench.connection.drained()
    bench.clock.advance(5.0)
    assert not bench.wire.aborted


def test_round_trips_are_measured(bench):
    bench.join()
    bench.clock.advance(1.0)
    bench.clock.advance(0.25)
    bench.connection.ponged(bench.wire.pings[0])
    assert bench.metric("mmod_rtt_seconds_sum") == 0.25
    assert b'"rtt_ms":250.0' in bench.wire.frames[-1]


def test_what_is_not_urgent_goes_with_the_next_state(bench):
    bench.join()
    bench.clock.advance(0.75)
    bench.show(b"early")
    assert bench.wire.pings == []
    bench.clock.advance(0.125)
    bench.show(b"state")
    assert len(bench.wire.pings) == 1
    bench.connection.ponged(bench.wire.pings[0])
    assert bench.wire.waiting == [bench.wire.frames[-1]]
    bench.show(b"next")
    assert bench.wire.waiting == []
    assert [b"rtt_ms" in frame for frame in bench.wire.frames] == [False, False, True, False]


def test_a_ping_that_went_with_a_state_and_is_not_answered_drops_the_connection_exactly_at_the_timeout():
    bench = Bench(ping_timeout=2.0)
    bench.join()
    bench.clock.advance(0.875)
    bench.show(b"state")
    bench.clock.advance(1.875)
    assert not bench.wire.aborted
    bench.clock.advance(0.125)
    assert bench.wire.aborted


def test_no_state_is_sent_after_the_end(bench):
    bench.join()
    bench.connection.close(CloseCode.SERVICE_RESTART, "shutdown")
    bench.clock.advance(1.0)
    bench.show(b"state")
    assert bench.wire.frames == []
    assert bench.wire.pings == []


def test_an_exception_in_a_message_closes_this_client_and_is_counted(bench):
    bench.join()
    bench.listener.fault = RuntimeError("password=hunter2")
    bench.connection.received(INPUT, False)
    assert bench.wire.closed == (1011, "internal_error")
    assert not any(b"hunter2" in frame for frame in bench.wire.frames)
    assert bench.metric("mmod_message_errors_total") == 1


def test_nothing_is_sent_after_the_end(bench):
    bench.join()
    bench.connection.close(CloseCode.SERVICE_RESTART, "shutdown")
    sent = len(bench.wire.frames)
    bench.connection.send(b"{}")
    bench.connection.refuse(Unavailable("x"))
    bench.connection.close(CloseCode.SERVICE_RESTART, "again")
    bench.clock.advance(1000.0)
    assert (len(bench.wire.frames), bench.wire.closed, bench.wire.aborted) == (sent, (1012, "shutdown"), False)


def test_a_client_gone_while_joining_is_not_admitted_later(bench):
    bench.connection.received(HELLO, False)
    bench.connection.received(INPUT, False)
    bench.connection.lost()
    bench.connection.admitted()
    assert bench.listener.heard == [("greeted", "a"), ("gone", 7)]
    assert not bench.connection.joining


def test_when_the_socket_is_gone_nothing_is_left_to_happen(bench):
    bench.join()
    bench.connection.lost("lost")
    assert bench.clock.getDelayedCalls() == []
    assert bench.listener.heard[-1] == ("gone", 7)
    assert bench.metric("mmod_closes_total", reason="lost") == 1


@pytest.mark.parametrize(
    ("end", "transport_reason", "reason"),
    [
        (lambda connection: None, None, "client"),
        (lambda connection: None, "message_too_big", "message_too_big"),
        (lambda connection: connection.refuse(Unavailable("x")), None, "unavailable"),
        (lambda connection: connection.close(CloseCode.SERVICE_RESTART, "shutdown"), None, "shutdown"),
    ],
)
def test_the_reason_of_an_end_is_the_best_one_known(bench, end, transport_reason, reason):
    end(bench.connection)
    bench.connection.lost(transport_reason)
    assert bench.metric("mmod_closes_total", reason=reason) == 1
