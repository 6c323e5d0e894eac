import pytest
from twisted.cred.checkers import ICredentialsChecker
from twisted.internet.defer import Deferred, fail, succeed
from twisted.logger import globalLogPublisher
from zope.interface import implementer
from zope.interface.verify import verifyObject

from mmod.auth.portal import HelloToken, IHelloToken, PlayerRealm, PortalAuthenticator
from mmod.errors import AuthRefused, Unavailable
from mmod.interfaces import IAuthenticator
from mmod.session.identity import Identity

CANARY = "canary-token-4711"


@implementer(ICredentialsChecker)
class Checker:
    """Answers what it was given."""

    credentialInterfaces = (IHelloToken,)  # noqa: N815

    def __init__(self, answer):
        self._answer = answer
        self.seen = []

    def requestAvatarId(self, credentials):  # noqa: N802
        self.seen.append(credentials)
        return self._answer()


def outcome(checker):
    results = []
    PortalAuthenticator(checker).authenticate(CANARY).addErrback(lambda failure: failure.value).addCallback(
        results.append
    )
    return results


@pytest.fixture
def logged():
    events = []
    globalLogPublisher.addObserver(events.append)
    yield events
    globalLogPublisher.removeObserver(events.append)


def test_the_parts_are_what_cred_and_the_world_expect():
    verifyObject(IAuthenticator, PortalAuthenticator(Checker(None)))
    verifyObject(IHelloToken, HelloToken("x"))
    verifyObject(ICredentialsChecker, Checker(None))
    assert PlayerRealm().requestAvatar("x", None)


def test_the_identity_of_the_checker_is_the_answer():
    checker = Checker(lambda: succeed(Identity("ada", "Ada")))
    assert outcome(checker) == [Identity("ada", "Ada")]
    assert checker.seen[0].token == CANARY


@pytest.mark.parametrize("error", [AuthRefused("no"), Unavailable("away")])
def test_a_refusal_of_the_checker_is_passed_on(error):
    assert outcome(Checker(lambda: fail(error))) == [error]


@pytest.mark.parametrize("how", [lambda error: fail(error), lambda error: (_ for _ in ()).throw(error)])
def test_a_fault_of_the_checker_is_logged_and_neither_shown_nor_a_refusal(how, logged):
    (error,) = outcome(Checker(lambda: how(RuntimeError("password=hunter2"))))
    assert type(error) is Unavailable
    assert "hunter2" not in str(error)
    assert error.__suppress_context__
    assert [event["log_failure"].type for event in logged] == [RuntimeError]


def test_a_checker_may_take_its_time():
    slow = Deferred()
    results = outcome(Checker(lambda: slow))
    assert results == []
    slow.callback(Identity("ada", "Ada"))
    assert results == [Identity("ada", "Ada")]


def test_tokens_are_in_no_repr_and_in_no_log(logged):
    assert CANARY not in repr(HelloToken(CANARY))
    assert CANARY not in str(HelloToken(CANARY))
    outcome(Checker(lambda: fail(RuntimeError("broken"))))
    assert logged
    assert CANARY not in repr(logged)
    assert CANARY not in logged[0]["log_failure"].getTraceback()
