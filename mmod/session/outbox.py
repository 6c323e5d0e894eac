"""What a client that does not read may cost: snapshots are skipped (the newest wins), the rest is bounded in time.

The transport says when its unsent bytes go over the limit and when they are gone.  In between no snapshot is even
encoded for this client; the next one after it has caught up shows everything as it is then.
"""

from __future__ import annotations


class Outbox:
    """The state of one client's outgoing side; times in seconds."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._full_since: float | None = None
        #: Snapshots this client did not get.
        self.skipped = 0

    def filled(self, now: float) -> None:
        """The transport holds more unsent bytes than the limit."""
        if self._full_since is None:
            self._full_since = now

    def drained(self) -> None:
        """The transport has sent everything."""
        self._full_since = None

    @property
    def full(self) -> bool:
        """Whether the client has not read what was sent."""
        return self._full_since is not None

    def takes_snapshot(self) -> bool:
        """Tell whether the next snapshot should be sent; counts it as skipped otherwise."""
        if self._full_since is None:
            return True
        self.skipped += 1
        return False

    @property
    def deadline(self) -> float | None:
        """When the client is to be dropped, unless it reads."""
        return None if self._full_since is None else self._full_since + self._timeout
