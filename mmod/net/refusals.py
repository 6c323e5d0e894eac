"""Answers in JSON, and which HTTP status each error has."""

from __future__ import annotations

import msgspec
from msgspec import Struct
from twisted.web.server import Request

from mmod.errors import (
    AuthRefused,
    BadRequest,
    IdempotencyConflict,
    ItemElsewhere,
    PlayerPresent,
    RemoteError,
    RuleViolation,
    StoreBusy,
    StoreError,
    Unavailable,
    UnknownItem,
    UnknownPlayer,
    UnknownRecord,
    UnknownTemplate,
)
from mmod.net.answers import Fault, Refusal

#: The HTTP status of each refusal; the first class that fits counts.
STATUSES: tuple[tuple[type[RemoteError], int], ...] = (
    (UnknownPlayer, 404),
    (UnknownRecord, 404),
    (UnknownItem, 404),
    (UnknownTemplate, 400),
    (RuleViolation, 409),
    (IdempotencyConflict, 409),
    (PlayerPresent, 409),
    (ItemElsewhere, 409),
    (AuthRefused, 403),
    (Unavailable, 503),
    (BadRequest, 400),
)

#: What is said when the store has not answered, and when it was not even asked.
SILENT = "the store did not answer; repeat the request later"
BUSY = "too many requests wait for the store already; repeat this one later"


def status_of(error: RemoteError) -> int:
    """Return the HTTP status of a refusal."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 400)


def json_answer(request: Request, content: Struct, status: int = 200) -> bytes:
    """Return the body of an answer, which no cache may keep."""
    request.setResponseCode(status)
    request.setHeader(b"content-type", b"application/json")
    request.setHeader(b"cache-control", b"no-store")
    request.setHeader(b"x-content-type-options", b"nosniff")
    return msgspec.json.encode(content)


def json_refusal(request: Request, status: int, code: str, message: str) -> bytes:
    """Return the body of a refusal."""
    return json_answer(request, Refusal(Fault(code, message)), status)


def refused(request: Request, error: RemoteError) -> bytes:
    """Return the body that says what was wrong."""
    return json_refusal(request, status_of(error), error.code, str(error))


def store_failed(request: Request, error: StoreError) -> bytes:
    """Return the body that says that the store did not answer, or was not asked."""
    return json_refusal(request, 503, Unavailable.code, BUSY if isinstance(error, StoreBusy) else SILENT)


def server_failed(request: Request) -> bytes:
    """Return the body that says that the fault is ours, and nothing of it."""
    return json_refusal(request, 500, "internal_error", "the server failed; its log says why")
