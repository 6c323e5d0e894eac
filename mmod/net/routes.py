"""What each route of the admin API takes and gives, beside what the route itself says (`mmod.net.openapi`)."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen
from msgspec import Struct

from mmod.errors import (
    DuplicateInstance,
    ExceedsBulk,
    ExceedsWeight,
    IdempotencyConflict,
    ItemElsewhere,
    PlayerPresent,
    Unavailable,
    UnknownCompartment,
)
from mmod.net import answers, bodies
from mmod.net.admin import MOVES, PAGE
from mmod.net.deadline import PATIENCE
from mmod.net.livemap.picture import MapPicture
from mmod.net.livemap.resource import EDGES
from mmod.net.livemap.streams import MOST_STREAMS
from mmod.net.parameters import IDEMPOTENCY_KEY, KEY_LENGTH, KEY_PATTERN
from mmod.net.server_info import ServerInfo
from mmod.wire.schema import Schema

#: The media types of most answers, and of those in words.
JSON = "application/json"
TEXT = "text/plain"


@frozen
class Described:
    """What one operation takes and gives; an answer of None is no JSON."""

    answer: type[Struct] | None
    status: int = 200
    body: type[Struct] | None = None
    #: Parameters beside those in the path.
    parameters: tuple[Schema, ...] = ()
    #: Refusals beside those that every operation can meet.
    refusals: Mapping[int, str] = {}
    #: The media type of the answer, or of a stream of such answers.
    media: str = JSON
    #: Whether it needs no token; the guard decides that (`mmod.net.guard`).
    open: bool = False


def _query(name: str, description: str, schema: Schema, *, required: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


_CELL = (
    _query("cx", "Column of the cell.", {"type": "integer"}, required=True),
    _query("cz", "Row of the cell.", {"type": "integer"}, required=True),
)
_PAGE = (
    _query("after", "Begin after this id.", {"type": "string"}),
    _query("limit", "At most so many.", {"type": "integer", "minimum": 1, "maximum": PAGE, "default": PAGE}),
)
_NEWEST = (_query("limit", "At most so many.", {"type": "integer", "minimum": 1, "maximum": PAGE, "default": MOVES}),)
_KEY: Schema = {
    "name": IDEMPOTENCY_KEY,
    "in": "header",
    "required": False,
    "description": (
        "Makes repeating the request harmless: a player is given one item per key, and the same answer again, also "
        "after a restart. Choose a new one, such as a UUID, for every new gift."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH, "pattern": f"^{KEY_PATTERN}$"},
}

_REGION = tuple(
    _query(name, f"The {name}ernmost cells whose bots are shown; all four edges or none.", {"type": "integer"})
    for name in EDGES
)

_BAD_QUERY = {400: "A parameter is wrong: `bad_request`."}
_AWAY = {503: f"`{Unavailable.code}`: the store is away or busy, or has not answered within {PATIENCE:g} s; repeat it."}
_ABSENT = {404: "The player is not in the world: `unknown_player`."}
_UNKNOWN = {404: "Nobody knows the player: `unknown_player`."}
_TOO_MANY = {503: f"`{Unavailable.code}`: there are {MOST_STREAMS} streams already, or the server is stopping."}
_RULES = ", ".join(f"`{rule.code}`" for rule in (ExceedsWeight, ExceedsBulk, UnknownCompartment, DuplicateInstance))
_GRANT = {
    400: "The body is not what the schema says: `bad_request`; or there is no such item: `unknown_template`.",
    409: f"A rule of the world forbids it: {_RULES}; or the key gave something else: `{IdempotencyConflict.code}`.",
}

#: By the name of the route's function.
DESCRIBED: Mapping[str, Described] = {
    "metrics": Described(None, media=TEXT),
    "readyz": Described(None, media=TEXT, open=True, refusals={503: "Players cannot join; the text says why."}),
    "healthz": Described(None, media=TEXT, open=True),
    "page": Described(None, media="text/html", open=True),
    "page_file": Described(None, media="*/*", open=True, refusals={404: "There is no such file: `not_found`."}),
    "events": Described(MapPicture, parameters=_REGION, refusals=_BAD_QUERY | _TOO_MANY, media="text/event-stream"),
    "server": Described(ServerInfo),
    "config": Described(answers.SettingsInEffect),
    "players": Described(answers.Players, parameters=_PAGE, refusals=_BAD_QUERY | _AWAY),
    "player": Described(answers.PlayerDossier, refusals=_UNKNOWN | _AWAY),
    "player_ledger": Described(answers.ItemsMoved, parameters=_NEWEST, refusals=_BAD_QUERY | _UNKNOWN | _AWAY),
    "item": Described(answers.ItemsMoved, refusals={404: "The ledger knows no such item: `unknown_item`."} | _AWAY),
    "entities": Described(answers.Entities, parameters=_CELL, refusals=_BAD_QUERY),
    "cells": Described(answers.Cells),
    "quarantine": Described(answers.Quarantine, refusals=_AWAY),
    "grant": Described(answers.Granted, 201, bodies.GrantBody, parameters=(_KEY,), refusals=_ABSENT | _GRANT | _AWAY),
    "skill": Described(answers.SkillSet, body=bodies.SkillBody, refusals=_ABSENT | _AWAY),
    "position": Described(answers.Placed, body=bodies.PositionBody, refusals=_ABSENT),
    "kick": Described(answers.Done, body=bodies.KickBody, refusals=_ABSENT),
    "checkpoint": Described(answers.Done, body=bodies.NoBody, refusals=_ABSENT | _AWAY),
    "restore": Described(
        answers.Restored,
        body=bodies.NoBody,
        refusals={
            404: "Nothing is set aside under that number: `unknown_record`.",
            409: f"The player is in the world: `{PlayerPresent.code}`; or others have items of the record, which the "
            f"text names with whose they are: `{ItemElsewhere.code}`.",
        }
        | _AWAY,
    ),
    "drain": Described(answers.Done, 202, bodies.NoBody),
}

#: What every operation can meet.
GUARDED = {
    401: "The bearer token is missing or wrong: `unauthorized`.",
    403: "This Host is not served here: `forbidden`.",
    500: "The server failed; its log says why: `internal_error`.",
}
#: What every operation that takes a body can meet.
WITH_BODY = {
    400: "The body is not what the schema says: `bad_request`.",
    415: "The content type is not `application/json`: `unsupported_media_type`.",
}
