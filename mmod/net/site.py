"""An HTTP site that is safe to show the world: deadlines, seats, no name of the software, nothing reflected."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from twisted.internet.interfaces import IAddress, IDelayedCall, IReactorTime
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel
from twisted.web.resource import IResource, Resource
from twisted.web.server import Request, Site

from mmod.net.seats import Seats


class PlainRequest(Request):
    """A request that does not name the software in its answer."""

    def render(self, resrc: IResource) -> None:
        """Render without the header that `process` has set."""
        self.responseHeaders.removeHeader(b"server")
        super().render(resrc)


class DeadlineChannel(HTTPChannel):
    """An HTTP connection on which each request must be complete within a time counted from its beginning.

    (The idle timeout of `HTTPChannel` begins anew with every byte.)
    """

    transport: Any  # a TCP, TLS or Unix transport, which Twisted types only in part

    def __init__(self, request_timeout: float, max_body: int, gone: Callable[[], None]) -> None:
        super().__init__()
        self._request_timeout = request_timeout
        self._max_body = max_body
        self._gone = gone
        self._deadline: IDelayedCall | None = None

    def connectionMade(self) -> None:
        """Expect the first request."""
        super().connectionMade()
        self._expect_request()

    def _expect_request(self) -> None:
        self._deadline = self.callLater(self._request_timeout, self._too_late)

    def _too_late(self) -> None:
        if self.transport is not None:
            self.transport.abortConnection()

    def abort(self) -> None:
        """Cut the connection, whatever still waits to be sent."""
        self._too_late()

    def _met(self) -> None:
        if self._deadline is not None and self._deadline.active():
            self._deadline.cancel()

    def allHeadersReceived(self) -> None:
        """Refuse a body that is too large, or of unknown length, before any of it is read."""
        if self.length is None or self.length > self._max_body:
            self._respondToBadRequestAndDisconnect()
        else:
            super().allHeadersReceived()

    def allContentReceived(self) -> None:
        """A request is complete."""
        self._met()
        super().allContentReceived()

    def requestDone(self, request: Request) -> None:
        """An answer is complete: expect the next request, unless it said that there will be none."""
        if request.responseHeaders.getRawHeaders(b"connection") == [b"close"]:
            self.persistent = False
        self._expect_request()
        super().requestDone(request)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """The connection is gone."""
        self._met()
        super().connectionLost(reason)
        self._gone()


class QuietSite(Site):
    """A site whose connections have deadlines and seats, and which keeps no access log."""

    noisy = False
    displayTracebacks = False

    def __init__(
        self, root: IResource, reactor: IReactorTime, request_timeout: float, seats: Seats, max_body: int = 0
    ) -> None:
        super().__init__(root, requestFactory=PlainRequest, timeout=request_timeout, reactor=reactor)
        self._request_timeout = request_timeout
        self._seats = seats
        self._max_body = max_body

    def log(self, request: object) -> None:
        """Log nothing: a request line is the client's text, and may hold a token that does not belong there."""

    def buildProtocol(self, addr: IAddress | None) -> Any:
        """Return the channel for a new connection, or None to close it at once."""
        if not self._seats.take(addr):
            return None
        channel: Any = DeadlineChannel(self._request_timeout, self._max_body, lambda: self._seats.give_up(addr))
        channel.factory = self
        channel.site = self
        channel.requestFactory = self.requestFactory
        channel.timeOut = self.timeOut
        channel.callLater = self.reactor.callLater
        return channel


class PlainResource(Resource):
    """A resource that answers in a few plain words, which never quote the request."""

    methods: tuple[bytes, ...] = (b"GET", b"HEAD")

    def render(self, request: Request) -> bytes | int:
        """Render with `answer`, or refuse the method."""
        if request.method not in self.methods:
            request.setHeader(b"allow", b", ".join(self.methods))
            return refusal(request, 405, "method not allowed")
        return self.answer(request)

    def answer(self, request: Request) -> bytes | int:
        """Return the body."""
        return refusal(request, 404, "not found")

    def getChild(self, path: bytes, request: Request) -> Resource:
        """Every path that is not there."""
        return NotFound()


class NotFound(PlainResource):
    """Nothing is here."""

    isLeaf = True


class Health(PlainResource):
    """Says ok while the process answers at all, and nothing else."""

    isLeaf = True

    def answer(self, request: Request) -> bytes:
        """Return ok."""
        return text(request, "ok")


def text(request: Request, words: str) -> bytes:
    """Return a plain text body."""
    request.setHeader(b"content-type", b"text/plain; charset=utf-8")
    request.setHeader(b"x-content-type-options", b"nosniff")
    return f"{words}\n".encode()


def refusal(request: Request, code: int, words: str) -> bytes:
    """Return the body of an error."""
    request.setResponseCode(code, HTTPStatus(code).phrase.encode())
    return text(request, words)
