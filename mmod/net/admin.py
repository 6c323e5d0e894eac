"""The admin API (docs/admin/openapi.json): JSON over HTTP for operators and their tools."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from attrs import frozen
from klein import Klein
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.resource import IResource
from twisted.web.server import Request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from mmod.errors import RemoteError, StoreError, UnknownPlayer
from mmod.net import answers
from mmod.net.bodies import GrantBody, KickBody, NoBody, PositionBody, SkillBody
from mmod.net.deadline import in_time
from mmod.net.dossiers import Dossiers
from mmod.net.livemap.resource import EventStream, region
from mmod.net.livemap.streams import Streams
from mmod.net.movements import Movements
from mmod.net.parameters import body, idempotency_key, query, whole_number
from mmod.net.public import INDEX, PageFile
from mmod.net.refusals import json_answer, json_refusal, refused, server_failed, store_failed
from mmod.net.server_info import ServerInfo
from mmod.net.site import Health
from mmod.shard.operations import Operations
from mmod.shard.quarantine import Quarantine
from mmod.shard.shard import Shard
from mmod.spatial.cells import Cell
from mmod.spatial.vector import Vector
from mmod.web.files import StaticFile
from mmod.wire.views import cell_name, entity_view, point

#: Players listed at once, unless `limit` asks for fewer.
PAGE = 1000

#: Ledger rows of a player shown, unless `limit` asks for others; it may ask for as many as `PAGE`.
MOVES = 100

T = TypeVar("T")


@frozen
class Desk:
    """Whom the admin API asks."""

    shard: Shard
    operations: Operations
    dossiers: Dossiers
    movements: Movements
    quarantine: Quarantine
    settings: Sequence[answers.SettingInEffect]
    metrics: IResource
    readiness: IResource
    server: ServerInfo
    streams: Streams
    #: The files of the live map's page.
    page: Mapping[str, StaticFile]


class AdminApi:
    """The routes; `app.resource()` puts them on a site.  Who may use them is checked before (`mmod.net.guard`).

    What waits for the store waits at most `mmod.net.deadline.PATIENCE` seconds of `clock`.
    """

    app = Klein()
    log = Logger()

    def __init__(self, desk: Desk, clock: IReactorTime) -> None:
        self._desk = desk
        self._clock = clock

    # --- for machines ---

    @app.route("/metrics", methods=["GET"])
    def metrics(self, request: Request) -> IResource:
        """Show the metrics."""
        return self._desk.metrics

    @app.route("/readyz", methods=["GET"])
    def readyz(self, request: Request) -> IResource:
        """Say whether players can join."""
        return self._desk.readiness

    @app.route("/healthz", methods=["GET"])
    def healthz(self, request: Request) -> IResource:
        """Say that the process answers."""
        return Health()

    # --- the live map ---

    @app.route("/", methods=["GET"])
    def page(self, request: Request) -> bytes:
        """Show the live map: a page for browsers."""
        return PageFile(self._desk.page[INDEX]).answer(request)

    @app.route("/map/<path:name>", methods=["GET"])
    def page_file(self, request: Request, name: str) -> bytes:
        """Give a file of that page."""
        if name not in self._desk.page:
            raise NotFound()
        return PageFile(self._desk.page[name]).answer(request)

    @app.route("/events", methods=["GET"])
    def events(self, request: Request) -> IResource:
        """Send pictures of the world as server-sent events, a few a second: whole at first, then what has changed."""
        return EventStream(self._desk.streams, region(request))

    # --- looking ---

    @app.route("/server", methods=["GET"])
    def server(self, request: Request) -> bytes:
        """Tell what a client may know: version, item catalogue, slots."""
        return json_answer(request, self._desk.server)

    @app.route("/config", methods=["GET"])
    def config(self, request: Request) -> bytes:
        """Show the settings in effect and where each comes from."""
        return json_answer(request, answers.SettingsInEffect(list(self._desk.settings)))

    @app.route("/players", methods=["GET"])
    async def players(self, request: Request) -> bytes:
        """List the players, those at rest included, by id."""
        after = query(request, "after") or ""
        limit = max(1, min(PAGE, whole_number(request, "limit", PAGE)))
        return json_answer(request, answers.Players(await self._in_time(self._desk.dossiers.page(after, limit))))

    @app.route("/players/<path:player_id>", methods=["GET"])
    async def player(self, request: Request, player_id: str) -> bytes:
        """Tell everything about one player."""
        dossier = await self._in_time(self._desk.dossiers.whole(player_id))
        if dossier is None:
            raise UnknownPlayer("no such player is known")
        return json_answer(request, dossier)

    @app.route("/players/<path:player_id>/ledger", methods=["GET"])
    async def player_ledger(self, request: Request, player_id: str) -> bytes:
        """Tell what has happened to the items of one player, newest first."""
        limit = max(1, min(PAGE, whole_number(request, "limit", MOVES)))
        return json_answer(
            request, answers.ItemsMoved(await self._in_time(self._desk.movements.of_player(player_id, limit)))
        )

    @app.route("/items/<path:instance_id>", methods=["GET"])
    async def item(self, request: Request, instance_id: str) -> bytes:
        """Tell everything that has happened to one item, oldest first."""
        return json_answer(request, answers.ItemsMoved(await self._in_time(self._desk.movements.of_item(instance_id))))

    @app.route("/entities", methods=["GET"])
    def entities(self, request: Request) -> bytes:
        """List what stands in a cell, bots included."""
        cell = Cell(whole_number(request, "cx"), whole_number(request, "cz"))
        found = self._desk.shard.engine.entities_in(cell)
        return json_answer(request, answers.Entities([entity_view(entity) for entity in found]))

    @app.route("/cells", methods=["GET"])
    def cells(self, request: Request) -> bytes:
        """List the active cells."""
        counted = self._desk.shard.engine.cells()
        census = [answers.CellCensus(count.cell.cx, count.cell.cz, count.players, count.bots) for count in counted]
        return json_answer(request, answers.Cells(census))

    @app.route("/quarantine", methods=["GET"])
    async def quarantine(self, request: Request) -> bytes:
        """List the records that were set aside because they could not be used."""
        records = await self._in_time(self._desk.quarantine.records())
        listed = [
            answers.RecordSetAside(record.quarantine_id, record.player_id, record.reason, record.set_aside_at)
            for record in records
        ]
        return json_answer(request, answers.Quarantine(listed))

    # --- doing ---

    @app.route("/players/<path:player_id>/items", methods=["POST"])
    async def grant(self, request: Request, player_id: str) -> bytes:
        """Give an item; answered when it is durable."""
        item, key = body(request, GrantBody), idempotency_key(request)
        granted = self._desk.operations.grant(player_id, item.template_id, item.quantity, item.compartment, key)
        return json_answer(request, answers.Granted(await self._in_time(granted)), 201)

    @app.route("/players/<path:player_id>/skills", methods=["POST"])
    async def skill(self, request: Request, player_id: str) -> bytes:
        """Set a skill; answered when it is durable."""
        wanted = body(request, SkillBody)
        await self._in_time(self._desk.operations.set_skill(player_id, wanted.skill, wanted.level))
        return json_answer(request, answers.SkillSet(wanted.skill, wanted.level))

    @app.route("/players/<path:player_id>/position", methods=["POST"])
    def position(self, request: Request, player_id: str) -> bytes:
        """Teleport; answered with where the player is now."""
        where = body(request, PositionBody)
        player = self._desk.operations.teleport(player_id, Vector(where.x, where.z))
        return json_answer(request, answers.Placed(point(player.pos), cell_name(player.owned_cell)))

    @app.route("/players/<path:player_id>/kick", methods=["POST"])
    def kick(self, request: Request, player_id: str) -> bytes:
        """End a session; a player that lingers without one leaves the world."""
        self._desk.operations.kick(player_id, body(request, KickBody).reason)
        return json_answer(request, answers.Done())

    @app.route("/players/<path:player_id>/checkpoint", methods=["POST"])
    async def checkpoint(self, request: Request, player_id: str) -> bytes:
        """Save now; answered when it is durable."""
        body(request, NoBody)
        await self._in_time(self._desk.operations.checkpoint(player_id))
        return json_answer(request, answers.Done())

    @app.route("/quarantine/<int:record>/restore", methods=["POST"])
    async def restore(self, request: Request, record: int) -> bytes:
        """Put a record that was set aside back in place of what is stored of the player now."""
        body(request, NoBody)
        player_id = await self._in_time(self._desk.quarantine.restore(record))
        return json_answer(request, answers.Restored(player_id))

    @app.route("/drain", methods=["POST"])
    def drain(self, request: Request) -> bytes:
        """Take no more players, and ask those present to come back later."""
        body(request, NoBody)
        self._desk.operations.drain()
        return json_answer(request, answers.Done(), 202)

    def _in_time(self, work: Coroutine[Any, Any, T]) -> Deferred[T]:
        return in_time(work, self._clock)

    # --- refusing ---

    @app.handle_errors(RemoteError)  # type: ignore[arg-type] # klein asks for IRequest
    def refused(self, request: Request, failure: Failure) -> bytes:
        """Say what was wrong."""
        error = failure.value
        assert isinstance(error, RemoteError)
        return refused(request, error)

    @app.handle_errors(StoreError)  # type: ignore[arg-type] # klein asks for IRequest
    def store_failed(self, request: Request, failure: Failure) -> bytes:
        """Say that the store did not answer."""
        error = failure.value
        assert isinstance(error, StoreError)
        self.log.warn("the store did not answer: {error}", error=error)
        return store_failed(request, error)

    @app.handle_errors(HTTPException)  # type: ignore[arg-type] # klein asks for IRequest
    def no_route(self, request: Request, failure: Failure) -> bytes:
        """Say that there is nothing here, or not for this method."""
        if not isinstance(failure.value, MethodNotAllowed):
            return json_refusal(request, 404, "not_found", "there is no such resource")
        allowed = ", ".join(sorted(failure.value.valid_methods or ()))
        request.setHeader(b"allow", allowed.encode())
        return json_refusal(request, 405, "method_not_allowed", f"this resource takes {allowed}")

    @app.handle_errors(Exception)  # type: ignore[arg-type] # klein asks for IRequest
    def failed(self, request: Request, failure: Failure) -> bytes:
        """Log a fault of ours and show nothing of it."""
        self.log.failure("an admin request failed", failure)
        return server_failed(request)
