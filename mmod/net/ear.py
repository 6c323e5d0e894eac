"""The way in of one client: a short message that comes alone, as nearly all do, goes straight to its connection.

Autobahn's protocol is a large object, whose state takes several looks to learn.  So this small one knows whether the
protocol stands between two messages, and while it does, the octets of one whole short frame are none of its business.
"""

from __future__ import annotations

from collections.abc import Callable

from mmod.net.frames import WHOLE_TEXT
from mmod.speedups import COMPILED

if COMPILED:
    from mmod.net._sockets import only_payload
else:
    from mmod.net.frames import only_payload


class Ear:
    """Hears a client: `message` and `pong` take the payloads of those, `rest` all octets that are anything else.

    `between` is whether the WebSocket is open, and everything received before was whole messages.
    """

    __slots__ = ("_message", "_pong", "_rest", "between")

    def __init__(
        self,
        message: Callable[[bytes, bool], None],
        pong: Callable[[bytes], None],
        rest: Callable[[bytes], None],
    ) -> None:
        self._message: Callable[[bytes, bool], None] = message
        self._pong: Callable[[bytes], None] = pong
        self._rest: Callable[[bytes], None] = rest
        self.between = False

    def end(self) -> None:
        """Hear nothing any more, and let go of those who listened."""
        self.between = False
        self._message, self._pong, self._rest = _unheard, _unheard, _unheard

    def received(self, data: bytes) -> None:
        """Take octets."""
        payload = only_payload(data) if self.between else None
        if payload is None:
            self._rest(data)
        elif data[0] == WHOLE_TEXT:
            self._message(payload, False)
        else:
            self._pong(payload)


def _unheard(data: bytes, binary: bool = False) -> None:
    """Nobody listens."""
