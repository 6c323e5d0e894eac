"""The cred side: the credentials in a `hello`, the realm, and the authenticator the world asks.

Another kind of authentication is another `ICredentialsChecker` for `IHelloToken`: its `requestAvatarId` returns an
`Identity`, or fails with `AuthRefused` (the token is no good) or `Unavailable` (nobody could say).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen
from twisted.cred.checkers import ICredentialsChecker
from twisted.cred.credentials import ICredentials
from twisted.cred.portal import IRealm, Portal
from twisted.internet.defer import Deferred, succeed
from twisted.logger import Logger
from zope.interface import Attribute, Interface, implementer

from mmod.errors import RemoteError, Unavailable
from mmod.interfaces import IAuthenticator
from mmod.session.identity import Identity


class IHelloToken(ICredentials):
    """The credentials in a `hello`."""

    token: str = Attribute("What the client sent; never to be logged.")


class IPlayerIdentity(Interface):
    """What a portal gives for a token: an `Identity`."""


@implementer(IHelloToken)
@frozen(repr=False)
class HelloToken:
    """The credentials in a `hello`; without a repr, so that no log shows them."""

    token: str


@implementer(IRealm)
class PlayerRealm:
    """Every identity that a checker yields is a player."""

    def requestAvatar(
        self, avatarId: Any, mind: object, *interfaces: type[Interface]
    ) -> Deferred[tuple[type[Interface], object, Callable[[], None]]]:
        """Return the identity itself; there is nothing to log out of."""
        return succeed((IPlayerIdentity, avatarId, lambda: None))


@implementer(IAuthenticator)
class PortalAuthenticator:
    """Asks a cred portal with one checker."""

    log = Logger()

    def __init__(self, checker: ICredentialsChecker) -> None:
        self._portal = Portal(PlayerRealm(), [checker])

    def authenticate(self, token: str) -> Deferred[Identity]:
        """Return the identity a token proves; fail with `AuthRefused` or `Unavailable`."""
        return Deferred.fromCoroutine(self._authenticate(token))

    async def _authenticate(self, token: str) -> Identity:
        try:
            _, identity, _ = await self._portal.login(HelloToken(token), None, IPlayerIdentity)
        except RemoteError:
            raise
        except Exception:  # a fault of a checker must neither show its cause to the client nor look like a refusal
            self.log.failure("a token could not be checked")
            raise Unavailable("authentication is not available; try again later") from None
        assert isinstance(identity, Identity)
        return identity
