"""Composition: builds the daemon from settings, and says in which order its parts start and stop.

    start   admin site ("starting") > store, migrations > spill replay > writer > ticker > public site ("ready") > audit
    stop    audit > public site: no new sockets > ticker > clients: close 1012 > flush, spill > store > admin site

The world stands still before clients are told, so that nobody walks on unseen while they answer.

The streams of the live map end after the store has closed, so that an operator sees everything but the very end.

A store that is away is waited for; any other failure ends the start.
"""

from __future__ import annotations

import resource
import secrets
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from random import Random
from typing import Any

from twisted.logger import Logger

from mmod import allocator, garbage
from mmod.auth.kinds import checker, kind_of
from mmod.auth.portal import PortalAuthenticator
from mmod.config import Loaded, Settings
from mmod.config.explain import explain
from mmod.interfaces import IAuthenticator, IStore
from mmod.lifecycle import OrderedService, Part
from mmod.metrics.gap import GapWatch
from mmod.metrics.instruments import Instruments
from mmod.metrics.resource import MetricsResource
from mmod.net.admin import AdminApi, Desk
from mmod.net.answers import SettingInEffect
from mmod.net.clients import ClientFactory
from mmod.net.dev import Gifts, dev_root
from mmod.net.dev_route import Conduct
from mmod.net.dossiers import Dossiers
from mmod.net.guard import Guard, GuardedSite
from mmod.net.livemap.streams import Streams
from mmod.net.movements import Movements
from mmod.net.public import public_root
from mmod.net.readiness import Readiness, ReadinessResource
from mmod.net.seats import Seats, affordable
from mmod.net.server_info import SERVER_FILE, ServerInfo, server_file, server_info
from mmod.net.site import QuietSite
from mmod.net.upgrade import UpgradeResource
from mmod.notify import Supervision, sender, watchdog_interval
from mmod.parts import Clients, Listening, OpenStore, Saving, WriterReport
from mmod.session.resume import TOKEN_BYTES
from mmod.shard.admission import Admission
from mmod.shard.operations import Operations
from mmod.shard.persistence import Persistence
from mmod.shard.phases import PhaseClock
from mmod.shard.quarantine import Quarantine
from mmod.shard.shard import Shard
from mmod.shard.ticker import Ticker
from mmod.speedups import COMPILED
from mmod.spilling import SpillFiles
from mmod.store.inspection import Inspection
from mmod.store.url import open_store
from mmod.store.writer import PlayerWriter
from mmod.web import admin_files, client_files, static_files
from mmod.world.engine import Engine

if COMPILED:
    from mmod.net._sockets import send_states
else:
    from mmod.net.sockets import send_states

log = Logger(namespace="mmod")

#: Seconds a tick may be overdue before systemd's watchdog goes hungry: twenty ticks at 20 Hz.
TOO_LATE = 1.0


def build(loaded: Loaded, reactor: Any, failed: Callable[[str], None], environment: Mapping[str, str]) -> Daemon:
    """Return the daemon, not yet started.

    `reactor` must count monotonic seconds (see `mmod.tap`); `failed` is told in one line why a start did not succeed;
    `environment` is read for what systemd left there.
    """
    settings, instruments, readiness = loaded.settings, Instruments(), Readiness()
    store = open_store(settings.store.url, reactor, time.time)
    writer = _writer(settings, store, reactor, instruments, lambda player_id: shard.superseded(player_id))
    authenticator = PortalAuthenticator(checker(settings.auth, reactor))
    shard = _shard(settings, writer, authenticator, reactor, instruments)
    operations = Operations(shard, store, _new_instance_id)
    desk = _desk(loaded, shard, operations, store, reactor, instruments, readiness)
    ticker = Ticker(shard.tick, settings.engine.world.tick_hz, reactor, instruments, _gaps(reactor, instruments))
    return Daemon(
        admin=Listening(reactor, "admin", settings.listen.admin, _admin_site(settings, desk, reactor)),
        streams=desk.streams,
        opening=OpenStore(store, reactor, readiness),
        spills=SpillFiles(store, settings.state_dir, reactor, readiness, instruments),
        writer=writer,
        shard=shard,
        shutdown_timeout=settings.store.shutdown_timeout,
        ticker=ticker,
        supervision=_supervision(environment, reactor, ticker),
        clients=Clients(shard, reactor, readiness),
        public=Listening(
            reactor,
            "public",
            settings.listen.public,
            _public_site(settings, shard, Gifts(authenticator, operations), reactor),
        ),
        inspection=_inspection(settings, store, reactor, instruments),
        failed=failed,
    )


class Daemon(OrderedService):
    """The whole of it, as a service."""

    def __init__(
        self,
        *,
        admin: Listening,
        streams: Streams,
        opening: OpenStore,
        spills: SpillFiles,
        writer: PlayerWriter,
        shard: Shard,
        shutdown_timeout: float,
        ticker: Ticker,
        supervision: Supervision,
        clients: Clients,
        public: Listening,
        inspection: Inspection | None,
        failed: Callable[[str], None],
    ) -> None:
        saving = Saving(writer, shard.persistence, spills, shutdown_timeout)
        self._clients = clients
        super().__init__(
            [
                Part("admin endpoint", admin.start, admin.stop),
                Part("live map", stop=streams.stop),
                Part("store", opening.start, opening.stop),
                Part("spill replay", spills.replay),
                Part("writer", saving.start, saving.stop),
                Part("clients", stop=clients.stop),
                Part("ticker", _at_once(ticker.start), _at_once(ticker.stop)),
                Part("allocator", _at_once(allocator.settle)),
                Part("garbage collector", _at_once(garbage.settle), _at_once(garbage.unsettle)),
                Part("public endpoint", public.start, public.stop),
                Part("readiness", _at_once(lambda: clients.welcome(public.address))),
                Part("supervision", _at_once(supervision.ready), _at_once(supervision.stopping)),
                *([] if inspection is None else [Part("audit", _at_once(inspection.start), inspection.stop)]),
            ],
            failed,
        )

    def hurry(self) -> None:
        """Wait no longer for clients while stopping; what is to be saved is saved all the same."""
        self._clients.hurry()


def _desk(
    loaded: Loaded,
    shard: Shard,
    operations: Operations,
    store: IStore,
    reactor: Any,
    instruments: Instruments,
    readiness: Readiness,
) -> Desk:
    """Return what operators may look at and do."""
    return Desk(
        shard,
        operations,
        Dossiers(shard, store, loaded.settings.book),
        Movements(store),
        Quarantine(shard, store),
        [SettingInEffect(entry.key, entry.value, entry.source) for entry in explain(loaded)],
        MetricsResource(instruments.registry),
        ReadinessResource(readiness),
        _server_info(loaded.settings),
        Streams(shard, reactor, instruments),
        admin_files(),
    )


def _supervision(environment: Mapping[str, str], reactor: Any, ticker: Ticker) -> Supervision:
    """Return what tells systemd that the daemon is up, and that its ticks are."""
    return Supervision(sender(environment), watchdog_interval(environment), reactor, lambda: ticker.behind < TOO_LATE)


def _gaps(reactor: Any, instruments: Instruments) -> GapWatch:
    watch = GapWatch(reactor)
    instruments.reactor_gap.set_function(lambda: watch.longest)
    return watch


def _inspection(settings: Settings, store: IStore, reactor: Any, instruments: Instruments) -> Inspection | None:
    if not settings.store.audit_at_start:
        return None
    return Inspection(store, reactor, lambda finding: instruments.item_violations.inc())


def _writer(
    settings: Settings, store: IStore, reactor: Any, instruments: Instruments, superseded: Callable[[str], None]
) -> PlayerWriter:
    writer = PlayerWriter(
        store,
        reactor,
        commit_delay=settings.store.commit_delay,
        timeout=settings.store.timeout,
        report=WriterReport(instruments, superseded),
    )
    instruments.dirty_players.set_function(lambda: writer.dirty)
    return writer


def _shard(
    settings: Settings, writer: PlayerWriter, authenticator: IAuthenticator, reactor: Any, instruments: Instruments
) -> Shard:
    seed = secrets.randbits(63) if settings.seed is None else settings.seed
    phases = PhaseClock(1 / settings.engine.world.tick_hz, reactor, instruments)
    engine = Engine(settings.engine, seed=seed, phases=phases)
    persistence = Persistence(
        engine,
        writer,
        clock=reactor,
        wall_clock=time.time,
        interval=settings.store.checkpoint_interval,
        random=Random(seed),  # noqa: S311 - it spreads checkpoints in time
    )
    admission = Admission(
        authenticator,
        kit=settings.kit,
        resume_ttl=settings.sessions.resume_ttl,
        clock=reactor,
        wall_clock=time.time,
        new_token=lambda: secrets.token_urlsafe(TOKEN_BYTES),
        new_instance_id=_new_instance_id,
        instruments=instruments,
    )
    return Shard(
        engine,
        writer,
        persistence,
        world=settings.engine.world,
        items=settings.items,
        sessions=settings.sessions,
        clock=reactor,
        instruments=instruments,
        phases=phases,
        send_states=send_states,
        greet=admission.greet,
    )


def _admin_site(settings: Settings, desk: Desk, reactor: Any) -> GuardedSite:
    api = AdminApi(desk, reactor)
    pages = ["/", *(f"/map/{name}" for name in desk.page)]
    guard = Guard(settings.admin.token, settings.admin.hosts, pages)
    return GuardedSite(guard, api.app.resource(), reactor, settings.listen.request_timeout)


def _server_info(settings: Settings) -> ServerInfo:
    return server_info(settings.book, dev=settings.dev, auth=kind_of(settings.auth))


def _public_site(settings: Settings, shard: Shard, gifts: Gifts, reactor: Any) -> QuietSite:
    sessions, listen = settings.sessions, settings.listen
    seats = Seats(_public_seats(listen.max_connections), listen.max_connections_per_address)
    websocket = UpgradeResource(ClientFactory(shard.connect, sessions, reactor, seats), sessions.allowed_origins)
    client = {**client_files(), SERVER_FILE: server_file(_server_info(settings))}
    dev = dev_root(gifts, Conduct(sessions.allowed_origins, reactor), reactor) if settings.dev else None
    root = public_root(websocket, static_files(), client, dev)
    return QuietSite(root, reactor, listen.request_timeout, seats, 0 if dev is None else sessions.max_message_bytes)


def _public_seats(wanted: int) -> int:
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    offered = affordable(wanted, descriptors)
    if offered < wanted:
        log.warn(
            "the limit of {descriptors} open files allows {offered} connections, not listen.max_connections, {wanted}",
            descriptors=descriptors,
            offered=offered,
            wanted=wanted,
        )
    return offered


def _new_instance_id() -> str:
    return str(uuid.uuid4())


def _at_once(action: Callable[[], object]) -> Callable[[], Awaitable[None]]:
    """Return an action that takes no time as one that could be waited for."""

    async def done() -> None:
        action()

    return done
