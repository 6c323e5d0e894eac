"""`http`: asks another service whose token it is.

The request is `POST url` with the JSON body `{"token": "..."}`.  The service answers

    200          {"player_id": "...", "name": "..."}: the token is good; `name` may be left out
    401 or 403   the token is not good; the body does not matter

Anything else, no answer in time, and more questions than may be under way at once all mean that nobody could say: the
client is told `unavailable` and may come back.  Redirects are not followed, so a token goes nowhere else.

A body that is not read to its end would keep its connection open for ever, so what is not wanted is cut off.
"""

from __future__ import annotations

from typing import Any

import msgspec
from attrs import frozen
from msgspec import Struct
from treq.client import HTTPClient
from twisted.cred.checkers import ICredentialsChecker
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol, connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.client import ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.iweb import IAgent
from zope.interface import implementer

from mmod.auth.portal import IHelloToken
from mmod.errors import AuthRefused, Unavailable
from mmod.session.identity import NAME_LENGTH, Identity, identity

#: Bytes of an answer that are read; an id and a name need a few hundred.
MAX_ANSWER = 16 * 1024

#: Statuses with which the service says no.
REFUSALS = (401, 403)


@frozen
class HttpRules:
    """Where to ask, how long to wait for the whole answer (s), and how many questions may be under way at once."""

    url: str
    timeout: float = 3.0
    max_in_flight: int = 100


class _Answer(Struct):
    player_id: str
    name: str | None = None


class _Unusable(Exception):
    """The service's answer is none of the documented ones; the text is for the log."""


@implementer(ICredentialsChecker)
class HttpChecker:
    """Asks over `agent`; `clock` times the answers out."""

    credentialInterfaces = (IHelloToken,)

    log = Logger()

    def __init__(self, rules: HttpRules, agent: IAgent, clock: Any) -> None:
        self._rules = rules
        self._client = HTTPClient(agent)
        self._clock = clock
        self._in_flight = 0

    def requestAvatarId(self, credentials: IHelloToken) -> Deferred[Any]:
        """Return the identity, or fail with `AuthRefused` or `Unavailable`."""
        return Deferred.fromCoroutine(self._identity(credentials.token))

    async def _identity(self, token: str) -> Identity:
        if self._in_flight >= self._rules.max_in_flight:
            self.log.warn("{count} questions to the authentication service are under way", count=self._in_flight)
            raise _unavailable()
        self._in_flight += 1
        try:
            asked = Deferred.fromCoroutine(self._ask(token))
            return await asked.addTimeout(self._rules.timeout, self._clock)
        except AuthRefused:
            raise
        except Exception as error:  # whatever keeps the service from answering is the same to the client
            self.log.warn("the authentication service gave no answer: {error!r}", error=error)
            raise _unavailable() from None
        finally:
            self._in_flight -= 1

    async def _ask(self, token: str) -> Identity:
        response = await self._client.request(
            "POST", self._rules.url, json={"token": token}, allow_redirects=False, unbuffered=True, reactor=self._clock
        )
        if response.code != 200:
            response.deliverBody(_Cut())
            raise (
                AuthRefused("the token is not valid")
                if response.code in REFUSALS
                else _Unusable(f"status {response.code}")
            )
        body = _Body()
        response.deliverBody(body)
        answer = msgspec.json.decode(await body.whole, type=_Answer)
        return identity(answer.player_id, answer.name or answer.player_id[:NAME_LENGTH])


class _Cut(Protocol):
    """Takes no body: ends the connection."""

    def connectionMade(self) -> None:
        assert self.transport is not None
        self.transport.loseConnection()


class _Body(Protocol):
    """Gathers at most `MAX_ANSWER` bytes; `whole` fires with them, and whoever cancels it ends the connection."""

    def __init__(self) -> None:
        self.whole: Deferred[bytes] = Deferred(lambda _: self._cut())
        self._read = bytearray()

    def dataReceived(self, data: bytes) -> None:
        if self.whole.called:
            return
        self._read += data
        if len(self._read) > MAX_ANSWER:
            self._cut()
            self.whole.errback(_Unusable("the answer is too long"))

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self.whole.called:
            return
        if reason.check(ResponseDone, PotentialDataLoss):
            self.whole.callback(bytes(self._read))
        else:
            self.whole.errback(reason)

    def _cut(self) -> None:
        assert self.transport is not None
        self.transport.loseConnection()


def _unavailable() -> Unavailable:
    return Unavailable("authentication is not available; try again later")
