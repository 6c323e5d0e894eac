"""Reading from all clients in one trip through the reactor.

Twisted comes to each socket by itself: a look-up, a context for log lines, and five calls from the poller to the
protocol, which is more than what a message of sixty octets is worth; and when messages come one by one, each has a turn
of the reactor, with its timers and two calls of the poller.

Here the sockets of clients are in an epoll of their own, which is one reader to the reactor: readable when any of them
is.  Once there was something, it looks again `PAUSE` later instead of asking to be woken, so that what comes in between
is read together; when it finds nothing, it asks again.

Only what is usual is done here: a socket has octets, and they go to its protocol.  Whatever else a socket has to say
(its end, an error) goes with the socket back to the reactor, which finds the same and does what it always does.
"""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from twisted.internet.interfaces import IReadDescriptor
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from mmod.net.outlet import plain_tcp

#: Seconds between two looks while there is something to read: an input waits for the next tick anyway, 25 ms on
#: average.
PAUSE = 0.005

#: Sockets that are read in one look: with some 20 us for each message, timers wait 5 ms longer at most.
SOCKETS_AT_ONCE = 256

#: Octets that are taken from a socket at first: a few inputs, in an object that Python's own allocator has room for.
FEW_OCTETS = 448

#: Octets that are taken from it in the same look when there were as many: a twentieth of the largest message.
MORE_OCTETS = 2048


@implementer(IReadDescriptor)
class Intake:
    """Reads the transports it has adopted; `reactor` polls and keeps the time."""

    log = Logger()

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._poll = select.epoll()
        self._clients: dict[int, _Client] = {}
        self._pausing = False

    def adopt(self, transport: Any) -> None:
        """Read a transport, which is being read, here from now on, if it is plain TCP."""
        if plain_tcp(transport):
            transport.stopReading()
            transport.reactor = StandIn(self._reactor, self)
            transport.startReading()

    def watch(self, transport: Any) -> None:
        """Read a transport."""
        client = _Client(transport)
        if client.number not in self._clients:
            self._poll.register(client.number, select.EPOLLIN)
            self._clients[client.number] = client
            if not self._pausing:
                self._reactor.addReader(self)

    def leave(self, transport: Any) -> None:
        """Do not read a transport any more, or not now."""
        number = transport.fileno()
        if self._clients.pop(number, None) is not None:
            self._poll.unregister(number)

    # --- IReadDescriptor ---

    def fileno(self) -> int:
        """Return the descriptor of the epoll itself."""
        return self._poll.fileno()

    def logPrefix(self) -> str:
        """Return what stands before log lines."""
        return "intake"

    def doRead(self) -> None:
        """Read what has come, and then look for a while instead of being woken."""
        self._reactor.removeReader(self)
        self._pausing = True
        self._look()

    def connectionLost(self, reason: Failure) -> None:
        """The reactor has stopped, and with it the process ends."""

    # --- within ---

    def _look(self) -> None:
        ready = self._poll.poll(0, SOCKETS_AT_ONCE)
        if not ready:
            self._pausing = False
            self._reactor.addReader(self)
            return
        self._reactor.callLater(PAUSE if len(ready) < SOCKETS_AT_ONCE else 0, self._look)
        for number, event in ready:
            client = self._clients.get(number)
            if client is None:  # a message before has ended this one
                continue
            try:
                client.acknowledge_later()
                data = client.receive(FEW_OCTETS) if event == select.EPOLLIN else b""
                if len(data) == FEW_OCTETS:
                    data += client.more()
            except BlockingIOError:
                continue
            except OSError:  # it has just been reset
                data = b""
            if not data:
                self._give_back(client.transport)
                continue
            try:
                client.received(data)
            except Exception:  # the fence around one client's octets, as in Twisted's reactor
                self.log.failure("what a client sent could not be taken")
                client.transport.abortConnection()

    def _give_back(self, transport: Any) -> None:
        self.leave(transport)
        self._reactor.addReader(transport)


class _Client:
    """A transport and the calls each look makes."""

    __slots__ = ("acknowledge_later", "number", "receive", "received", "transport")

    def __init__(self, transport: Any) -> None:
        self.number: int = transport.fileno()
        self.transport = transport
        self.receive: Callable[[int], bytes] = transport.socket.recv
        self.received: Callable[[bytes], None] = transport.protocol.dataReceived
        #: Before it is read: lets the kernel acknowledge what was read with the next state, if that comes within 40 ms,
        #: instead of at once with a packet of its own, which costs as much as the read itself.  The kernel forgets it.
        self.acknowledge_later = _later_of(transport.socket)

    def more(self) -> bytes:
        """Return what else there is to read; an end or an error is found in the next look."""
        try:
            return self.receive(MORE_OCTETS)
        except OSError:
            return b""


def _later_of(connected: socket.socket) -> Callable[[], None]:
    """Return what delays the next acknowledgement of a TCP socket (tcp(7), TCP_QUICKACK); others have none."""
    if connected.family not in (socket.AF_INET, socket.AF_INET6):
        return lambda: None
    return partial(connected.setsockopt, socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)


class StandIn:
    """What an adopted transport takes for its reactor: reading is the intake's, everything else the reactor's."""

    def __init__(self, reactor: Any, intake: Intake) -> None:
        self._reactor = reactor
        self._intake = intake
        self.addWriter = reactor.addWriter
        self.removeWriter = reactor.removeWriter
        self.callLater = reactor.callLater

    def addReader(self, transport: Any) -> None:
        """Begin, or go on, to read a transport."""
        self._intake.watch(transport)

    def removeReader(self, transport: Any) -> None:
        """Do not read a transport, wherever it is read by now."""
        self._intake.leave(transport)
        self._reactor.removeReader(transport)
