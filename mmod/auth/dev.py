"""`dev`: anyone is whoever they say.  For development only."""

from __future__ import annotations

import unicodedata
from typing import Any

from twisted.cred.checkers import ICredentialsChecker
from twisted.internet.defer import Deferred, execute
from zope.interface import implementer

from mmod.auth.portal import IHelloToken
from mmod.errors import AuthRefused
from mmod.session.identity import Identity, identity

#: What every token of this kind begins with.
PREFIX = "dev:"


@implementer(ICredentialsChecker)
class DevChecker:
    """Takes `dev:NAME`.

    The id is the name normalised and case-folded (Unicode's compatibility caseless match), so that spellings of one
    name which look alike are one player.
    """

    credentialInterfaces = (IHelloToken,)

    def requestAvatarId(self, credentials: IHelloToken) -> Deferred[Any]:
        """Return the identity, or fail with `AuthRefused`."""
        return execute(self._identity, credentials.token)

    def _identity(self, token: str) -> Identity:
        if not token.startswith(PREFIX):
            raise AuthRefused("a development token is dev:NAME")
        name = token.removeprefix(PREFIX)
        return identity(_caseless(_caseless(name)), name)


def _caseless(name: str) -> str:
    """Normalise and fold; folding can bring up what is to be normalised and folded again, once."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", name).casefold())
