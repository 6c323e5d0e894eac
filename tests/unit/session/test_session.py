import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmod.errors import AuthRefused, BadRequest, Unavailable, WorldFull
from mmod.session.closing import CloseCode, Kicked, Replaced
from mmod.session.session import (
    MALFORMED_LIMIT,
    PING_EARLY,
    PING_PATIENCE,
    Close,
    Drop,
    Greet,
    Phase,
    Ping,
    Send,
    Session,
    Submit,
)
from mmod.session.settings import SessionSettings
from mmod.wire.messages import Equip, Hello, Input, Intent, Unequip

HELLO = b'{"type":"hello","token":"dev:ada"}'
INPUT = b'{"type":"input","seq":1,"dt":0.05,"intent":{"x":1,"z":0}}'
EQUIP = b'{"type":"equip","seq":1,"instance_id":"i","slot":"head"}'
UNEQUIP = b'{"type":"unequip","seq":2,"slot":"head"}'
SETTINGS = SessionSettings()

#: Not at 0, so that a deadline counted from the wrong moment shows.
START = 1000.0


def input_message(seq):
    return json.dumps({"type": "input", "seq": seq, "dt": 0.05, "intent": {"x": 1, "z": 0}}).encode()


def new_session(**settings):
    return Session(SessionSettings(**settings), START)


def joining(**settings):
    session = new_session(**settings)
    assert session.received(HELLO, False, START) == [Greet(Hello("dev:ada"))]
    return session


def joined(**settings):
    session = joining(**settings)
    assert list(session.admitted()) == []
    return session


SESSIONS = {"greeting": new_session, "joining": joining, "joined": joined}


def refusal(actions):
    """Return error code, close code and reason of actions that must be exactly an error and a close."""
    send, close = actions
    assert isinstance(send, Send)
    assert isinstance(close, Close)
    message = json.loads(send.payload)
    assert message["type"] == "error"
    return message["data"]["code"], close.code, close.reason


def error_code(actions):
    (send,) = actions
    return json.loads(send.payload)["data"]["code"]


# --- GREETING ---------------------------------------------------------------------------------------------------------


def test_hello_begins_the_join():
    session = new_session()
    assert session.received(HELLO, False, START) == [Greet(Hello("dev:ada"))]
    assert session.phase is Phase.JOINING


@pytest.mark.parametrize(
    ("payload", "binary"),
    [
        (INPUT, False),
        (EQUIP, False),
        (b"{}", False),
        (b"not JSON", False),
        (b"", False),
        (b'{"type":"hello"}', False),
        (b'{"type":"hello","token":""}', False),
        (b'{"type":"hello","token":1}', False),
        (b'{"type":"hello","token":"a","resume":null}', False),
        (b'{"type":"join_ack"}', False),
        (HELLO, True),
    ],
)
def test_anything_but_a_hello_first_is_a_bad_request(payload, binary):
    session = new_session()
    assert refusal(session.received(payload, binary, START)) == ("bad_request", 4000, "bad_request")
    assert session.phase is Phase.CLOSED


@pytest.mark.parametrize("timeout", [5.0, 0.5])
def test_no_hello_in_time_closes_exactly_then(timeout):
    session = new_session(hello_timeout=timeout, ping_interval=100.0)
    assert session.next_wake == START + timeout
    assert list(session.woken(START + timeout - 0.001)) == []
    assert refusal(session.woken(START + timeout)) == ("hello_timeout", 4000, "hello_timeout")


def test_a_hello_at_the_last_moment_is_in_time():
    session = new_session(ping_interval=100.0)
    session.received(HELLO, False, START + 4.999)
    assert list(session.woken(START + 5.0)) == []
    assert session.phase is Phase.JOINING


# --- JOINING ----------------------------------------------------------------------------------------------------------


def test_messages_before_the_admission_are_held_back_and_then_taken_in_order():
    session = joining()
    for payload in (INPUT, EQUIP, UNEQUIP):
        assert list(session.received(payload, False, START)) == []
    assert list(session.admitted()) == [
        Submit(Input(1, 0.05, Intent(1.0, 0.0))),
        Submit(Equip(1, "i", "head")),
        Submit(Unequip(2, "head")),
    ]
    assert session.phase is Phase.JOINED


def test_what_was_malformed_while_joining_is_told_after_the_admission():
    session = joining()
    for payload, binary in ((b"?", False), (HELLO, False), (INPUT, True), (b'{"type":"fly"}', False)):
        session.received(payload, binary, START)
    codes = [json.loads(action.payload)["data"]["code"] for action in session.admitted()]
    assert codes == ["bad_request", "bad_request", "bad_request", "unknown_type"]


def test_held_back_messages_count_towards_the_malformed_limit_and_what_follows_it_is_dropped():
    session = joining()
    for _ in range(MALFORMED_LIMIT):
        session.received(b"?", False, START)
    session.received(INPUT, False, START)
    *errors, last, close = session.admitted()
    assert len(errors) == MALFORMED_LIMIT - 1
    assert refusal([last, close]) == ("bad_request", 4000, "bad_request")
    assert session.phase is Phase.CLOSED


def test_no_more_messages_than_the_burst_are_held_back_however_long_the_join_takes():
    session = joining(message_burst=3, message_rate=100.0)
    for step in range(3):
        assert list(session.received(INPUT, False, START + step)) == []
    assert refusal(session.received(INPUT, False, START + 4)) == ("rate_limited", 4002, "rate_limited")


def test_a_joining_session_has_no_deadline_of_its_own():
    session = joining(ping_interval=1000.0)
    assert list(session.woken(START + 100.0)) == []
    assert session.phase is Phase.JOINING


@pytest.mark.parametrize(
    ("error", "code", "close"),
    [
        (AuthRefused("no"), "auth", 4001),
        (Unavailable("later"), "unavailable", 1013),
        (WorldFull("full"), "world_full", 4005),
        (Replaced("elsewhere"), "replaced", 4003),
    ],
)
def test_a_refused_join_is_told_and_closed(error, code, close):
    session = joining()
    assert refusal(session.refuse(error)) == (code, close, code)
    assert list(session.admitted()) == []
    assert session.phase is Phase.CLOSED


# --- JOINED -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (INPUT, Input(1, 0.05, Intent(1.0, 0.0))),
        (EQUIP, Equip(1, "i", "head")),
        (UNEQUIP, Unequip(2, "head", "backpack")),
    ],
)
def test_commands_are_submitted(payload, message):
    assert joined().received(payload, False, START) == [Submit(message)]


@pytest.mark.parametrize(
    ("payload", "binary", "code"),
    [
        (b"?", False, "bad_request"),
        (b"{}", False, "bad_request"),
        (HELLO, False, "bad_request"),
        (INPUT, True, "bad_request"),
        (b'{"type":"input","seq":0}', False, "bad_request"),
        (b'{"type":"state"}', False, "unknown_type"),
    ],
)
def test_a_malformed_message_is_told_nine_times_and_closes_the_tenth_time(payload, binary, code):
    session = joined()
    for _ in range(MALFORMED_LIMIT - 1):
        assert error_code(session.received(payload, binary, START)) == code
        session.received(INPUT, False, START)  # good ones in between change nothing
    assert refusal(session.received(payload, binary, START)) == ("bad_request", 4000, "bad_request")


@pytest.mark.parametrize("timeout", [30.0, 2.5])
def test_nothing_for_too_long_closes_exactly_then(timeout):
    session = joined(idle_timeout=timeout, ping_interval=1000.0)
    session.received(INPUT, False, START + 1)
    assert session.next_wake == START + 1 + timeout
    assert list(session.woken(START + 1 + timeout - 0.001)) == []
    assert refusal(session.woken(START + 1 + timeout)) == ("idle_timeout", 4004, "idle_timeout")


def test_pongs_do_not_count_as_messages():
    session = joined(idle_timeout=3.0)
    for second in (1.0, 2.0):
        (ping,) = session.woken(START + second)
        session.ponged(ping.payload, 20.0, START + second)
    assert refusal(session.woken(START + 3.0))[0] == "idle_timeout"


def test_malformed_messages_count_as_messages():
    session = joined(ping_interval=1000.0)
    session.received(b"?", False, START + 10)
    assert list(session.woken(START + 30)) == []


# --- in every phase but CLOSED ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", ["joining", "joined"])
def test_more_than_the_rate_allows_closes(phase):
    session = SESSIONS[phase](message_rate=1.0, message_burst=4)
    for _ in range(3):  # the hello was the first
        session.received(INPUT, False, START)
    assert refusal(session.received(INPUT, False, START)) == ("rate_limited", 4002, "rate_limited")


def test_a_client_at_exactly_the_rate_is_never_limited():
    session = joined(message_rate=60.0, message_burst=120)
    for number in range(1, 2000):
        assert isinstance(session.received(INPUT, False, START + number / 60)[0], Submit)


@pytest.mark.parametrize("phase", SESSIONS)
def test_the_first_ping_comes_after_the_interval_and_the_next_one_an_interval_later(phase):
    session = SESSIONS[phase](hello_timeout=100.0)
    assert session.next_wake == START + 1.0
    assert list(session.woken(START + 0.999)) == []
    (first,) = session.woken(START + 1.0)
    session.ponged(first.payload, 20.0, START + 1.2)
    assert session.next_wake == START + 2.0
    (second,) = session.woken(START + 2.0)
    assert isinstance(second, Ping)
    assert second != first


@pytest.mark.parametrize("phase", SESSIONS)
def test_a_ping_without_its_pong_drops_exactly_at_the_timeout(phase):
    session = SESSIONS[phase](hello_timeout=100.0)
    (ping,) = session.woken(START + 1.0)
    assert session.next_wake <= START + 11.0
    session.ponged(ping.payload + b"x", 20.0, START + 2.0)  # not the answer
    assert list(session.woken(START + 10.999)) == []
    assert session.woken(START + 11.0) == [Drop("ping_timeout")]
    assert session.phase is Phase.CLOSED


@pytest.mark.parametrize("phase", SESSIONS)
def test_unread_data_drops_exactly_at_its_timeout(phase):
    session = SESSIONS[phase](hello_timeout=100.0, ping_interval=1000.0)
    session.outbox.filled(START + 3.0)
    assert session.next_wake == START + 13.0
    assert list(session.woken(START + 12.999)) == []
    assert session.woken(START + 13.0) == [Drop("slow_client")]


def test_a_client_that_reads_at_last_is_not_dropped():
    session = joined(ping_interval=1000.0)
    session.outbox.filled(START)
    session.outbox.drained()
    assert list(session.woken(START + 10.0)) == []


@pytest.mark.parametrize("phase", SESSIONS)
@pytest.mark.parametrize(
    ("error", "close"), [(Replaced("x"), 4003), (Kicked("because"), 4006), (BadRequest("x"), 4000)]
)
def test_every_session_can_be_ended_with_an_error(phase, error, close):
    assert refusal(SESSIONS[phase]().refuse(error)) == (error.code, close, error.code)


@pytest.mark.parametrize("phase", SESSIONS)
def test_every_session_can_be_closed_without_an_error(phase):
    session = SESSIONS[phase]()
    assert session.close(CloseCode.SERVICE_RESTART, "shutdown") == [Close(1012, "shutdown")]
    assert session.phase is Phase.CLOSED


# --- telemetry --------------------------------------------------------------------------------------------------------


def test_a_pong_gives_the_round_trip_and_telemetry():
    session = joined()
    (ping,) = session.woken(START + 1.0)
    (send,) = session.ponged(ping.payload, 19.98765, START + 1.0123456)
    assert json.loads(send.payload) == {"type": "telemetry", "data": {"tick_rate": 19.988, "rtt_ms": 12.346}}
    assert session.rtt == pytest.approx(0.0123456)


@pytest.mark.parametrize("phase", ["greeting", "joining"])
def test_before_the_join_a_pong_gives_no_telemetry(phase):
    session = SESSIONS[phase]()
    (ping,) = session.woken(START + 1.0)
    assert list(session.ponged(ping.payload, 20.0, START + 1.5)) == []
    assert session.rtt == 0.5


def test_pongs_nobody_asked_for_are_ignored():
    session = joined()
    assert list(session.ponged(b"", 20.0, START)) == []
    (ping,) = session.woken(START + 1.0)
    assert list(session.ponged(b"\x00\x00\x00\x00", 20.0, START + 1.1)) == []
    assert len(session.ponged(ping.payload, 20.0, START + 1.2)) == 1
    assert list(session.ponged(ping.payload, 20.0, START + 1.3)) == []  # the same once more
    assert session.rtt == pytest.approx(0.2)


def test_a_ping_that_is_due_about_now_goes_with_a_state_and_the_next_one_keeps_the_beat():
    session = joined()
    assert list(session.state_sent(START + 1.0 - PING_EARLY - 0.001)) == []
    (ping,) = session.state_sent(START + 1.0 - PING_EARLY)
    assert list(session.woken(START + 1.0)) == []
    session.ponged(ping.payload, 20.0, START + 1.0)
    assert list(session.state_sent(START + 2.0 - PING_EARLY - 0.001)) == []
    assert len(session.woken(START + 2.0)) == 1


def test_the_timer_leaves_pings_to_states_for_a_while_when_they_have_taken_one_and_then_sends_them_itself():
    session = joined()
    (ping,) = session.state_sent(START + 1.0)
    session.ponged(ping.payload, 20.0, START + 1.1)
    assert session.next_wake == START + 2.0 + PING_PATIENCE
    (late,) = session.woken(START + 2.0 + PING_PATIENCE)
    session.ponged(late.payload, 20.0, START + 5.1)
    assert session.next_wake == START + 6.0


def test_a_ping_that_went_with_a_state_has_its_timeout_too():
    session = joined(ping_timeout=2.0)
    assert len(session.state_sent(START + 1.0)) == 1
    assert session.next_wake == START + 3.0
    assert session.woken(START + 3.0) == [Drop("ping_timeout")]


def test_with_a_ping_under_way_a_state_takes_none_along():
    session = joined()
    assert len(session.woken(START + 1.0)) == 1
    assert list(session.state_sent(START + 3.0)) == []


def test_telemetry_need_only_be_there_soon():
    session = joined()
    (ping,) = session.woken(START + 1.0)
    (send,) = session.ponged(ping.payload, 20.0, START + 1.1)
    assert send.soon


def test_only_one_ping_is_under_way_at_a_time():
    session = joined()
    (ping,) = session.woken(START + 1.0)
    assert list(session.woken(START + 5.0)) == []
    session.ponged(ping.payload, 20.0, START + 5.5)
    assert session.next_wake <= START + 5.5
    assert isinstance(session.woken(START + 5.5)[0], Ping)


# --- CLOSED -----------------------------------------------------------------------------------------------------------

_STIMULI = {
    "message": lambda session: session.received(HELLO, False, START + 1),
    "binary": lambda session: session.received(INPUT, True, START + 1),
    "pong": lambda session: session.ponged(b"\x00\x00\x00\x01", 20.0, START + 1),
    "wake": lambda session: session.woken(START + 1000),
    "refusal": lambda session: session.refuse(Replaced("x")),
    "close": lambda session: session.close(CloseCode.SERVICE_RESTART, "x"),
    "admission": lambda session: session.admitted(),
}

_ENDINGS = {
    "refused": lambda session: session.refuse(Kicked("x")),
    "closed": lambda session: session.close(CloseCode.SERVICE_RESTART, "x"),
    "dropped": lambda session: (session.outbox.filled(START), session.woken(START + 20)),
    "ended": lambda session: session.ended(),
}


@pytest.mark.parametrize("stimulus", _STIMULI)
@pytest.mark.parametrize("ending", _ENDINGS)
@pytest.mark.parametrize("phase", SESSIONS)
def test_a_closed_session_gives_nothing_and_stays_closed(phase, ending, stimulus):
    session = SESSIONS[phase](hello_timeout=100.0, ping_interval=1000.0)
    if phase == "joining":
        session.received(INPUT, False, START)
    _ENDINGS[ending](session)
    assert list(_STIMULI[stimulus](session)) == []
    assert session.phase is Phase.CLOSED
    assert session.next_wake is None


_STEPS = st.one_of(
    st.sampled_from([HELLO, INPUT, EQUIP, b"?", b'{"type":"x"}']).map(lambda payload: ("received", payload)),
    st.floats(0, 20).map(lambda seconds: ("wait", seconds)),
    st.sampled_from(["admit", "refuse", "close", "pong", "fill", "drain"]).map(lambda name: (name, None)),
)


@given(st.lists(_STEPS, max_size=40))
def test_whatever_happens_a_session_ends_once_and_says_nothing_afterwards(steps):
    session, now, endings, last_ping = new_session(), START, 0, b""
    for name, argument in steps:
        was_closed = session.phase is Phase.CLOSED
        match name:
            case "wait":
                now += argument
                actions = session.woken(now)
            case "received":
                actions = session.received(argument, False, now)
            case "admit":
                actions = session.admitted() if session.phase is Phase.JOINING else []
            case "refuse":
                actions = session.refuse(Replaced("x"))
            case "close":
                actions = session.close(CloseCode.SERVICE_RESTART, "x")
            case "pong":
                actions = session.ponged(last_ping, 20.0, now)
            case "fill":
                actions = session.outbox.filled(now) or []
            case _:
                actions = session.outbox.drained() or []
        assert not (was_closed and actions)
        last_ping = next((action.payload for action in actions if isinstance(action, Ping)), last_ping)
        endings += sum(isinstance(action, Close | Drop) for action in actions)
        assert (session.phase is Phase.CLOSED) == (endings == 1)
        assert (session.next_wake is None) == (session.phase is Phase.CLOSED)


def test_a_submission_is_what_a_message_asks_and_keeps_the_session_awake():
    session = joined(idle_timeout=30.0)
    assert session.submission(INPUT, START + 29) == Input(1, 0.05, Intent(1.0, 0.0))
    session.woken(START + 31)
    assert not session.over


@pytest.mark.parametrize("payload", [HELLO, b"{", b'{"type":"fly"}'])
def test_what_is_no_submission_is_left_to_be_received_as_if_it_had_not_been_looked_at(payload):
    looked_at, other = joined(), joined()
    assert looked_at.submission(payload, START) is None
    assert looked_at.received(payload, False, START) == other.received(payload, False, START)


def test_nothing_is_submitted_before_the_join_nor_after_the_end():
    session = joining()
    assert session.submission(INPUT, START) is None
    session.ended()
    assert session.submission(INPUT, START) is None


def test_submissions_are_counted_against_the_message_rate():
    session = joined()
    taken = 0
    while session.submission(INPUT, START) is not None:
        taken += 1
    assert taken == SETTINGS.message_burst - 1  # the hello was one
    assert refusal(session.received(INPUT, False, START)) == ("rate_limited", 4002, "rate_limited")
