"""A client's way into a real world without sockets: bytes go through memory, time is a clock's."""

from random import Random

from twisted.internet.defer import Deferred, fail
from twisted.internet.error import ConnectError, ConnectionLost
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from zope.interface import implementer

from mmod.client import connect
from tests.unit.net.wire import PublicEndpoint, Socket

URL = "ws://game.example:8080/ws"


class ClientTransport(StringTransport):
    """The client's end: what it writes is handed over by `Cable`."""

    def __init__(self, cable):
        super().__init__(lenient=True)
        self._cable = cable

    def setTcpNoDelay(self, enabled):  # noqa: N802
        pass

    def unregisterProducer(self):  # noqa: N802
        self.producer = None

    def loseConnection(self):  # noqa: N802
        self._cable.end()

    def abortConnection(self):  # noqa: N802
        self._cable.end()


class Cable:
    """A connection of a client to a server; both ends lose it in a turn of the clock of their own."""

    def __init__(self, clock, site, client_protocol):
        self.clock = clock
        self.deaf = False
        self.mute = False
        self.ended = False
        self.client = client_protocol
        self.transport = ClientTransport(self)
        self.server = Socket(clock)
        self.server.protocol = site.buildProtocol(self.server.getPeer())
        self.server.protocol.makeConnection(self.server)
        client_protocol.makeConnection(self.transport)

    def carry(self):
        """Hand over what was written; True when there was anything."""
        up, down = self.transport.value(), self.server.value()
        self.transport.clear()
        self.server.clear()
        if up and not self.mute and self.server.connected:
            self.server.protocol.dataReceived(up)
        if down and not self.deaf and not self.ended:
            self.client.dataReceived(down)
        if not self.server.connected:
            self.end()
        return bool(up or down)

    def end(self):
        """Cut it: the client notices in the next turn of the clock, the server in the one after."""
        if not self.ended:
            self.ended = True
            self.clock.callLater(0, self.client.connectionLost, Failure(ConnectionLost()))
            self.clock.callLater(0, self.server.end)


@implementer(IStreamClientEndpoint)
class MemoryEndpoint:
    """Leads to a site; `refusing` while nobody listens, `silent` while nobody answers."""

    def __init__(self, public):
        self._public = public
        self.cables = []
        self.refusing = False
        self.silent = False
        self.attempts = 0

    def connect(self, factory):
        self.attempts += 1
        if self.silent:
            return Deferred()
        if self.refusing:
            return fail(ConnectError())
        protocol = factory.buildProtocol(None)
        cable = Cable(self._public.clock, self._public.site, protocol)
        self.cables.append(cable)
        connected = Deferred()
        connected.callback(protocol)
        return connected


class Play:
    """A world, and clients in it; `run` lets time pass and bytes flow."""

    STEP = 0.05

    def __init__(self, **session):
        self.public = PublicEndpoint(**session)
        self.world = self.public.world
        self.clock = self.public.clock
        self.endpoint = MemoryEndpoint(self.public)
        self.ticking = True

    def connect(self, name="Ada", **options):
        settings = {"token": f"dev:{name}", "reactor": self.clock, "endpoint": self.endpoint, "random": Random(1)}
        return connect(URL, **{**settings, **options})

    def joined(self, name="Ada", **options):
        """Return a player in the world, and the block that it lives in."""
        block = self.connect(name, **options)
        return self.result(block.__aenter__()), block

    def start(self, coroutine):
        """Begin a coroutine; `result` waits for its end."""
        return Deferred.fromCoroutine(coroutine)

    def result(self, coroutine, within=20.0):
        """Run until a coroutine, or what `start` gave, has ended; return its result or raise its error."""
        done = coroutine if isinstance(coroutine, Deferred) else Deferred.fromCoroutine(coroutine)
        found = []
        done.addBoth(found.append)
        waited = 0.0
        while not found:
            assert waited < within, f"not within {within} s"
            self.run(self.STEP)
            waited += self.STEP
        if isinstance(found[0], Failure):
            found[0].raiseException()
        return found[0]

    def run(self, seconds):
        """Let time pass, a tick of the world at a time."""
        for _ in range(round(seconds / self.STEP)):
            self.flow()
            self.clock.advance(self.STEP)
            if self.ticking:
                self.world.tick()
            self.flow()

    def flow(self):
        """Let all bytes arrive that are on their way."""
        while sum(cable.carry() for cable in self.endpoint.cables):
            self.clock.advance(0)
        self.clock.advance(0)

    @property
    def cable(self):
        return self.endpoint.cables[-1]
