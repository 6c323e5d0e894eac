"""A kind of authentication of one's own: tokens listed in a file, one a line as `TOKEN PLAYER_ID NAME`.

    PYTHONPATH=examples/auth_plugin twistd -n mmod --auth tokenfile:players.txt

A package that is installed with such a file in its `twisted/plugins/` needs no PYTHONPATH.
"""

import hmac
from pathlib import Path

from twisted.cred.checkers import ICredentialsChecker
from twisted.cred.strcred import ICheckerFactory
from twisted.internet.defer import execute
from twisted.plugin import IPlugin
from zope.interface import implementer

from mmod.auth.portal import IHelloToken
from mmod.errors import AuthRefused
from mmod.session.identity import identity


@implementer(ICredentialsChecker)
class TokenFileChecker:
    """Knows the tokens that stood in the file when the daemon started."""

    credentialInterfaces = (IHelloToken,)

    def __init__(self, lines):
        self._players = [line.split(maxsplit=2) for line in lines if line.strip()]

    def requestAvatarId(self, credentials):
        return execute(self._identity, credentials.token)

    def _identity(self, token):
        for known, player_id, name in self._players:
            if hmac.compare_digest(known.encode(), token.encode()):
                return identity(player_id, name)
        raise AuthRefused("the token is not valid")


@implementer(ICheckerFactory, IPlugin)
class TokenFileCheckerFactory:
    """What twisted.cred finds."""

    authType = "tokenfile"
    authHelp = "Tokens listed in a file, one a line as: TOKEN PLAYER_ID NAME."
    argStringFormat = "A path."
    credentialInterfaces = (IHelloToken,)

    def generateChecker(self, argstring):
        try:
            return TokenFileChecker(Path(argstring).read_text(encoding="utf-8").splitlines())
        except OSError as error:
            raise ValueError(f"{argstring} cannot be read: {error.strerror}") from None


tokenfile = TokenFileCheckerFactory()
