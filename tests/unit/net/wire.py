"""A browser's end of the public endpoint, without sockets: bytes into a site, and what it writes."""

import json
import struct
from itertools import cycle
from operator import xor

from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionAborted, ConnectionDone
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure

from mmod.net.clients import ClientFactory
from mmod.net.dev import Gifts, dev_root
from mmod.net.dev_route import Conduct
from mmod.net.public import public_root
from mmod.net.seats import Seats
from mmod.net.site import QuietSite
from mmod.net.upgrade import UpgradeResource
from mmod.session.settings import SessionSettings
from mmod.web.files import StaticFile
from tests.unit.shard.bench import World

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
HEADERS = (
    ("Host", "game.example:8080"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", KEY),
)
PAGE = {
    "index.html": StaticFile("text/html; charset=utf-8", b"<title>mmod</title>"),
    "app.js": StaticFile("text/javascript; charset=utf-8", b"'use strict'"),
}
CLIENT = {
    "server.json": StaticFile("application/json", b'{"version":"1"}'),
    "mmod.js": StaticFile("text/javascript; charset=utf-8", b"export {}"),
    "mmod.d.ts": StaticFile("text/plain; charset=utf-8", b"export {}"),
}

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def upgrade(*changes, line="GET /ws HTTP/1.1", without=()):
    """Return an upgrade request: header by header changed, added (for a second one of a name) or left out."""
    headers = dict(HEADERS) | {
        name: value for name, value in changes if name not in dict(changes[: changes.index((name, value))])
    }
    pairs = [(name, value) for name, value in headers.items() if name not in without]
    pairs += [pair for number, pair in enumerate(changes) if pair[0] in dict(changes[:number])]
    lines = [line, *(f"{name}: {value}" for name, value in pairs), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def request(line="GET / HTTP/1.1", *headers, host="game.example", body=b""):
    lines = [line, f"Host: {host}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def frame(opcode, payload=b"", *, fin=True, masked=True, rsv=0, mask=b"\0\0\0\0"):
    """Return a client's frame."""
    head = bytes([fin << 7 | rsv << 4 | opcode])
    bit, size = masked << 7, len(payload)
    if size < 126:
        head += bytes([bit | size])
    elif size < 1 << 16:
        head += bytes([bit | 126]) + struct.pack("!H", size)
    else:
        head += bytes([bit | 127]) + struct.pack("!Q", size)
    return head + mask + bytes(map(xor, payload, cycle(mask))) if masked else head + payload


def message(**fields):
    return frame(TEXT, json.dumps(fields).encode())


def unchunked(body):
    whole = b""
    while body:
        size, _, body = body.partition(b"\r\n")
        whole += body[: int(size, 16)]
        body = body[int(size, 16) + 2 :]
    return whole


class Socket(StringTransport):
    """A transport that loses its connection in the next turn of a clock, as a real one does."""

    def __init__(self, clock, address="192.0.2.1"):
        super().__init__(peerAddress=IPv4Address("TCP", address, 4711), lenient=True)
        self._clock = clock
        self.protocol = None
        self.aborted = False
        self._ended = False

    def unregisterProducer(self):  # noqa: N802
        self.producer = None

    def loseConnection(self):  # noqa: N802
        self.disconnecting = True
        self._clock.callLater(0, self.end, ConnectionDone())

    def abortConnection(self):  # noqa: N802
        self.aborted = True
        self.disconnecting = True
        self._clock.callLater(0, self.end, ConnectionAborted())

    def end(self, error=None):
        """The connection is gone, whoever ended it."""
        if not self._ended:
            self._ended = True
            self.connected = False
            self.protocol.connectionLost(Failure(error or ConnectionDone()))


class Browser:
    """One socket."""

    def __init__(self, site, clock, address="192.0.2.1"):
        self.clock = clock
        self.socket = Socket(clock, address)
        self.socket.protocol = site.buildProtocol(self.socket.getPeer())
        if self.socket.protocol is not None:
            self.socket.protocol.makeConnection(self.socket)

    @property
    def taken(self):
        return self.socket.protocol is not None

    def send(self, data):
        """Send bytes, as long as the server reads."""
        self.socket.protocol.dataReceived(data)
        return self

    def turn(self, seconds=0.0):
        self.clock.advance(seconds)
        return self

    @property
    def written(self):
        return self.socket.value()

    @property
    def ended(self):
        return not self.socket.connected

    @property
    def status(self):
        return int(self.written.split(b" ", 2)[1])

    def header(self, name):
        head = self.written.partition(b"\r\n\r\n")[0].decode("latin-1")
        return [
            line.partition(": ")[2] for line in head.split("\r\n")[1:] if line.lower().startswith(name.lower() + ":")
        ]

    @property
    def body(self):
        body = self.written.partition(b"\r\n\r\n")[2]
        return unchunked(body) if self.header("Transfer-Encoding") == ["chunked"] else body

    def frames(self):
        """Return (opcode, payload) of every frame the server wrote after its handshake."""
        found, data = [], self.body
        while data:
            opcode, size, start = data[0] & 15, data[1] & 127, 2
            if size == 126:
                size, start = struct.unpack("!H", data[2:4])[0], 4
            elif size == 127:
                size, start = struct.unpack("!Q", data[2:10])[0], 10
            found.append((opcode, data[start : start + size]))
            data = data[start + size :]
        return found

    def messages(self, kind=None):
        found = [json.loads(payload) for opcode, payload in self.frames() if opcode == TEXT]
        return [message for message in found if kind in (None, message["type"])]

    def close_code(self):
        """Return the code of the close frame, None when there is none."""
        codes = [struct.unpack("!H", payload[:2])[0] for opcode, payload in self.frames() if opcode == CLOSE]
        assert len(codes) <= 1
        return codes[0] if codes else None


class PublicEndpoint:
    """The public site over a real world; `dev` as if started with `--dev`."""

    def __init__(self, *, total=100, per_address=0, origins=(), timeout=10.0, dev=False, **session):
        sessions = SessionSettings(**session)
        self.world = World(sessions=sessions)
        self.clock = self.world.clock
        self.seats = Seats(total, per_address)
        self.factory = ClientFactory(self.world.shard.connect, sessions, self.clock, self.seats)
        gifts = Gifts(self.world.gate, self.world.operations)
        given = dev_root(gifts, Conduct(origins, self.clock), self.clock) if dev else None
        root = public_root(UpgradeResource(self.factory, origins), PAGE, CLIENT, given)
        self.site = QuietSite(root, self.clock, timeout, self.seats, sessions.max_message_bytes if dev else 0)

    def browser(self, address="192.0.2.1"):
        return Browser(self.site, self.clock, address)

    def opened(self, *changes):
        """Return a browser whose WebSocket is open."""
        browser = self.browser().send(upgrade(*changes))
        assert browser.status == 101
        return browser

    def joined(self, name="Ada"):
        browser = self.opened().send(message(type="hello", token=f"dev:{name}")).turn()
        assert browser.messages("join_ack")
        return browser
