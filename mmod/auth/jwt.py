"""`jwt`: signed tokens (RFC 7519), for production.

The algorithm is the operator's choice; what a token says of its own algorithm counts for nothing.  `sub` becomes the
player id exactly as it is; `name`, if there is one, the name others see.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt
from attrs import frozen
from twisted.cred.checkers import ICredentialsChecker
from twisted.internet.defer import Deferred, execute
from zope.interface import implementer

from mmod.auth.portal import IHelloToken
from mmod.errors import AuthRefused
from mmod.session.identity import NAME_LENGTH, Identity, identity

#: What an operator may choose from.
ALGORITHMS = ("HS256", "RS256", "EdDSA")

#: The least bytes of an HS256 secret (RFC 7518, 3.2).
HS256_KEY_BYTES = 32


@frozen
class JwtRules:
    """What a token must satisfy; `key` is the secret (HS256) or the public key in PEM, `leeway` in seconds."""

    algorithm: str
    key: bytes
    audience: str = "mmod"
    issuer: str | None = None
    leeway: float = 30.0


@implementer(ICredentialsChecker)
class JwtChecker:
    """Checks signature, `exp`, `aud`, `nbf` and, when one is configured, `iss`.

    Every refusal has the same words: a client that holds no good token learns nothing from them.
    """

    credentialInterfaces = (IHelloToken,)

    def __init__(self, rules: JwtRules) -> None:
        self._rules = rules

    def requestAvatarId(self, credentials: IHelloToken) -> Deferred[Any]:
        """Return the identity, or fail with `AuthRefused`."""
        return execute(self._identity, credentials.token)

    def _identity(self, token: str) -> Identity:
        try:
            claims = self._claims(token)
        except (jwt.InvalidTokenError, UnicodeError, RecursionError):
            raise AuthRefused("the token is not valid") from None
        name = claims.get("name", claims["sub"][:NAME_LENGTH])
        if not isinstance(name, str):
            raise AuthRefused("the token is not valid")
        return identity(claims["sub"], name)

    def _claims(self, token: str) -> Mapping[str, Any]:
        rules = self._rules
        return jwt.decode(
            token,
            rules.key,
            algorithms=[rules.algorithm],
            audience=rules.audience,
            issuer=rules.issuer,
            leeway=rules.leeway,
            options={"require": ["exp", "sub", "aud"]},
        )
