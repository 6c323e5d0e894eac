"""What a client that does not read may cost: snapshots are skipped (the newest wins), the rest is bounded in time.

The transport says when its unsent bytes go over the limit and when they are gone.  In between no snapshot is even
encoded for this client; the next one after it has caught up shows everything as it is then.
"""

from __future__ import annotations


class Outbox:
    """The state of one client's outgoing side; times in seconds."""

    __slots__ = ("_timeout", "full_since")

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        #: When the client began not to read what was sent, None while it reads.
        self.full_since: float | None = None

    def filled(self, now: float) -> None:
        """The transport holds more unsent bytes than the limit."""
        if self.full_since is None:
            self.full_since = now

    def drained(self) -> None:
        """The transport has sent everything."""
        self.full_since = None

    @property
    def full(self) -> bool:
        """Whether the client does not read: no snapshot is made for it."""
        return self.full_since is not None

    @property
    def deadline(self) -> float | None:
        """When the client is to be dropped, unless it reads."""
        return None if self.full_since is None else self.full_since + self._timeout
