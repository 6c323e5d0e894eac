"""One route that takes JSON by POST and answers later, for pages that may open a socket here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any, Generic, TypeVar

from attrs import frozen
from msgspec import Struct
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.web.server import NOT_DONE_YET, Request

from mmod.errors import RemoteError, StoreError
from mmod.net.deadline import in_time
from mmod.net.parameters import body, idempotency_key, is_json
from mmod.net.refusals import json_answer, json_refusal, refused, server_failed, store_failed
from mmod.net.site import PlainResource
from mmod.session.closing import RateLimited
from mmod.session.limits import TokenBucket
from mmod.session.origins import origin_allowed

#: Requests a second, of everybody together, and how many at once: many more than a few people at their menus make, and
#: so few that neither the service that checks tokens nor the store can be worn out with them.
RATE = 20.0
BURST = 40

B = TypeVar("B", bound=Struct)


@frozen
class Given:
    """What is answered when all went well."""

    content: Struct
    status: int = 200


class Conduct:
    """What is asked of every request before its body is read: the right origin and type, and moderation."""

    def __init__(self, allowed_origins: Collection[str], clock: IReactorTime) -> None:
        self._allowed_origins = allowed_origins
        self._clock = clock
        self._bucket = TokenBucket(RATE, BURST, clock.seconds())

    def fault(self, request: Request) -> tuple[int, str, str] | None:
        """Return status, code and words for a request that may not pass, None for one that may."""
        if not self._origin_is_allowed(request):
            return 403, "forbidden", "this origin is not allowed"
        if not is_json(request):
            return 415, "unsupported_media_type", "the content type must be application/json"
        if not self._bucket.take(self._clock.seconds()):
            return 429, RateLimited.code, f"there may be {RATE:g} requests a second, of everybody together"
        return None

    def _origin_is_allowed(self, request: Request) -> bool:
        origins = _values(request, b"origin")
        host = next(iter(_values(request, b"host")), "")
        return len(origins) <= 1 and origin_allowed(next(iter(origins), None), host, self._allowed_origins)


class Route(PlainResource, Generic[B]):
    """Answers with what `give` makes of a body of `shape` and of the idempotency key, within `PATIENCE`."""

    log = Logger()
    methods = (b"POST",)

    def __init__(
        self, shape: type[B], give: Callable[[B, str | None], Awaitable[Given]], conduct: Conduct, clock: IReactorTime
    ) -> None:
        super().__init__()
        self._shape = shape
        self._give = give
        self._conduct = conduct
        self._clock = clock

    def answer(self, request: Request) -> bytes | int:
        """Refuse at once, or answer when it is done."""
        fault = self._conduct.fault(request)
        if fault is not None:
            return json_refusal(request, *fault)
        gone: list[Any] = []
        request.notifyFinish().addBoth(gone.append)

        def finish(content: bytes) -> None:
            if not gone:
                request.write(content)
                request.finish()

        Deferred.fromCoroutine(self._outcome(request)).addCallback(finish).addErrback(self._not_told)
        return NOT_DONE_YET

    async def _outcome(self, request: Request) -> bytes:
        try:
            given = await in_time(self._given(request), self._clock)
        except RemoteError as error:
            return refused(request, error)
        except StoreError as error:
            self.log.warn("the store did not answer: {error}", error=error)
            return store_failed(request, error)
        except Exception:  # the fence around one request
            self.log.failure("a request failed")
            return server_failed(request)
        return json_answer(request, given.content, given.status)

    async def _given(self, request: Request) -> Given:
        return await self._give(body(request, self._shape), idempotency_key(request))

    def _not_told(self, failure: Any) -> None:
        self.log.failure("an answer could not be given", failure)


def _values(request: Request, name: bytes) -> list[str]:
    return [value.decode("latin-1").strip() for value in request.requestHeaders.getRawHeaders(name) or []]
