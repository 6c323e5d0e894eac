"""One response without end: server-sent events for one reader.

A reader that does not keep up misses pictures (the newest wins); one that reads nothing for long is dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from twisted.internet.interfaces import IPushProducer
from twisted.web.server import Request
from zope.interface import implementer

from mmod.net.livemap.lens import Lens
from mmod.net.livemap.picture import MapPicture

#: Seconds without reading anything before a stream is given up, so that a frozen browser keeps no place.
STALLED = 30.0

#: Milliseconds after which a browser's EventSource would come back.
RETRY = 1000


@implementer(IPushProducer)
class Stream:
    """A reader and its lens; `ended` is called once, when the reader is gone or was told the end."""

    def __init__(self, request: Request, lens: Lens, seconds: Callable[[], float], ended: Callable[[Stream], None]):
        self.lens = lens
        self._request = request
        self._seconds = seconds
        self._ended = ended
        self._full_since: float | None = None
        self._open = True

    def begin(self) -> None:
        """Send the head of the response, and listen to how fast it is read."""
        for name, value in HEADERS.items():
            self._request.setHeader(name, value)
        self._request.notifyFinish().addBoth(self._closed)
        self._request.registerProducer(self, True)
        self._request.write(f"retry: {RETRY}\n\n".encode())

    @property
    def keeps_up(self) -> bool:
        """Whether everything sent so far has left."""
        return self._full_since is None

    @property
    def stalled(self) -> bool:
        """Whether nothing was read for too long."""
        return self._full_since is not None and self._seconds() - self._full_since > STALLED

    def show(self, picture: MapPicture) -> None:
        """Send a picture."""
        self._send("picture", msgspec.json.encode(picture))

    def end(self, reason: str) -> None:
        """Say why this is the end, and end it."""
        if self._open:
            self._send("end", msgspec.json.encode({"reason": reason}))
            self._request.unregisterProducer()
            self._request.finish()

    def drop(self) -> None:
        """End it without a word: nobody reads."""
        if self._open:
            channel: Any = self._request.channel  # a DeadlineChannel, whose type Twisted does not know
            channel.abort()

    def _send(self, event: str, data: bytes) -> None:
        self._request.write(b"event: " + event.encode() + b"\ndata: " + data + b"\n\n")

    def _closed(self, _: Any) -> None:
        self._open = False
        self._ended(self)

    # --- what the connection says ---

    def pauseProducing(self) -> None:
        """What was sent last has not left yet."""
        self._full_since = self._seconds()

    def resumeProducing(self) -> None:
        """Everything has left."""
        self._full_since = None

    def stopProducing(self) -> None:
        """The connection is gone; the request says so too."""


HEADERS = {
    b"content-type": b"text/event-stream",
    b"cache-control": b"no-store",
    b"x-content-type-options": b"nosniff",
    b"x-accel-buffering": b"no",
}
