import struct

import pytest
from twisted.internet.interfaces import IPushProducer
from zope.interface.verify import verifyObject

from mmod.interfaces import IClientTransport
from mmod.net.websocket import CLOSE_TIMEOUT, CONTROL_BURST, MAX_FRAGMENTS, STEPS_PER_TURN
from mmod.session.closing import CloseCode

from .wire import BINARY, CLOSE, PING, PONG, TEXT, PublicEndpoint, frame, message

INPUT = message(type="input", seq=1, dt=0.05, intent={"x": 1, "z": 0})


@pytest.fixture
def endpoint():
    return PublicEndpoint(message_rate=1e6, message_burst=1_000_000)


def closes(endpoint, reason):
    return endpoint.world.metric("mmod_closes_total", reason=reason)


def test_a_client_protocol_is_what_a_session_and_a_transport_expect(endpoint):
    protocol = endpoint.opened().socket.protocol
    assert verifyObject(IClientTransport, protocol)
    assert verifyObject(IPushProducer, protocol)


# --- messages ---------------------------------------------------------------------------------------------------------


def test_a_client_joins_and_moves(endpoint):
    browser = endpoint.joined().send(INPUT)
    endpoint.world.tick(2)
    assert browser.messages("state")[-1]["data"]["ack"] == 1


def test_a_message_that_comes_byte_by_byte_is_taken(endpoint):
    browser = endpoint.opened()
    for byte in message(type="hello", token="dev:Ada"):
        browser.send(bytes([byte]))
    assert browser.messages("join_ack")


def test_a_message_in_fragments_with_a_ping_between_is_taken(endpoint):
    text = b'{"type":"hello","token":"dev:Ada"}'
    browser = endpoint.opened().send(frame(TEXT, text[:9], fin=False) + frame(PING, b"?") + frame(0, text[9:]))
    assert browser.messages("join_ack")
    assert (PONG, b"?") in browser.frames()


def test_a_binary_frame_is_a_defined_error(endpoint):
    browser = endpoint.opened().send(frame(BINARY, b"{}"))
    assert browser.messages()[0]["data"]["code"] == "bad_request"
    assert browser.close_code() == 4000


# --- closing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CloseCode)
def test_every_close_code_really_goes_out(endpoint, code):
    browser = endpoint.joined()
    endpoint.world.shard.close_all(code, "reason")
    assert browser.frames()[-1] == (CLOSE, struct.pack("!H", code) + b"reason")


def test_an_error_goes_out_before_its_close(endpoint):
    browser = endpoint.opened().send(message(type="hello", token="whoever"))
    assert [opcode for opcode, _ in browser.frames()] == [TEXT, CLOSE]
    assert browser.messages()[0]["data"]["code"] == "auth"
    assert browser.close_code() == 4001


def test_a_client_that_answers_our_close_is_gone_at_once(endpoint):
    browser = endpoint.joined()
    endpoint.world.shard.close_all(CloseCode.SERVICE_RESTART, "shutdown")
    browser.send(frame(CLOSE, struct.pack("!H", 1012))).turn()
    assert browser.ended
    assert endpoint.world.shard.connected == 0
    assert closes(endpoint, "shutdown") == 1


def test_a_client_that_does_not_answer_our_close_is_cut_off(endpoint):
    browser = endpoint.joined()
    endpoint.world.shard.close_all(CloseCode.SERVICE_RESTART, "shutdown")
    browser.turn(CLOSE_TIMEOUT - 0.01)
    assert not browser.ended
    browser.turn(0.01).turn()
    assert browser.socket.aborted
    assert browser.ended
    assert closes(endpoint, "shutdown") == 1


def test_a_client_that_closes_is_answered_and_gone(endpoint):
    browser = endpoint.joined().send(frame(CLOSE, struct.pack("!H", 1000) + b"bye"))
    assert browser.close_code() == 1000
    browser.turn()
    assert browser.ended
    assert closes(endpoint, "client") == 1


def test_a_reset_is_lost(endpoint):
    browser = endpoint.joined().send(frame(TEXT, b"{" * 100)[:20])
    browser.socket.end()
    assert closes(endpoint, "lost") == 1
    assert endpoint.world.engine.player("ada").connected is False


def test_nothing_is_left_to_happen_when_a_socket_is_gone(endpoint):
    browser = endpoint.opened()
    endpoint.world.shard.close_all(CloseCode.SERVICE_RESTART, "shutdown")
    browser.socket.end()
    assert endpoint.clock.getDelayedCalls() == []


@pytest.mark.parametrize(
    "end",
    [
        lambda browser: browser.socket.protocol.close(4000, "over"),
        lambda browser: browser.socket.protocol.abort(),
        lambda browser: browser.socket.protocol.dropConnection(),
        lambda browser: browser.send(frame(CLOSE, struct.pack("!H", 1000))),
        lambda browser: browser.socket.end(),
    ],
    ids=["our close", "abort", "drop", "their close", "lost"],
)
def test_no_state_goes_out_after_the_end(endpoint, end):
    browser = endpoint.joined()
    send_state = browser.socket.protocol.outlet().send_state
    send_state(b"a state")
    assert browser.written.endswith(b"a state")
    end(browser)
    written = browser.written
    send_state(b"another")
    assert browser.written == written


def test_messages_after_our_close_have_no_effect(endpoint):
    browser = endpoint.joined()
    endpoint.world.shard.close_all(CloseCode.SERVICE_RESTART, "shutdown")
    browser.send(INPUT)
    endpoint.world.tick(2)
    assert endpoint.world.engine.player("ada").sequences.ack == 0
    assert browser.frames()[-1][0] == CLOSE


def test_a_message_within_another_is_none_of_its_own(endpoint):
    browser = endpoint.joined().send(frame(TEXT, b"{", fin=False)).send(INPUT)
    endpoint.world.tick(2)
    assert browser.close_code() == 1002
    assert endpoint.world.engine.player("ada").sequences.ack == 0


@pytest.mark.parametrize(
    "before",
    [frame(TEXT, INPUT)[: -len(INPUT)], bytes([0x81, 0x80 | len(INPUT) - 4]), b"\x81\xfe"],
    ids=["all of the head", "without its mask", "without its length"],
)
def test_octets_of_another_frame_are_not_taken_for_one_of_their_own(endpoint, before):
    # What follows the segment `before` looks like a whole frame, and comes as a segment of its own.
    browser = endpoint.joined().send(before).send(INPUT).send(b"\0" * 0x8000)
    endpoint.world.tick(2)
    assert endpoint.world.engine.player("ada").sequences.ack == 0
    assert browser.close_code() in (1002, 1007, 1009)


# --- protocol violations ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(TEXT, b"{}", masked=False), 1002),
        (frame(TEXT, b"{}", rsv=4), 1002),
        (frame(3, b""), 1002),
        (frame(11, b""), 1002),
        (frame(0, b"alone"), 1002),
        (frame(PING, b"x", fin=False), 1002),
        (frame(PING, b"x" * 126), 1002),
        (frame(CLOSE, b"x"), 1002),
        (frame(CLOSE, struct.pack("!H", 1005)), 1002),
        (frame(TEXT, b"a", fin=False) + frame(TEXT, b"b"), 1002),
        (frame(TEXT, b"\xff\xfe"), 1007),
        (frame(TEXT, b"\xed\xa0\x80"), 1007),
    ],
)
@pytest.mark.parametrize("joined", [False, True])
def test_a_violation_is_closed_with_its_code_and_cut_off_when_the_client_does_not_answer(endpoint, data, code, joined):
    browser = (endpoint.joined() if joined else endpoint.opened()).send(data)
    assert browser.close_code() == code
    browser.turn(CLOSE_TIMEOUT).turn()
    assert browser.ended
    assert endpoint.world.shard.connected == 0


def test_a_violation_is_counted_as_one(endpoint):
    browser = endpoint.joined().send(frame(TEXT, b"{}", masked=False))
    browser.turn(CLOSE_TIMEOUT).turn()
    assert closes(endpoint, "protocol_error") == 1


# --- sizes ------------------------------------------------------------------------------------------------------------

LIMIT = 2048


def padded(size):
    """Return a hello of exactly this many bytes."""
    text = b'{"type":"hello","token":"dev:Ada","x":""}'
    return text[:-2] + b"x" * (size - len(text)) + text[-2:]


@pytest.fixture
def narrow():
    return PublicEndpoint(max_message_bytes=LIMIT)


def test_a_message_of_exactly_the_limit_is_taken(narrow):
    assert narrow.opened().send(frame(TEXT, padded(LIMIT))).messages("join_ack")


def test_a_message_of_exactly_the_limit_in_fragments_is_taken(narrow):
    text = padded(LIMIT)
    browser = narrow.opened().send(frame(TEXT, text[:1000], fin=False) + frame(0, text[1000:]))
    assert browser.messages("join_ack")


@pytest.mark.parametrize(
    "data",
    [
        frame(TEXT, padded(LIMIT + 1)),
        frame(TEXT, padded(LIMIT + 1))[:8],  # only declared
        b"\x81\xff" + struct.pack("!Q", 2**63 - 1) + b"mask",
        frame(TEXT, padded(LIMIT), fin=False) + frame(0, b"x"),
        frame(TEXT, padded(LIMIT), fin=False) + frame(0, b"x")[:6],
        frame(BINARY, b"x" * (LIMIT + 1))[:8],
    ],
)
def test_one_byte_more_is_closed_before_the_payload_is_read(narrow, data):
    browser = narrow.opened().send(data)
    assert browser.close_code() == 1009
    assert browser.messages() == []
    browser.turn(CLOSE_TIMEOUT).turn()
    assert browser.ended
    assert narrow.world.metric("mmod_closes_total", reason="message_too_big") == 1


def test_a_message_in_as_many_frames_as_allowed_is_taken(endpoint):
    text = b'{"type":"hello","token":"dev:Ada"}'
    data = frame(TEXT, text, fin=False) + frame(0, fin=False) * (MAX_FRAGMENTS - 2) + frame(0)
    browser = endpoint.opened().send(data)
    for _ in range(10):
        browser.turn()
    assert browser.messages("join_ack")


def test_a_message_in_too_many_frames_is_closed(endpoint):
    browser = endpoint.opened().send(frame(TEXT, b"{", fin=False) + frame(0, fin=False) * 10_000)
    for _ in range(10):
        browser.turn()
    assert browser.close_code() == 1009
    browser.turn(CLOSE_TIMEOUT).turn()
    assert browser.ended


def test_messages_after_a_violation_have_no_effect(endpoint):
    browser = endpoint.joined().send(frame(TEXT, b"x", fin=False) + frame(0, fin=False) * MAX_FRAGMENTS)
    for _ in range(10):
        browser.turn()
    assert browser.close_code() == 1009
    browser.send(frame(0) + INPUT)
    endpoint.world.tick(2)
    assert endpoint.world.engine.player("ada").sequences.ack == 0


# --- floods and slow readers ------------------------------------------------------------------------------------------


def test_a_flood_of_tiny_frames_lets_others_have_their_turns(endpoint):
    browser = endpoint.joined()
    frames = CONTROL_BURST
    browser.send(frame(PING) * frames)
    pongs = len([opcode for opcode, _ in browser.frames() if opcode == PONG])
    assert 0 < pongs <= STEPS_PER_TURN
    assert browser.socket.producerState == "paused"
    for _ in range(30):
        browser.turn()
    assert len([opcode for opcode, _ in browser.frames() if opcode == PONG]) == frames
    assert browser.socket.producerState == "producing"


@pytest.mark.parametrize("kind", [PING, PONG])
def test_a_flood_of_control_frames_ends_the_session(endpoint, kind):
    browser = endpoint.joined()
    browser.send(frame(kind) * (CONTROL_BURST + 1))
    for _ in range(30):
        browser.turn()
    assert browser.close_code() == CloseCode.RATE_LIMITED


def test_a_client_gone_in_the_middle_of_its_flood_leaves_nothing_behind(endpoint):
    browser = endpoint.opened().send(frame(PING) * 1000)
    browser.socket.end()
    assert endpoint.clock.getDelayedCalls() == []


def test_pings_of_a_client_that_does_not_read_are_not_answered(endpoint):
    browser = endpoint.joined()
    browser.socket.producer.pauseProducing()
    browser.send(frame(PING, b"x") * 50)
    assert (PONG, b"x") not in browser.frames()
    browser.socket.producer.resumeProducing()
    browser.send(frame(PING, b"y"))
    assert (PONG, b"y") in browser.frames()


def test_a_client_that_does_not_read_gets_no_snapshots_and_is_dropped(endpoint):
    browser = endpoint.joined()
    browser.socket.producer.pauseProducing()
    endpoint.world.tick(10)
    assert browser.messages("state") == []
    for _ in range(40):
        browser.turn(0.25)
    assert browser.turn().ended
    assert browser.socket.aborted
    assert closes(endpoint, "slow_client") == 1


def test_the_limit_of_unsent_bytes_is_the_transports(endpoint):
    assert endpoint.opened().socket.bufferSize == 64 * 1024


def test_a_pong_gives_telemetry(endpoint):
    browser = endpoint.joined().turn(1.0)
    ping = next(payload for opcode, payload in browser.frames() if opcode == PING)
    browser.turn(0.25).send(frame(PONG, ping))
    browser.turn(1.0)
    assert browser.messages("telemetry")[0]["data"]["rtt_ms"] == 250.0


def test_what_need_only_be_there_soon_goes_out_in_one_write_with_the_next_frame(endpoint):
    protocol = endpoint.opened().socket.protocol
    writes = []
    protocol.transport.write = writes.append
    protocol.onOpen()
    protocol.ping(b"?", soon=True)
    protocol.send(b"telemetry", soon=True)
    assert writes == []
    protocol.send(b"state")
    protocol.send(b"more")
    assert writes == [b"\x89\x01?\x81\x09telemetry\x81\x05state", b"\x81\x04more"]


def test_a_silent_client_is_dropped_without_a_close_frame():
    endpoint = PublicEndpoint(hello_timeout=100.0)
    browser = endpoint.opened()
    for _ in range(44):
        browser.turn(0.25)
    assert browser.turn().socket.aborted
    assert browser.close_code() is None
