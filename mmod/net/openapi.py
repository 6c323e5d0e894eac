"""The OpenAPI 3.1 document of the admin API: paths and methods from its routes, bodies and answers from their types.

`mmod.net.routes` adds what a route itself cannot tell; a route without an entry there is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from mmod.net.admin import AdminApi
from mmod.net.answers import Refusal
from mmod.net.bodies import NoBody
from mmod.net.routes import DESCRIBED, GUARDED, JSON, TEXT, WITH_BODY, Described
from mmod.wire.schema import DIALECT, Schema, description_of, received_parts, sent_parts

OPENAPI = "3.1.0"

#: The version of this API, not that of the daemon.
VERSION = "1"

#: Where the parts of schemas stand in the document.
IN_COMPONENTS = "#/components/schemas/{name}"

DESCRIPTION = (
    "For operators and their tools, on an endpoint of its own. Requests must name one of its hosts, and a body must be "
    "`application/json`. A bearer token is required when one is configured, as it must be anywhere but on loopback. "
    "Units: metres, metres per second, seconds; x east, z north."
)


_PATH_PARAMETERS: dict[str, Schema] = {
    "player_id": {"type": "string", "minLength": 1, "description": "Percent-encoded; it may hold slashes."},
    "instance_id": {"type": "string", "minLength": 1, "description": "Percent-encoded; it may hold slashes."},
    "name": {"type": "string", "minLength": 1, "description": "Of a file of the page."},
    "record": {"type": "integer", "minimum": 0, "description": "The number of a record in the quarantine."},
}


def openapi() -> dict[str, Any]:
    """Return the document."""
    return {
        "openapi": OPENAPI,
        "info": {
            "title": "mmod admin API",
            "version": VERSION,
            "description": DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "jsonSchemaDialect": DIALECT,
        "servers": [{"url": "http://127.0.0.1:9090", "description": "Where it is when nothing is configured."}],
        "security": [{"bearer": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description": "`admin.token`"}},
            "schemas": _schemas(),
        },
    }


def _paths() -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for rule in AdminApi.app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        (method,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
        paths.setdefault(path, {})[method.lower()] = _operation(rule.endpoint, path)
    return paths


def _operation(endpoint: str, path: str) -> dict[str, Any]:
    described = DESCRIBED[endpoint]
    parameters = [*_path_parameters(path), *described.parameters]
    return {
        "operationId": endpoint,
        "summary": description_of(getattr(AdminApi, endpoint)),
        **({"parameters": parameters} if parameters else {}),
        **({} if described.body is None else {"requestBody": _request_body(described.body)}),
        "responses": _responses(described),
        **({"security": []} if described.open else {}),
    }


def _path_parameters(path: str) -> list[Schema]:
    names = re.findall(r"{(\w+)}", path)
    return [{"name": name, "in": "path", "required": True, "schema": _PATH_PARAMETERS[name]} for name in names]


def _request_body(shape: type[Struct]) -> dict[str, Any]:
    return {"required": shape is not NoBody, "content": _of_type(shape)}


def _responses(described: Described) -> dict[str, Any]:
    refusals = _refusals(described)
    refused = {str(status): _refused(described, status, refusals[status]) for status in sorted(refusals)}
    return {str(described.status): _success(described), **refused}


def _success(described: Described) -> dict[str, Any]:
    if described.answer is None:
        return {"description": "The answer as a text.", "content": _text(described.media)}
    return {"description": description_of(described.answer), "content": _of_type(described.answer, described.media)}


def _refused(described: Described, status: int, meaning: str) -> dict[str, Any]:
    in_words = described.media == TEXT and status in described.refusals
    return {"description": meaning, "content": _text(TEXT) if in_words else _of_type(Refusal)}


def _refusals(described: Described) -> dict[int, str]:
    guarded = {403: GUARDED[403]} if described.open else GUARDED
    return {**guarded, **({} if described.body is None else WITH_BODY), **described.refusals}


def _text(media: str) -> dict[str, Any]:
    return {media: {"schema": {"type": "string"}}}


def _of_type(shape: type[Struct], media: str = JSON) -> dict[str, Any]:
    return {media: {"schema": {"$ref": IN_COMPONENTS.format(name=shape.__name__)}}}


def _schemas() -> dict[str, Schema]:
    taken = _distinct(described.body for described in DESCRIBED.values())
    given = [*_distinct(described.answer for described in DESCRIBED.values()), Refusal]
    return {**received_parts(taken, IN_COMPONENTS), **sent_parts(given, IN_COMPONENTS)}


def _distinct(shapes: Iterable[type[Struct] | None]) -> list[type[Struct]]:
    return list(dict.fromkeys(shape for shape in shapes if shape is not None))
