"""The admin API (design.md, "Admin API"): JSON over HTTP for operators and their tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec
from klein import Klein
from msgspec import Meta, Struct
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.resource import IResource
from twisted.web.server import Request
from werkzeug.exceptions import HTTPException

from mmod.errors import BadRequest, RemoteError, RuleViolation, StoreError, Unavailable, UnknownPlayer, UnknownTemplate
from mmod.items.instances import ItemId, Quantity
from mmod.items.rules import DEFAULT_COMPARTMENT
from mmod.net.dossiers import Dossiers
from mmod.net.site import Health
from mmod.shard.operations import Operations
from mmod.shard.shard import Shard
from mmod.spatial.cells import Cell
from mmod.spatial.vector import Vector
from mmod.wire.messages import NO_NUL, Name
from mmod.wire.views import cell_name, point

#: Players listed at once, unless `limit` asks for fewer.
PAGE = 1000

Coordinate = Annotated[float, Meta(ge=-1e12, le=1e12)]
B = TypeVar("B", bound=Struct)


class GrantBody(Struct, forbid_unknown_fields=True):
    """Give an item."""

    template_id: ItemId
    quantity: Quantity = 1
    compartment: Name = DEFAULT_COMPARTMENT


class SkillBody(Struct, forbid_unknown_fields=True):
    """Set a skill."""

    skill: Annotated[str, Meta(min_length=1, max_length=64, pattern=NO_NUL)]
    level: Annotated[int, Meta(ge=0, le=1_000_000)]


class PositionBody(Struct, forbid_unknown_fields=True):
    """Move a player (m)."""

    x: Coordinate
    z: Coordinate


class KickBody(Struct, forbid_unknown_fields=True):
    """End a session."""

    reason: Annotated[str, Meta(max_length=1000, pattern=NO_NUL)] = "kicked by an operator"


class AdminApi:
    """The routes; `resource` puts them on a site.  Who may use them is checked before (`mmod.net.guard`)."""

    app = Klein()
    log = Logger()

    def __init__(
        self, shard: Shard, operations: Operations, dossiers: Dossiers, metrics: IResource, readiness: IResource
    ) -> None:
        self._shard = shard
        self._operations = operations
        self._dossiers = dossiers
        self._metrics = metrics
        self._readiness = readiness

    # --- for machines ---

    @app.route("/metrics", methods=["GET"])
    def metrics(self, request: Request) -> IResource:
        """Show the metrics."""
        return self._metrics

    @app.route("/readyz", methods=["GET"])
    def readyz(self, request: Request) -> IResource:
        """Say whether players can join."""
        return self._readiness

    @app.route("/healthz", methods=["GET"])
    def healthz(self, request: Request) -> IResource:
        """Say that the process answers."""
        return Health()

    # --- looking ---

    @app.route("/players", methods=["GET"])
    async def players(self, request: Request) -> bytes:
        """List the players, those at rest included, by id."""
        after = _query(request, b"after") or ""
        limit = max(1, min(PAGE, _query_integer(request, b"limit", PAGE)))
        return self._answer(request, 200, {"players": await self._dossiers.page(after, limit)})

    @app.route("/players/<path:player_id>", methods=["GET"])
    async def player(self, request: Request, player_id: str) -> bytes:
        """Tell everything about one player."""
        dossier = await self._dossiers.whole(player_id)
        if dossier is None:
            raise UnknownPlayer("no such player is known")
        return self._answer(request, 200, dossier)

    @app.route("/entities", methods=["GET"])
    def entities(self, request: Request) -> bytes:
        """List what stands in a cell."""
        cell = Cell(_query_integer(request, b"cx"), _query_integer(request, b"cz"))
        found = [
            {
                "id": entity.id,
                "kind": entity.kind.wire_name,
                "name": entity.name,
                "pos": point(entity.pos),
                "vel": point(entity.vel),
            }
            for entity in self._shard.engine.entities_in(cell)
        ]
        return self._answer(request, 200, {"entities": found})

    @app.route("/cells", methods=["GET"])
    def cells(self, request: Request) -> bytes:
        """List the active cells."""
        counted = [
            {"cx": count.cell.cx, "cz": count.cell.cz, "players": count.players, "bots": count.bots}
            for count in self._shard.engine.cells()
        ]
        return self._answer(request, 200, {"cells": counted})

    # --- doing ---

    @app.route("/players/<path:player_id>/items", methods=["POST"])
    async def grant(self, request: Request, player_id: str) -> bytes:
        """Give an item; answered when it is durable."""
        body = _body(request, GrantBody)
        instance_id = await self._operations.grant(player_id, body.template_id, body.quantity, body.compartment)
        return self._answer(request, 201, {"instance_id": instance_id})

    @app.route("/players/<path:player_id>/skills", methods=["POST"])
    async def skill(self, request: Request, player_id: str) -> bytes:
        """Set a skill; answered when it is durable."""
        body = _body(request, SkillBody)
        await self._operations.set_skill(player_id, body.skill, body.level)
        return self._answer(request, 200, {"skill": body.skill, "level": body.level})

    @app.route("/players/<path:player_id>/position", methods=["POST"])
    def position(self, request: Request, player_id: str) -> bytes:
        """Teleport; answered with where the player is now."""
        body = _body(request, PositionBody)
        player = self._operations.teleport(player_id, Vector(body.x, body.z))
        return self._answer(request, 200, {"pos": point(player.pos), "cell": cell_name(player.owned_cell)})

    @app.route("/players/<path:player_id>/kick", methods=["POST"])
    def kick(self, request: Request, player_id: str) -> bytes:
        """End a session."""
        self._operations.kick(player_id, _body(request, KickBody).reason)
        return self._answer(request, 200, {})

    @app.route("/players/<path:player_id>/checkpoint", methods=["POST"])
    async def checkpoint(self, request: Request, player_id: str) -> bytes:
        """Save now; answered when it is stored."""
        await self._operations.checkpoint(player_id)
        return self._answer(request, 200, {})

    @app.route("/drain", methods=["POST"])
    def drain(self, request: Request) -> bytes:
        """Take no more players."""
        self._operations.drain()
        return self._answer(request, 202, {})

    # --- refusing ---

    @app.handle_errors(RemoteError)  # type: ignore[arg-type] # klein asks for IRequest
    def refused(self, request: Request, failure: Failure) -> bytes:
        """Say what was wrong."""
        error = failure.value
        assert isinstance(error, RemoteError)
        return self._error(request, _status(error), error.code, str(error))

    @app.handle_errors(StoreError)  # type: ignore[arg-type] # klein asks for IRequest
    def store_failed(self, request: Request, failure: Failure) -> bytes:
        """Say that the store did not answer."""
        self.log.warn("the store did not answer: {error}", error=failure.value)
        return self._error(request, 503, Unavailable.code, "the store did not answer; repeat the request later")

    @app.handle_errors(HTTPException)  # type: ignore[arg-type] # klein asks for IRequest
    def no_route(self, request: Request, failure: Failure) -> bytes:
        """Say that there is nothing here, or not for this method."""
        status = getattr(failure.value, "code", None) or 404
        code = "method_not_allowed" if status == 405 else "not_found"
        return self._error(request, status, code, "there is no such resource, or not with this method")

    @app.handle_errors(Exception)  # type: ignore[arg-type] # klein asks for IRequest
    def failed(self, request: Request, failure: Failure) -> bytes:
        """Log a fault of ours and show nothing of it."""
        self.log.failure("an admin request failed", failure)
        return self._error(request, 500, "internal_error", "the server failed; its log says why")

    def _error(self, request: Request, status: int, code: str, message: str) -> bytes:
        return self._answer(request, status, {"error": {"code": code, "message": message}})

    def _answer(self, request: Request, status: int, content: Mapping[str, Any] | Struct) -> bytes:
        request.setResponseCode(status)
        request.setHeader(b"content-type", b"application/json")
        request.setHeader(b"cache-control", b"no-store")
        return msgspec.json.encode(content)


def _status(error: RemoteError) -> int:
    if isinstance(error, UnknownPlayer):
        return 404
    if isinstance(error, Unavailable):
        return 503
    return 409 if isinstance(error, RuleViolation) and not isinstance(error, UnknownTemplate) else 400


def _body(request: Request, shape: type[B]) -> B:
    """Return the body as a value, or raise `BadRequest`."""
    assert request.content is not None
    try:
        return msgspec.json.decode(request.content.read() or b"{}", type=shape)
    except msgspec.ValidationError as error:
        raise BadRequest(f"the body does not fit: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadRequest("the body is not JSON") from None


def _query(request: Request, name: bytes) -> str | None:
    values = (request.args or {}).get(name)
    if not values:
        return None
    try:
        return str(values[-1].decode("utf-8"))
    except UnicodeDecodeError:
        raise BadRequest(f"{name.decode()} is not UTF-8") from None


def _query_integer(request: Request, name: bytes, default: int | None = None) -> int:
    value = _query(request, name)
    if value is None and default is not None:
        return default
    try:
        return int(value or "")
    except ValueError:
        raise BadRequest(f"{name.decode()} must be a whole number") from None
