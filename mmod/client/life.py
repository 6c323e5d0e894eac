"""The connections of one player, one after the other: dial, be in the world, part, pause, dial ...

Until it is closed, is ended by the server, or has been away for too long.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectError, ConnectingCancelledError, DNSLookupError
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from mmod.client.backoff import Backoff
from mmod.client.errors import Closed, GaveUp
from mmod.client.events import Disconnected
from mmod.client.link import Link
from mmod.client.parting import Parting, final_error, first_error
from mmod.client.reading import Message
from mmod.client.socket import Dial
from mmod.wire.messages import ClientMessage, Hello

T = TypeVar("T")

#: What a failed attempt to connect fails with; the last two when it was cancelled.
NO_CONNECTION = (ConnectError, DNSLookupError, ConnectingCancelledError, CancelledError)


class Life:
    """Keeps a player connected.

    `hello` is asked for before each connection, `heard` is told each message, and `lost` what became of a connection
    after which another one is tried, within `patience` seconds.
    """

    def __init__(
        self,
        dial: Dial,
        *,
        hello: Callable[[], Hello],
        heard: Callable[[Message], None],
        lost: Callable[[Disconnected], None],
        reactor: IReactorTime,
        backoff: Backoff,
        patience: float,
    ) -> None:
        self._dial = dial
        self._hello = hello
        self._heard = heard
        self._tell_loss = lost
        self._reactor = reactor
        self._backoff = backoff
        self._patience = patience
        self._link: Link | None = None
        self._ever_joined = False
        self._joined_at: float | None = None
        self._lost_at: float | None = None
        self._waiting: Deferred[object] | None = None
        self._closing = False

    @property
    def connected(self) -> bool:
        """Whether the player is in the world now."""
        return self._link is not None and self._link.joined

    def send(self, message: ClientMessage) -> None:
        """Send a message, unless the connection is lost."""
        if self._link is not None:
            self._link.send(message)

    def joined(self) -> None:
        """The player is in the world."""
        self._ever_joined = True
        self._joined_at, self._lost_at = self._reactor.seconds(), None

    def end(self) -> None:
        """Let `live` come to its end."""
        self._closing = True
        if self._waiting is not None:
            self._waiting.cancel()
        elif self._link is not None:
            self._link.hang_up()

    async def live(self) -> BaseException:
        """Keep the player connected until something ends that; return what."""
        while True:
            parting = await self._visit()
            end = self._end_after(parting)
            if end is not None:
                return end
            pause = self._backoff.pause()
            if self._absence() + pause > self._patience:
                return GaveUp(parting.description)
            self._tell_loss(Disconnected(parting.description, parting.stopping, pause))
            if not self._closing:
                await self._sleep(pause)
            if self._closing:
                return Closed("the player was closed")

    async def _visit(self) -> Parting:
        """Be in the world for one connection."""
        self._link = link = Link(self._reactor, self._hello(), self._heard)
        try:
            link.connected(await self._waited(self._dial(link)))
        except NO_CONNECTION as error:
            link.never_opened(str(error))
        parting = await link.parting
        self._link = None
        self._parted()
        return parting

    def _parted(self) -> None:
        now = self._reactor.seconds()
        if self._joined_at is not None:
            self._backoff.lasted(now - self._joined_at)
            self._joined_at, self._lost_at = None, now

    def _end_after(self, parting: Parting) -> BaseException | None:
        if self._closing:
            return Closed("the player was closed")
        return final_error(parting) if self._ever_joined else first_error(parting)

    def _absence(self) -> float:
        return 0.0 if self._lost_at is None else self._reactor.seconds() - self._lost_at

    async def _sleep(self, seconds: float) -> None:
        try:
            await self._waited(deferLater(self._reactor, seconds))
        except CancelledError:
            assert self._closing, "only `end` wakes it"

    async def _waited(self, waiting: Deferred[T]) -> T:
        """Wait for what `end` may cancel."""
        self._waiting = waiting  # type: ignore[assignment]
        try:
            return await waiting
        finally:
            self._waiting = None
