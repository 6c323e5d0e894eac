"""A real transport of Twisted's over a socket of the test's."""

import errno

from twisted.internet.interfaces import IReactorFDSet
from twisted.internet.protocol import Protocol
from twisted.internet.tcp import Server
from zope.interface import implementer

from mmod.net.outlet import outlet_of


class Kernel:
    """A socket that takes so many octets until its peer reads."""

    def __init__(self):
        self.room = 10
        self.taken = b""
        self.error = None
        self.calls = 0

    def setblocking(self, blocking):
        assert not blocking

    def fileno(self):
        return 7

    def send(self, data):
        self.calls += 1
        if self.error is not None:
            raise self.error
        if not self.room:
            raise BlockingIOError(errno.EWOULDBLOCK, "full")
        sent = bytes(data[: self.room])
        self.room -= len(sent)
        self.taken += sent
        return len(sent)


@implementer(IReactorFDSet)
class Poller:
    """Knows who waits for its socket to take more."""

    def __init__(self):
        self.writers = set()

    def addWriter(self, writer):  # noqa: N802
        self.writers.add(writer)

    def removeWriter(self, writer):  # noqa: N802
        self.writers.discard(writer)

    def addReader(self, reader):  # noqa: N802
        pass

    def removeReader(self, reader):  # noqa: N802
        pass

    def removeAll(self):  # noqa: N802
        raise NotImplementedError

    def getReaders(self):  # noqa: N802
        raise NotImplementedError

    def getWriters(self):  # noqa: N802
        return list(self.writers)


class Line:
    """A real transport of Twisted's between an outlet and a kernel."""

    def __init__(self):
        self.kernel, self.poller = Kernel(), Poller()
        self.transport = Server(self.kernel, Protocol(), ("192.0.2.1", 4711), None, 1, self.poller)
        self.outlet = outlet_of(self.transport, binary=False)
        self.write = self.outlet.write

    def read(self, count=100):
        """Let the peer read, and the reactor call the transport if it waits."""
        self.kernel.room += count
        return self.transport.doWrite() if self.waits else None

    @property
    def waits(self):
        return self.transport in self.poller.writers
