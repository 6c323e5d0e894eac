"""The questions to an authentication service, over an agent in memory."""

import json

import pytest
from attrs import define, field
from twisted.cred.checkers import ICredentialsChecker
from twisted.internet.defer import Deferred, fail
from twisted.internet.error import ConnectionRefusedError as Refused
from twisted.internet.interfaces import ITransport
from twisted.internet.task import Clock
from twisted.logger import globalLogPublisher
from twisted.python.failure import Failure
from twisted.web.client import FileBodyProducer, ResponseDone, ResponseFailed
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent, IResponse
from zope.interface import implementer
from zope.interface.verify import verifyObject

from mmod.auth.http import MAX_ANSWER, HttpChecker, HttpRules
from mmod.auth.portal import HelloToken
from mmod.errors import AuthRefused, Unavailable
from mmod.session.identity import Identity

URL = "https://login.example/mmod"
CANARY = "canary-token-4711"
ADA = b'{"player_id": "17", "name": "Ada"}'


@implementer(ITransport)
class Wire:
    """The connection an answer comes over; notes that it was ended."""

    def __init__(self):
        self.disconnecting = False

    def write(self, data):
        raise AssertionError("nobody writes to an answer")

    def writeSequence(self, data):  # noqa: N802
        raise AssertionError("nobody writes to an answer")

    def loseConnection(self):  # noqa: N802
        self.disconnecting = True

    def getPeer(self):  # noqa: N802
        raise AssertionError("nobody asks")

    def getHost(self):  # noqa: N802
        raise AssertionError("nobody asks")


@implementer(IResponse)
class Answer:
    """A response whose body comes as the test says."""

    version = (b"HTTP", 1, 1)
    phrase = b"whatever"
    length = -1
    request = None
    previousResponse = None  # noqa: N815

    def __init__(self, code, location=None):
        self.code = code
        self.headers = Headers({"location": [location]} if location else {})
        self.wire = Wire()
        self._protocol = None

    def deliverBody(self, protocol):  # noqa: N802
        self._protocol = protocol
        protocol.makeConnection(self.wire)

    def setPreviousResponse(self, response):  # noqa: N802
        self.previousResponse = response

    def say(self, data):
        self._protocol.dataReceived(data)

    def end(self, reason=None):
        self._protocol.connectionLost(Failure(reason or ResponseDone()))


@define
class Question:
    """One request that the agent was given, and its answer to come."""

    method: bytes
    uri: bytes
    headers: Headers
    body: FileBodyProducer
    answer: Deferred
    cancelled: list = field(factory=list)


@implementer(IAgent)
class Service:
    """An agent whose questions wait for the test to answer them; while it is `down` nobody listens."""

    def __init__(self, *, down=False):
        self.questions = []
        self._down = down

    def request(self, method, uri, headers=None, bodyProducer=None):  # noqa: N803
        if self._down:
            return fail(Refused())
        cancelled = []
        self.questions.append(Question(method, uri, headers, bodyProducer, Deferred(cancelled.append), cancelled))
        return self.questions[-1].answer

    def answer(self, code, body=None, *, location=None):
        """Answer the last question; without a body it is still to come."""
        response = Answer(code, location)
        self.questions[-1].answer.callback(response)
        if body is not None:
            response.say(body)
            response.end()
        return response


class Asked:
    """A checker and the outcome of asking it."""

    def __init__(self, service, **rules):
        self.clock = Clock()
        self.checker = HttpChecker(HttpRules(URL, **rules), service, self.clock)
        self.outcomes = []

    def ask(self):
        self.checker.requestAvatarId(HelloToken(CANARY)).addErrback(lambda failure: failure.value).addCallback(
            self.outcomes.append
        )
        return self


@pytest.fixture
def service():
    return Service()


@pytest.fixture
def asked(service):
    """One question under way."""
    return Asked(service).ask()


@pytest.fixture
def logged():
    events = []
    globalLogPublisher.addObserver(events.append)
    yield events
    globalLogPublisher.removeObserver(events.append)


def is_unavailable(outcomes):
    return [type(outcome) for outcome in outcomes] == [Unavailable]


def test_the_parts_are_what_cred_and_web_expect(service):
    verifyObject(ICredentialsChecker, HttpChecker(HttpRules(URL), service, Clock()))
    verifyObject(IAgent, service)
    verifyObject(IResponse, Answer(200))
    verifyObject(ITransport, Wire())


def test_the_token_goes_to_the_service_in_a_json_body(service, asked):
    (question,) = service.questions
    assert (question.method, question.uri) == (b"POST", URL.encode())
    assert question.headers.getRawHeaders("content-type") == ["application/json; charset=UTF-8"]
    assert json.loads(question.body._inputFile.read()) == {"token": CANARY}
    assert asked.outcomes == []


@pytest.mark.parametrize(
    ("body", "identity"),
    [
        (ADA, Identity("17", "Ada")),
        (b'{"player_id": "17"}', Identity("17", "17")),
        (b'{"player_id": "17", "name": null}', Identity("17", "17")),
        (b'{"player_id": "17", "name": "Ada", "roles": ["admin"]}', Identity("17", "Ada")),
        (json.dumps({"player_id": "x" * 100}).encode(), Identity("x" * 100, "x" * 64)),
    ],
)
def test_a_good_answer_is_an_identity(service, asked, body, identity):
    service.answer(200, body)
    assert asked.outcomes == [identity]


def test_an_answer_may_come_in_pieces(service, asked):
    response = service.answer(200)
    for place in range(len(ADA)):
        response.say(ADA[place : place + 1])
    assert asked.outcomes == []
    response.end()
    assert asked.outcomes == [Identity("17", "Ada")]


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_refuses_the_token_and_its_body_is_cut_off(service, asked, status):
    response = service.answer(status)
    (refusal,) = asked.outcomes
    assert (type(refusal), str(refusal)) == (AuthRefused, "the token is not valid")
    assert response.wire.disconnecting


@pytest.mark.parametrize("player_id", ["", "bot-7", "a\nb"])
def test_an_identity_that_nobody_may_have_is_refused(service, asked, player_id):
    service.answer(200, json.dumps({"player_id": player_id, "name": "Ada"}).encode())
    assert [type(outcome) for outcome in asked.outcomes] == [AuthRefused]


@pytest.mark.parametrize("status", [100, 201, 204, 400, 404, 429, 500, 503])
def test_any_other_status_says_nothing_of_the_token(service, asked, status):
    response = service.answer(status)
    assert is_unavailable(asked.outcomes)
    assert response.wire.disconnecting


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(service, asked, status):
    service.answer(status, location="https://evil.example/")
    assert len(service.questions) == 1
    assert is_unavailable(asked.outcomes)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"welcome",
        b"[]",
        b"null",
        b'{"name": "Ada"}',
        b'{"player_id": 17}',
        b'{"player_id": "17", "name": 7}',
        ADA + b"x",
        ADA[:-1],
        b"\xff",
        b"[" * 10_000,
    ],
)
def test_a_body_that_is_not_as_documented_says_nothing_of_the_token(service, asked, body):
    service.answer(200, body)
    assert is_unavailable(asked.outcomes)


def test_an_answer_may_be_as_long_as_the_bound(service, asked):
    service.answer(200, ADA.ljust(MAX_ANSWER))
    assert asked.outcomes == [Identity("17", "Ada")]


def test_an_answer_beyond_the_bound_ends_its_connection(service, asked):
    response = service.answer(200)
    response.say(ADA.ljust(MAX_ANSWER))
    assert not response.wire.disconnecting
    response.say(b" ")
    assert response.wire.disconnecting
    assert is_unavailable(asked.outcomes)
    response.say(b" ")
    response.end()
    assert len(asked.outcomes) == 1


def test_an_answer_that_breaks_off_says_nothing_of_the_token(service, asked):
    response = service.answer(200)
    response.say(ADA)
    response.end(ResponseFailed([Failure(ConnectionResetError())]))
    assert is_unavailable(asked.outcomes)


def test_a_service_that_is_not_there_says_nothing_of_the_token():
    assert is_unavailable(Asked(Service(down=True)).ask().outcomes)


def test_without_an_answer_the_question_is_dropped_after_exactly_three_seconds(service, asked):
    asked.clock.advance(2.999)
    assert asked.outcomes == []
    asked.clock.advance(0.001)
    assert is_unavailable(asked.outcomes)
    assert service.questions[0].cancelled


def test_the_time_is_for_the_whole_answer_and_its_connection_is_ended(service, asked):
    asked.clock.advance(2.0)
    response = service.answer(200)
    response.say(ADA)
    asked.clock.advance(0.999)
    assert asked.outcomes == []
    asked.clock.advance(0.001)
    assert is_unavailable(asked.outcomes)
    assert response.wire.disconnecting


def test_an_answer_in_time_leaves_no_timer_behind(service, asked):
    service.answer(200, ADA)
    assert asked.clock.getDelayedCalls() == []


def test_questions_beyond_the_limit_are_not_asked(service):
    asked = Asked(service, max_in_flight=2).ask().ask().ask()
    assert len(service.questions) == 2
    assert is_unavailable(asked.outcomes)


@pytest.mark.parametrize("end", ["answer", "refusal", "fault", "timeout"])
def test_however_a_question_ends_it_makes_room_for_another(service, end):
    asked = Asked(service, max_in_flight=1).ask()
    match end:
        case "answer":
            service.answer(200, ADA)
        case "refusal":
            service.answer(403)
        case "fault":
            service.answer(500)
        case "timeout":
            asked.clock.advance(3)
    asked.ask()
    assert len(service.questions) == 2
    assert len(asked.outcomes) == 1


def test_clients_learn_nothing_of_the_cause(service, asked):
    service.answer(200, b"password=hunter2")
    (error,) = asked.outcomes
    assert str(error) == "authentication is not available; try again later"
    assert error.__suppress_context__


@pytest.mark.parametrize("status", [200, 302, 403, 500])
def test_the_token_is_in_no_log(service, logged, status):
    asked = Asked(service, max_in_flight=1).ask().ask()
    service.answer(status, f"you said {CANARY}".encode() if status == 200 else None)
    asked.ask()
    asked.clock.advance(3)
    assert len(asked.outcomes) == 3
    assert logged
    assert CANARY not in repr(logged)
