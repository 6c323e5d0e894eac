"""RFC 6455 against the daemon's own protocol, as an echo server: what the Autobahn|Testsuite asks in its groups 1 to 7.

Every case is sent in one piece, octet by octet and in small pieces; how bytes arrive must make no difference.  That the
shortcuts make none either, a property shows: the same bytes, with and without them, give the same answers.  The suite
itself can be run with `tests.autobahn`.
"""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.task import Clock

from mmod.net.clients import ClientFactory
from mmod.net.public import public_root
from mmod.net.seats import Seats
from mmod.net.site import QuietSite
from mmod.net.upgrade import UpgradeResource
from mmod.net.websocket import ClientProtocol, WebSocketServerProtocol
from mmod.session.outbox import Outbox
from mmod.session.settings import SessionSettings

from .wire import BINARY, CLOSE, PAGE, PING, PONG, TEXT, Browser, frame, upgrade

CONTINUATION = 0
MASK = b"\x9c\x01\xff\x5a"


class Echo:
    """A connection whose session says back whatever it hears."""

    def __init__(self, transport):
        self._transport = transport
        self.session = self
        self.outbox = Outbox(10.0)

    def received(self, payload, binary):
        if binary:
            self._transport.sendMessage(payload, True)
        else:
            self._transport.send(payload)

    def ponged(self, payload):
        pass

    def filled(self):
        pass

    def drained(self):
        pass

    def lost(self, reason):
        pass


class PlainProtocol(ClientProtocol):
    """Ours without its shortcuts for what comes in."""

    dataReceived = WebSocketServerProtocol.dataReceived  # noqa: N815
    processData = WebSocketServerProtocol.processData  # noqa: N815


class PlainFactory(ClientFactory):
    """Builds protocols without shortcuts."""

    protocol = PlainProtocol


def echo_server(make=ClientFactory):
    """Return a browser whose WebSocket to an echo server is open."""
    clock, seats = Clock(), Seats(10, 0)
    factory = make(Echo, SessionSettings(max_message_bytes=1 << 20), clock, seats)
    site = QuietSite(public_root(UpgradeResource(factory, ()), PAGE, {}), clock, 10.0, seats)
    return Browser(site, clock).send(upgrade())


def pieces(data, size):
    return [data[place : place + size] for place in range(0, len(data), size)]


def talk(browser, chunks):
    """Send the chunks as far as the server reads, and return what it answered."""
    for chunk in chunks:
        if not browser.ended:
            browser.send(chunk)
        while browser.socket.producerState == "paused":
            browser.turn()
    return browser.frames()


def text(payload, **more):
    return frame(TEXT, payload, mask=MASK, **more)


def binary(payload, **more):
    return frame(BINARY, payload, mask=MASK, **more)


def rest(payload, **more):
    return frame(CONTINUATION, payload, mask=MASK, **more)


def ping(payload=b"", **more):
    return frame(PING, payload, mask=MASK, **more)


def pong(payload=b"", **more):
    return frame(PONG, payload, mask=MASK, **more)


def close(code=None, reason=b""):
    return frame(CLOSE, b"" if code is None else struct.pack("!H", code) + reason, mask=MASK)


HELLO = "Hello-µ@ßöäüàá-UTF-8!!".encode()
BYE = text(b"bye") + close(1000)
SAID_BYE = [(TEXT, b"bye"), (CLOSE, 1000)]
EVERY_OCTET = bytes(range(2, 127))
SIZES = (0, 1, 124, 125, 126, 127, 128, 65535, 65536, 65537)

#: What is sent, and the answers: opcode with payload, and of a close frame its code.
CONVERSATIONS = {
    # 1: framing
    **{f"text of {size}": (text(b"*" * size) + BYE, [(TEXT, b"*" * size), *SAID_BYE]) for size in SIZES},
    **{f"octets of {size}": (binary(b"\xfe" * size) + BYE, [(BINARY, b"\xfe" * size), *SAID_BYE]) for size in SIZES},
    "many at once": (b"".join(text(b"%d" % n) for n in range(50)), [(TEXT, b"%d" % n) for n in range(50)]),
    "short, long, short": (
        text(b"a") + text(b"b" * 300) + text(b"c") + binary(b"d"),
        [(TEXT, b"a"), (TEXT, b"b" * 300), (TEXT, b"c"), (BINARY, b"d")],
    ),
    # 2: pings and pongs
    "empty ping": (ping() + BYE, [(PONG, b""), *SAID_BYE]),
    "ping with text": (ping(b"Hello") + BYE, [(PONG, b"Hello"), *SAID_BYE]),
    "ping with octets": (ping(b"\x00\xff\xfe\xfd") + BYE, [(PONG, b"\x00\xff\xfe\xfd"), *SAID_BYE]),
    "ping of 125": (ping(EVERY_OCTET) + BYE, [(PONG, EVERY_OCTET), *SAID_BYE]),
    "ping of 126": (ping(b"\xfe" * 126) + BYE, [(CLOSE, 1002)]),
    "pong unasked": (pong() + BYE, SAID_BYE),
    "pong with payload unasked": (pong(b"\xff unasked") + BYE, SAID_BYE),
    "pong then ping": (pong(b"x") + ping(b"y") + BYE, [(PONG, b"y"), *SAID_BYE]),
    "pong of 126": (pong(b"x" * 126) + BYE, [(CLOSE, 1002)]),
    "ten pings": (b"".join(ping(b"%d" % n) for n in range(10)), [(PONG, b"%d" % n) for n in range(10)]),
    # 3: reserved bits
    **{
        f"reserved bits {bits} in a {name}": (text(b"before") + made + BYE, [(TEXT, b"before"), (CLOSE, 1002)])
        for bits in range(1, 8)
        for name, made in {
            "text": text(b"x", rsv=bits),
            "binary": binary(b"x", rsv=bits),
            "ping": ping(b"x", rsv=bits),
            "pong": pong(b"x", rsv=bits),
            "close": frame(CLOSE, b"\x03\xe8", rsv=bits),
        }.items()
    },
    # 4: reserved opcodes
    **{
        f"opcode {opcode} with {len(payload)}": (
            text(b"before") + frame(opcode, payload, mask=MASK) + BYE,
            [(TEXT, b"before"), (CLOSE, 1002)],
        )
        for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
        for payload in (b"", b"reserved")
    },
    # 5: fragments
    "ping in fragments": (ping(b"a", fin=False) + rest(b"b"), [(CLOSE, 1002)]),
    "pong in fragments": (pong(b"a", fin=False) + rest(b"b"), [(CLOSE, 1002)]),
    "text in two": (text(b"a", fin=False) + rest(b"b") + BYE, [(TEXT, b"ab"), *SAID_BYE]),
    "octets in two": (binary(b"\xff", fin=False) + rest(b"\xfe") + BYE, [(BINARY, b"\xff\xfe"), *SAID_BYE]),
    "a ping between": (text(b"a", fin=False) + ping(b"?") + rest(b"b"), [(PONG, b"?"), (TEXT, b"ab")]),
    "a pong between": (text(b"a", fin=False) + pong(b"?") + rest(b"b") + BYE, [(TEXT, b"ab"), *SAID_BYE]),
    "pings between five": (
        text(b"1", fin=False)
        + rest(b"2", fin=False)
        + ping(b"x")
        + rest(b"3", fin=False)
        + rest(b"4", fin=False)
        + ping(b"y")
        + rest(b"5"),
        [(PONG, b"x"), (PONG, b"y"), (TEXT, b"12345")],
    ),
    "empty fragments": (text(b"", fin=False) + rest(b"", fin=False) + rest(b"") + BYE, [(TEXT, b""), *SAID_BYE]),
    "text in an empty and two": (text(b"", fin=False) + rest(b"a", fin=False) + rest(b""), [(TEXT, b"a")]),
    "end of nothing": (rest(b"x") + BYE, [(CLOSE, 1002)]),
    "continuation of nothing": (rest(b"x", fin=False) + BYE, [(CLOSE, 1002)]),
    "continuation after the end": (
        text(b"a", fin=False) + rest(b"b") + rest(b"c", fin=False) + BYE,
        [(TEXT, b"ab"), (CLOSE, 1002)],
    ),
    "continuation after a whole": (text(b"a") + rest(b"b") + BYE, [(TEXT, b"a"), (CLOSE, 1002)]),
    "text inside a text": (text(b"a", fin=False) + text(b"b") + BYE, [(CLOSE, 1002)]),
    "text begun inside a text": (text(b"a", fin=False) + text(b"b", fin=False) + BYE, [(CLOSE, 1002)]),
    "binary inside a text": (text(b"a", fin=False) + binary(b"b") + BYE, [(CLOSE, 1002)]),
    # 6: UTF-8
    **{
        f"valid {name}": (text(payload) + BYE, [(TEXT, payload), *SAID_BYE])
        for name, payload in {
            "words": HELLO,
            "Greek": "κόσμε".encode(),
            "first of two": "\x80".encode(),
            "last of two": "\u07ff".encode(),
            "first of three": "\u0800".encode(),
            "last before surrogates": "\ud7ff".encode(),
            "first after surrogates": "\ue000".encode(),
            "no character": "\uffff".encode(),
            "first of four": "\U00010000".encode(),
            "last of all": "\U0010ffff".encode(),
            "zero": b"\x00",
            "mark of order": "\ufeff".encode(),
        }.items()
    },
    "valid in octets": (
        b"".join(frame(TEXT if n == 0 else 0, HELLO[n : n + 1], fin=False, mask=MASK) for n in range(len(HELLO)))
        + rest(b""),
        [(TEXT, HELLO)],
    ),
    **{
        f"invalid {name}": (text(b"ok") + text(b"before " + payload) + BYE, [(TEXT, b"ok"), (CLOSE, 1007)])
        for name, payload in {
            "continuation alone": b"\x80 after",
            "all continuations": bytes(range(0x80, 0xC0)),
            "start alone": b"\xc3 after",
            "end within two": b"\xc3",
            "end within three": b"\xe2\x82",
            "end within four": b"\xf0\x9f\x98",
            "longer than needed of two": b"\xc0\xaf",
            "longer than needed of three": b"\xe0\x80\xaf",
            "longer than needed of four": b"\xf0\x80\x80\xaf",
            "first surrogate": b"\xed\xa0\x80",
            "pair of surrogates": b"\xed\xa0\x80\xed\xb0\x80",
            "beyond the last": b"\xf4\x90\x80\x80",
            "of five": b"\xf8\x88\x80\x80\x80",
            "of six": b"\xfc\x84\x80\x80\x80\x80",
            "never used": b"\xfe",
            "never used either": b"\xff",
        }.items()
    },
    "invalid in a fragment": (text(b"ok", fin=False) + rest(b"\xff", fin=False), [(CLOSE, 1007)]),
    "invalid across fragments": (text(b"\xe2\x82", fin=False) + rest(b"\x20"), [(CLOSE, 1007)]),
    "invalid in a long text": (text(b"x" * 300 + b"\xff") + BYE, [(CLOSE, 1007)]),
    "invalid before its message has come": (text(b"ok\xff" + b"x" * 120)[:9], [(CLOSE, 1007)]),
    "invalid before its fragment has come": (
        text(b"a", fin=False) + rest(b"\xf4\x90" + b"x" * 90)[:8],
        [(CLOSE, 1007)],
    ),
    # 7: closing
    "close": (close(1000), [(CLOSE, 1000)]),
    "close without a code": (close(), [(CLOSE, 1000)]),
    "close of one octet": (frame(CLOSE, b"\x03", mask=MASK), [(CLOSE, 1002)]),
    "close with a reason": (close(1000, b"bye"), [(CLOSE, 1000)]),
    "close with the longest reason": (close(1000, b"*" * 123), [(CLOSE, 1000)]),
    "close with too long a reason": (close(1000, b"*" * 124), [(CLOSE, 1002)]),
    "close with a bad reason": (close(1000, b"\xce\xba\xff"), [(CLOSE, 1007)]),
    "close with a cut reason": (close(1000, b"\xe2\x82"), [(CLOSE, 1007)]),
    "close in fragments": (frame(CLOSE, b"\x03\xe8", fin=False, mask=MASK), [(CLOSE, 1002)]),
    "close twice": (close(1000) + close(1000), [(CLOSE, 1000)]),
    "ping after close": (close(1000) + ping(b"x"), [(CLOSE, 1000)]),
    "text after close": (close(1000) + text(b"x"), [(CLOSE, 1000)]),
    "close within a message": (text(b"a", fin=False) + close(1000) + rest(b"b"), [(CLOSE, 1000)]),
    "close after a large message": (text(b"x" * 70_000) + close(1000), [(TEXT, b"x" * 70_000), (CLOSE, 1000)]),
    **{
        f"close with {code}": (close(code, b"why"), [(CLOSE, 1000)])
        for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 3999, 4000, 4999)
    },
    **{
        f"close with {code}": (close(code, b"why"), [(CLOSE, 1002)])
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)
    },
    # masks and lengths
    "text without a mask": (text(b"a") + frame(TEXT, b"b", masked=False) + BYE, [(TEXT, b"a"), (CLOSE, 1002)]),
    "nothing without a mask": (frame(TEXT, masked=False) + BYE, [(CLOSE, 1002)]),
    "pong without a mask": (frame(PONG, b"b", masked=False) + BYE, [(CLOSE, 1002)]),
    "ping without a mask": (frame(PING, b"b", masked=False) + BYE, [(CLOSE, 1002)]),
    "length in too many octets": (b"\x81\xfe\x00\x7d" + MASK + b"x" * 125, [(CLOSE, 1002)]),
    "length in far too many octets": (b"\x81\xff" + (126).to_bytes(8, "big") + MASK + b"x" * 126, [(CLOSE, 1002)]),
}

#: Octets that come at once; the smallest sizes only where that takes no second.
SIZES_OF_PIECES = (1, 2, 7, 997, 1 << 20)
LONGEST_IN_OCTETS = 3_000


def answers(frames):
    return [(opcode, struct.unpack("!H", payload[:2])[0] if opcode == CLOSE else payload) for opcode, payload in frames]


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_conversation_goes_as_the_standard_says_however_its_bytes_come(name):
    said, expected = CONVERSATIONS[name]
    sizes = [size for size in SIZES_OF_PIECES if size > 7 or len(said) <= LONGEST_IN_OCTETS]
    heard = {size: answers(talk(echo_server(), pieces(said, size))) for size in sizes}
    assert heard == dict.fromkeys(sizes, expected)


@pytest.mark.parametrize("name", [name for name, (_, expected) in CONVERSATIONS.items() if expected[-1][0] == CLOSE])
def test_after_a_close_nothing_is_heard_and_the_connection_ends(name):
    browser = echo_server()
    talk(browser, [CONVERSATIONS[name][0]])
    before = browser.frames()
    if not browser.ended:
        browser.send(text(b"anybody there?") + ping(b"?"))
    browser.turn(1.0).turn()
    assert browser.frames() == before
    assert browser.ended


def test_bad_text_is_refused_at_its_first_bad_octet():
    data = text(b"good \xf4\x90 never read")
    refused = [bool(echo_server().send(data[:size]).frames()) for size in range(len(data))]
    assert refused.index(True) == 6 + 7


# --- the shortcuts make no difference ---------------------------------------------------------------------------------

_MASKS = st.binary(min_size=4, max_size=4)
_PAYLOADS = st.one_of(st.text(max_size=40).map(str.encode), st.binary(max_size=150))
_FRAMES = st.builds(
    frame,
    st.sampled_from([TEXT, TEXT, TEXT, BINARY, PING, PONG, CONTINUATION]),
    _PAYLOADS,
    fin=st.sampled_from([True, True, True, False]),
    mask=_MASKS,
)


@given(st.lists(_FRAMES, max_size=8), st.integers(1, 60), st.randoms(use_true_random=False), st.booleans())
def test_with_and_without_shortcuts_the_same_bytes_are_answered_alike(frames, size, chance, broken):
    data = bytearray(b"".join(frames))
    if broken and data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    chunks = pieces(bytes(data), size)
    assert talk(echo_server(), chunks) == talk(echo_server(PlainFactory), chunks)


def test_short_texts_and_pongs_take_the_shortcut_and_nothing_else_does():
    browser = echo_server()
    talk(browser, [text(b"a") + pong(b"b") + text(b"c" * 125)])
    counted_by_autobahn = browser.socket.protocol.trafficStats
    assert counted_by_autobahn.incomingWebSocketFrames == 0
    talk(browser, [text(b"d" * 126) + binary(b"e") + text(b"f", fin=False) + rest(b"g")])
    assert counted_by_autobahn.incomingWebSocketFrames == 4
