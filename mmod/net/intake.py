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
from typing import Any

from twisted.internet.interfaces import IReadDescriptor
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from mmod.net.outlet import plain_tcp
from mmod.net.sockets import SOCKETS_AT_ONCE
from mmod.speedups import COMPILED

if COMPILED:
    from mmod.net._sockets import read_ready
else:
    from mmod.net.sockets import read_ready

#: Seconds between two looks while there is something to read: an input waits for the next tick anyway, 25 ms on
#: average.
PAUSE = 0.005


@implementer(IReadDescriptor)
class Intake:
    """Reads the transports it has adopted; `reactor` polls and keeps the time."""

    log = Logger()

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        #: The transport of each number, and what takes its octets.
        self._clients: dict[int, tuple[Any, Callable[[bytes], None]]] = {}
        self._pausing = False

    def adopt(self, transport: Any, received: Callable[[bytes], None]) -> None:
        """Read a transport, which is being read, here from now on, if it is plain TCP; `received` takes its octets."""
        if plain_tcp(transport):
            transport.stopReading()
            transport.reactor = StandIn(self._reactor, self, received)
            transport.startReading()

    def watch(self, transport: Any, received: Callable[[bytes], None]) -> None:
        """Read a transport."""
        number = transport.fileno()
        if number not in self._clients:
            self._poll.register(number, select.EPOLLIN)
            self._sockets[number] = transport.socket
            self._clients[number] = (transport, received)
            if not self._pausing:
                self._reactor.addReader(self)

    def leave(self, transport: Any) -> None:
        """Do not read a transport any more, or not now."""
        number = transport.fileno()
        if self._clients.pop(number, None) is not None:
            del self._sockets[number]
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
        heard = read_ready(self._poll, self._sockets)
        if not heard:
            self._pausing = False
            self._reactor.addReader(self)
            return
        self._reactor.callLater(PAUSE if len(heard) < SOCKETS_AT_ONCE else 0, self._look)
        for number, data in heard:
            client = self._clients.get(number)
            if client is None:  # a message before has ended this one
                continue
            transport, received = client
            if data is None:
                self._give_back(transport)
                continue
            try:
                received(data)
            except Exception:  # the fence around one client's octets, as in Twisted's reactor
                self.log.failure("what a client sent could not be taken")
                transport.abortConnection()

    def _give_back(self, transport: Any) -> None:
        self.leave(transport)
        self._reactor.addReader(transport)


class StandIn:
    """What an adopted transport takes for its reactor: reading is the intake's, everything else the reactor's."""

    def __init__(self, reactor: Any, intake: Intake, received: Callable[[bytes], None]) -> None:
        self._reactor = reactor
        self._intake = intake
        self._received = received
        self.addWriter = reactor.addWriter
        self.removeWriter = reactor.removeWriter
        self.callLater = reactor.callLater

    def addReader(self, transport: Any) -> None:
        """Begin, or go on, to read a transport."""
        self._intake.watch(transport, self._received)

    def removeReader(self, transport: Any) -> None:
        """Do not read a transport, wherever it is read by now."""
        self._intake.leave(transport)
        self._reactor.removeReader(transport)
