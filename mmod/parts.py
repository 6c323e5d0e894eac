"""The parts of the daemon that take time to start or stop; `mmod.service` puts them in order."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from attrs import frozen
from twisted.internet.defer import maybeDeferred
from twisted.internet.endpoints import serverFromString
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort, IProtocolFactory, IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger
from zope.interface import implementer

from mmod.errors import LocalError
from mmod.interfaces import IStore
from mmod.metrics.instruments import Instruments
from mmod.net.accepting import accept_in_portions
from mmod.net.readiness import Readiness
from mmod.session.closing import CloseCode
from mmod.shard.persistence import Persistence
from mmod.shard.shard import Shard
from mmod.spilling import SpillFiles
from mmod.store.writer import IWriterReport, PlayerWriter
from mmod.waiting import when_back

#: Seconds that clients have to answer the close frame when the daemon stops.
FAREWELL = 2.0

#: Seconds between looks whether all clients are gone.
FAREWELL_STEP = 0.02

log = Logger(namespace="mmod")


class CannotListen(LocalError):
    """An endpoint cannot be listened on."""


class Listening:
    """One endpoint with a site on it."""

    def __init__(self, reactor: Any, name: str, description: str, site: IProtocolFactory) -> None:
        self._reactor = reactor
        self._name = name
        self._description = description
        self._site = site
        self._port: IListeningPort | None = None

    async def start(self) -> None:
        """Listen, and log where."""
        try:
            endpoint = serverFromString(self._reactor, self._description)
            self._port = await endpoint.listen(self._site)
            accept_in_portions(self._port)
        except (CannotListenError, ValueError, TypeError, LookupError, OSError) as error:
            raise CannotListen(f"{self._description}: {error}") from None
        log.info("{name} endpoint: {address}", name=self._name, address=self.address)

    @property
    def address(self) -> str:
        """Where it listens, as one would write it into a browser if it is a TCP port."""
        return "" if self._port is None else _address(self._port.getHost())

    async def stop(self) -> None:
        """Take no more connections."""
        port, self._port = self._port, None
        if port is not None:
            await maybeDeferred(port.stopListening)


def _address(host: Any) -> str:
    """Return an address as an operator would write it."""
    if hasattr(host, "port"):
        if host.host in ("0.0.0.0", "::"):  # noqa: S104 - shown, not listened on
            return f"http://any-address-of-this-machine:{host.port}/"
        shown = f"[{host.host}]" if ":" in host.host else host.host
        return f"http://{shown}:{host.port}/"
    name = getattr(host, "name", None)
    return str(host) if name is None else os.fsdecode(name)


class OpenStore:
    """Opens the store and brings its schema up to date; waits for one that is away."""

    def __init__(self, store: IStore, clock: IReactorTime, readiness: Readiness) -> None:
        self._store = store
        self._clock = clock
        self._readiness = readiness

    async def start(self) -> None:
        """Open it."""
        await when_back(self._store.migrate, self._clock, self._readiness)

    async def stop(self) -> None:
        """Close it."""
        await self._store.close()


@frozen
class Saving:
    """The writer and what feeds it."""

    writer: PlayerWriter
    persistence: Persistence
    spills: SpillFiles
    shutdown_timeout: float

    async def start(self) -> None:
        """Begin to watch the store and to take checkpoints."""
        self.writer.start()
        self.persistence.start_persistence()

    async def stop(self) -> None:
        """Save everyone; what cannot be saved in time goes to a spill file."""
        self.persistence.stop_persistence()
        await self.persistence.save_everyone()
        unsaved = await self.writer.flush(self.shutdown_timeout)
        self.writer.stop()
        if unsaved:
            self.spills.keep(unsaved)


class Clients:
    """Everyone connected: told when the daemon stops, and waited for a little."""

    def __init__(self, shard: Shard, clock: IReactorTime, readiness: Readiness) -> None:
        self._shard = shard
        self._clock = clock
        self._readiness = readiness
        self._patient = True

    def welcome(self, address: str) -> None:
        """Players can join at `address` from now on."""
        self._readiness.ready()
        log.info("ready: open {address}", address=address)

    async def stop(self) -> None:
        """Send everyone away, and wait until they are gone or the time is over."""
        self._readiness.not_ready("stopping")
        self._shard.close_all(CloseCode.SERVICE_RESTART, "shutdown")
        deadline = self._clock.seconds() + FAREWELL
        while self._shard.connected and self._clock.seconds() < deadline and self._patient:
            await deferLater(self._clock, FAREWELL_STEP)

    def hurry(self) -> None:
        """Wait no longer."""
        self._patient = False


@implementer(IWriterReport)
class WriterReport:
    """Turns what the writer reports into metrics and log, and tells the shard of lost players."""

    def __init__(self, instruments: Instruments, superseded: Callable[[str], None]) -> None:
        self._instruments = instruments
        self._superseded = superseded

    def saved(self, count: int, seconds: float) -> None:
        """A batch was committed."""
        self._instruments.saves.labels("saved").inc(count)
        self._instruments.save_duration.observe(seconds)

    def failed(self, reason: str) -> None:
        """A batch failed and will be repeated."""
        self._instruments.saves.labels("failed").inc()

    def superseded(self, player_id: str) -> None:
        """Another daemon owns a player."""
        self._instruments.saves.labels("superseded").inc()
        log.warn("{player!r} is owned by another daemon now and leaves this world", player=player_id)
        self._superseded(player_id)

    def away(self, is_away: bool) -> None:
        """The store has gone away, or is back."""
        self._instruments.store_away.set(is_away)
        log.warn("the store is {state}", state="away" if is_away else "back")
