"""One place of a connection pool: what fills it, and how long it tries (see `mmod.store.pool`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from attrs import frozen
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from mmod.errors import StoreAway

#: Connections that questions may have at once (`mmod.store.turns`): one of the audit at start, one of an operator.
QUESTIONS = 2

#: Connections: the writer asks for one batch of claims, two of saves, one ping and one slice of owners at a time.
SIZE = 5 + QUESTIONS

#: Seconds to wait for a free connection: less than the two after which the store counts as away.
ACQUIRE_TIMEOUT = 1.0

#: How many may wait for a connection: far more than the writer and its operators need, and no memory to speak of.
MOST_WAITING = 100

#: Seconds before another attempt to connect: at first hardly a restart of the server, ...
FIRST_BACKOFF = 0.1
#: ... and at most so long that players do not notice it on top of an outage.
LONGEST_BACKOFF = 2.0


class Pooled(Protocol):
    """What a pool asks of its connections."""

    @property
    def closed(self) -> bool:
        """Whether the connection is of no more use."""

    def close(self, reason: StoreAway) -> None:
        """Let go of it at once; whoever waits for an answer fails with `reason`."""

    def rest(self, lost: Callable[[], None]) -> None:
        """Watch it while nobody uses it; `lost` hears when the server is gone."""

    def wake(self) -> None:
        """Watch it no more: somebody uses it from now on."""


C = TypeVar("C", bound=Pooled)


@frozen
class Patience:
    """The bounds of a pool; times in seconds."""

    size: int = SIZE
    acquire_timeout: float = ACQUIRE_TIMEOUT
    most_waiting: int = MOST_WAITING
    first_backoff: float = FIRST_BACKOFF
    longest_backoff: float = LONGEST_BACKOFF


class Place(Generic[C]):
    """One place of a pool, which is empty, opening, or filled with a connection."""

    def __init__(
        self,
        connect: Callable[[], Deferred[C]],
        clock: IReactorTime,
        patience: Patience,
        opened: Callable[[Place[C], C], None],
        refused: Callable[[Failure], None],
    ) -> None:
        self._connect = connect
        self._clock = clock
        self._patience = patience
        self._opened = opened
        self._refused = refused
        self._backoff = patience.first_backoff
        self._attempt: Deferred[None] | None = None
        self._next: IDelayedCall | None = None
        self._given_up = False

    def open(self) -> None:
        """Try to connect, for as long as it takes."""
        self._next = None
        attempt = self._connect()
        self._attempt = attempt.addCallbacks(self._succeeded, self._failed)

    def reopen(self) -> None:
        """Try to connect after a pause."""
        self._next = self._clock.callLater(self._backoff, self.open)
        self._backoff = min(2 * self._backoff, self._patience.longest_backoff)

    def give_up(self) -> None:
        """Try no more."""
        self._given_up = True
        if self._next is not None and self._next.active():
            self._next.cancel()
        if self._attempt is not None:
            self._attempt.cancel()

    def _succeeded(self, connection: C) -> None:
        self._backoff = self._patience.first_backoff
        self._opened(self, connection)

    def _failed(self, failure: Failure) -> None:
        if not self._given_up:
            self._refused(failure)
            self.reopen()
