"""The door from HTTP to WebSocket: checks a request in plain words before Autobahn sees it.

Autobahn checks most of this again; it would quote the client's header text in its answer.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Collection

from autobahn.twisted.resource import WebSocketResource
from autobahn.twisted.websocket import WebSocketServerFactory
from twisted.web.server import Request

from mmod.net.site import PlainResource, refusal
from mmod.session.origins import host_of_authority, origin_allowed
from mmod.wire.dialects import Dialect, known

#: Bytes of a Sec-WebSocket-Key once decoded (RFC 6455, 4.1).
KEY_BYTES = 16


class UpgradeResource(PlainResource):
    """`/ws`, and nothing below it."""

    methods = (b"GET",)

    def __init__(self, factory: WebSocketServerFactory, allowed_origins: Collection[str]) -> None:
        super().__init__()
        self._websocket = WebSocketResource(factory)
        self._allowed_origins = allowed_origins

    def answer(self, request: Request) -> bytes | int:
        """Hand the socket over, or refuse."""
        fault = _fault(request) or self._origin_fault(request)
        if fault is None:
            _keep_plain(request)
            handed_over: bytes | int = self._websocket.render(request)
            return handed_over
        code, words = fault
        if code == 426:
            request.setHeader(b"upgrade", b"websocket")
        if words == _VERSION:
            request.setHeader(b"sec-websocket-version", b"13")
        request.setHeader(b"connection", b"close")
        return refusal(request, code, words)

    def _origin_fault(self, request: Request) -> tuple[int, str] | None:
        origins = _values(request, b"origin")
        host = _values(request, b"host")[0]
        if len(origins) > 1 or not origin_allowed(next(iter(origins), None), host, self._allowed_origins):
            return 403, "this origin is not allowed"
        return None


def _keep_plain(request: Request) -> None:
    """Take out of the headers what Autobahn would refuse although it does no harm: extensions, which we decline,
    subprotocols we do not know, and offers of one twice.
    """
    request.requestHeaders.removeHeader(b"sec-websocket-extensions")
    offered = known(_tokens(request, b"sec-websocket-protocol"))
    if offered:
        ours = ", ".join(dialect.value for dialect in offered)
        request.requestHeaders.setRawHeaders(b"sec-websocket-protocol", [ours.encode()])


_VERSION = "the WebSocket version must be 13"


def _fault(request: Request) -> tuple[int, str] | None:
    """Return the first thing wrong with an upgrade request: an HTTP status and words; None when it is right."""
    if request.clientproto != b"HTTP/1.1":
        return 505, "HTTP/1.1 is required"
    if any(_unprintable(value) for _, values in request.requestHeaders.getAllRawHeaders() for value in values):
        return 400, "a header has a control character"
    if b"#" in request.uri:
        return 400, "a URL has no fragment here"
    hosts = _values(request, b"host")
    if len(hosts) != 1 or host_of_authority(hosts[0]) is None:
        return 400, "exactly one valid Host is required"
    if "websocket" not in map(str.lower, _tokens(request, b"upgrade")):
        return 426, "this is a WebSocket endpoint"
    if "upgrade" not in map(str.lower, _tokens(request, b"connection")):
        return 400, "Connection must say Upgrade"
    if _values(request, b"sec-websocket-version") != ["13"]:
        return 400, _VERSION
    keys = _values(request, b"sec-websocket-key")
    if len(keys) != 1 or not _is_key(keys[0]):
        return 400, "exactly one valid Sec-WebSocket-Key is required"
    offered = _tokens(request, b"sec-websocket-protocol")
    if offered and not known(offered):
        return 400, f"the subprotocols are {' and '.join(dialect.value for dialect in Dialect)}"
    return None


def _values(request: Request, name: bytes) -> list[str]:
    return [value.decode("latin-1").strip() for value in request.requestHeaders.getRawHeaders(name) or []]


def _tokens(request: Request, name: bytes) -> list[str]:
    return [token.strip() for value in _values(request, name) for token in value.split(",")]


def _unprintable(value: bytes) -> bool:
    return any(byte < 0x20 and byte != 0x09 for byte in value)


def _is_key(key: str) -> bool:
    try:
        return len(b64decode(key, validate=True)) == KEY_BYTES
    except (Base64Error, ValueError):
        return False
