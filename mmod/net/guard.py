"""Who may use the admin endpoint: no web page, and nobody without the token when there is one.

A browser can be made to send requests to any address it reaches.  What it cannot do is choose the Host of a name it was
sent to by a hostile DNS, or send `application/json` to another origin unasked; so both are required.
"""

from __future__ import annotations

import hmac
import socket
from collections.abc import Collection

from twisted.internet.interfaces import IReactorTime
from twisted.web.resource import IResource
from twisted.web.server import Request

from mmod.net.parameters import is_json
from mmod.net.refusals import json_refusal
from mmod.net.seats import Seats
from mmod.net.site import PlainResource, QuietSite
from mmod.session.origins import LOCAL_HOSTS, host_of_authority, host_of_origin

#: Paths that say nothing of players and are asked by machines without a token.
OPEN_PATHS = frozenset({b"/healthz", b"/readyz"})

#: The code of each refusal, by its HTTP status.
CODES = {401: "unauthorized", 403: "forbidden", 415: "unsupported_media_type"}

#: Operators and scrapers are few.
ADMIN_CONNECTIONS = 256

#: Bytes of the largest body: a kick's reason of some length.
MAX_BODY = 16 * 1024


class Guard:
    """Knows the token (empty for none) and the names under which the endpoint may be reached."""

    def __init__(self, token: str, hosts: Collection[str], pages: Collection[str] = ()) -> None:
        """`pages` are further paths that are open, since they say nothing: a browser asks for them without a token."""
        self._token = token.encode()
        self._open = OPEN_PATHS | {page.encode() for page in pages}
        self._hosts = LOCAL_HOSTS | {socket.gethostname().lower()} | {host.lower() for host in hosts}

    def fault(self, request: Request) -> tuple[int, str] | None:
        """Return status and words for a request that may not pass, None for one that may."""
        if not self._host_is_ours(request):
            return 403, "this Host is not served here; see admin.hosts"
        if not self._origin_is_ours(request) or _is_of_another_site(request):
            return 403, "a page of another origin may not use this"
        if request.path not in self._open and not self._token_is_right(request):
            return 401, "a bearer token is required"
        if request.method not in (b"GET", b"HEAD") and not is_json(request):
            return 415, "the content type must be application/json"
        return None

    def _host_is_ours(self, request: Request) -> bool:
        values = request.requestHeaders.getRawHeaders(b"host") or []
        if len(values) != 1:
            return False
        return self._is_our_name(host_of_authority(values[0].decode("latin-1")), request)

    def _origin_is_ours(self, request: Request) -> bool:
        """Tell whether no web page sent it, or one of ours."""
        origins = request.requestHeaders.getRawHeaders(b"origin") or []
        return all(self._is_our_name(host_of_origin(origin.decode("latin-1")), request) for origin in origins)

    def _is_our_name(self, name: str | None, request: Request) -> bool:
        return name is not None and (name in self._hosts or name == _own_address(request))

    def _token_is_right(self, request: Request) -> bool:
        if not self._token:
            return True
        values = request.requestHeaders.getRawHeaders(b"authorization") or [b""]
        kind, _, token = values[0].partition(b" ")
        return kind.lower() == b"bearer" and hmac.compare_digest(token.strip(), self._token)


def _is_of_another_site(request: Request) -> bool:
    """Tell whether a browser says that a page of another site has asked; a person may follow a link there from here."""
    site = request.requestHeaders.getRawHeaders(b"sec-fetch-site") or []
    mode = request.requestHeaders.getRawHeaders(b"sec-fetch-mode") or []
    return b"cross-site" in site and mode != [b"navigate"]


class GuardedSite(QuietSite):
    """A site that answers a request only if its guard has nothing against it."""

    def __init__(self, guard: Guard, root: IResource, reactor: IReactorTime, request_timeout: float) -> None:
        super().__init__(root, reactor, request_timeout, Seats(ADMIN_CONNECTIONS, 0), max_body=MAX_BODY)
        self._guard = guard

    def getResourceFor(self, request: Request) -> IResource:
        """Return what answers a request."""
        fault = self._guard.fault(request)
        return super().getResourceFor(request) if fault is None else _Refusal(*fault)


class _Refusal(PlainResource):
    isLeaf = True

    def __init__(self, code: int, words: str) -> None:
        super().__init__()
        self._code = code
        self._words = words

    def render(self, request: Request) -> bytes:
        if self._code == 401:
            request.setHeader(b"www-authenticate", b"Bearer")
        return json_refusal(request, self._code, CODES[self._code], self._words)


def _own_address(request: Request) -> str:
    """Return the address that the client has connected to."""
    return str(getattr(request.getHost(), "host", ""))
