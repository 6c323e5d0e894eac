"""What an administrator's request carries, as typed values; `BadRequest` says what is wrong with one that does not."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec
from msgspec import Struct
from twisted.web.server import Request

from mmod.errors import BadRequest

#: The header that makes repeating a request harmless.
IDEMPOTENCY_KEY = "Idempotency-Key"

#: Longest idempotency key: a few UUIDs.
KEY_LENGTH = 128

#: Printable ASCII.
KEY_PATTERN = rf"[ -~]{{1,{KEY_LENGTH}}}"

#: Decimal digits: what no integer in the world exceeds.
_WHOLE = re.compile(r"-?[0-9]{1,9}")

_KEY = re.compile(KEY_PATTERN)

B = TypeVar("B", bound=Struct)


def body(request: Request, shape: type[B]) -> B:
    """Return the body; an empty one counts as an empty object."""
    assert request.content is not None
    try:
        return msgspec.json.decode(request.content.read() or b"{}", type=shape)
    except msgspec.ValidationError as error:
        raise BadRequest(f"the body does not fit: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise BadRequest("the body is not JSON") from None


def is_json(request: Request) -> bool:
    """Tell whether the body is said to be JSON, which no page of another origin can say unasked."""
    values = request.requestHeaders.getRawHeaders(b"content-type") or [b""]
    return values[0].partition(b";")[0].strip().lower() == b"application/json"


def query(request: Request, name: str) -> str | None:
    """Return a parameter of the query, the last one of several."""
    values = (request.args or {}).get(name.encode())
    if not values:
        return None
    try:
        return str(values[-1].decode("utf-8"))
    except UnicodeDecodeError:
        raise BadRequest(f"{name} is not UTF-8") from None


def whole_number(request: Request, name: str, default: int | None = None) -> int:
    """Return a whole number of at most 9 digits of the query; without a default it is required."""
    value = query(request, name)
    if value is None and default is not None:
        return default
    if value is None or not _WHOLE.fullmatch(value):
        raise BadRequest(f"{name} must be a whole number of at most 9 digits")
    return int(value)


def idempotency_key(request: Request) -> str | None:
    """Return the idempotency key, None when there is none."""
    values = request.requestHeaders.getRawHeaders(IDEMPOTENCY_KEY.encode())
    if values is None:
        return None
    key = values[0].decode("latin-1")
    if len(values) > 1 or not _KEY.fullmatch(key):
        raise BadRequest(f"{IDEMPOTENCY_KEY} must be given once, as 1 to {KEY_LENGTH} printable ASCII characters")
    return key
