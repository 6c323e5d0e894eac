"""How many connections are accepted in one turn of the reactor.

Twisted accepts a hundred at a time, and more each time there were as many; then it reads all their requests in one
turn.  A handshake takes most of a millisecond, so that in a storm of joins a tick waits for a hundred of them, and
everybody sees it.  In small portions the storm takes as long, and the ticks come in between.
"""

from __future__ import annotations

from twisted.internet.interfaces import IListeningPort
from twisted.internet.tcp import Port

#: Connections accepted at a time: handshakes of some 8 ms, a sixth of a tick at 20 Hz.
ACCEPTED_AT_ONCE = 8


def accept_in_portions(port: IListeningPort) -> None:
    """Let a port accept so many connections at a time, if it is a port of TCP or of a Unix socket."""
    if not isinstance(port, Port):
        return
    accept_all = port.doRead

    def accept_some() -> None:
        port.numberAccepts = min(port.numberAccepts, ACCEPTED_AT_ONCE)  # doRead has set it for its next call
        accept_all()

    port.doRead = accept_some  # type: ignore[method-assign]
