"""A store whose answers the test gives, a report that remembers, and a bench that joins both to a writer."""

from collections import Counter

from attrs import define, field
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from zope.interface import implementer

from mmod.errors import StoreError
from mmod.interfaces import IStore
from mmod.session.claims import ClaimRequest
from mmod.session.resume import ResumeAttempt, token_hash
from mmod.store.memory import MemoryStore
from mmod.store.writer import IWriterReport, PlayerWriter
from mmod.world.state import PlayerState

#: Seconds, as the daemon's defaults are.
COMMIT_DELAY = 0.05
TIMEOUT = 2.0


@define(eq=False)
class Question:
    """An operation that was asked for: `commit` does it, `answer` and `fail` reply, in whatever order a fault would."""

    kind: str
    asked: object
    _operation: object
    reply: Deferred = field(factory=Deferred)
    _result: Deferred | None = None

    @property
    def committed(self):
        return self._result is not None

    def commit(self):
        if self._result is None:
            self._result = self._operation()

    def answer(self):
        self.commit()
        self._result.chainDeferred(self.reply)

    def fail(self, reason="the disk is full"):
        self.reply.errback(StoreError(reason))


@implementer(IStore)
class ScriptedStore:
    """Asks the test about pings, claims, saves, losses and quarantines; passes everything else to a `MemoryStore`."""

    def __init__(self, memory):
        self.memory = memory
        self.questions = []
        #: Whether to answer at once instead of asking the test.
        self.prompt = False
        #: How often partial (True) and whole saves had each result.
        self.results = Counter()

    def schema(self):
        return self.memory.schema()

    def migrate(self):
        return self.memory.migrate()

    def claim(self, requests):
        return self._ask("claim", requests, lambda: self.memory.claim(requests))

    def save(self, saves):
        return self._ask("save", saves, lambda: self.memory.save(saves).addCallback(self._count, saves))

    def lost(self, epochs):
        return self._ask("lost", epochs, lambda: self.memory.lost(epochs))

    def read(self, player_id):
        return self.memory.read(player_id)

    def players(self, after, limit):
        return self.memory.players(after, limit)

    def quarantine(self, player_id, epoch, reason):
        return self._ask("quarantine", player_id, lambda: self.memory.quarantine(player_id, epoch, reason))

    def quarantined(self):
        return self.memory.quarantined()

    def restore(self, quarantine_id):
        return self.memory.restore(quarantine_id)

    def ping(self):
        return self._ask("ping", None, self.memory.ping)

    def history(self, instance_id):
        return self.memory.history(instance_id)

    def moves(self, player_id, limit):
        return self.memory.moves(player_id, limit)

    def holdings(self, after, limit):
        return self.memory.holdings(after, limit)

    def replace(self, player_id, state):
        return self.memory.replace(player_id, state)

    def disown(self):
        return self.memory.disown()

    def close(self):
        return self.memory.close()

    def asked(self, kind):
        """Return the questions of a kind that have no reply yet."""
        return [question for question in self.questions if question.kind == kind]

    def only(self, kind):
        """Return the one question of a kind that has no reply yet."""
        (question,) = self.asked(kind)
        return question

    def _ask(self, kind, asked, operation):
        if self.prompt:
            return operation()
        question = Question(kind, asked, operation)
        self.questions.append(question)
        question.reply.addBoth(self._replied, question)
        return question.reply

    def _count(self, results, saves):
        self.results.update((save.basis is not None, result) for save, result in zip(saves, results, strict=True))
        return results

    def _replied(self, result, question):
        self.questions.remove(question)
        return result


@implementer(IWriterReport)
class Reports:
    """Remembers what it was told, in order."""

    def __init__(self):
        self.told = []

    def saved(self, count, seconds):
        self.told.append(("saved", count, seconds))

    def failed(self, reason):
        self.told.append(("failed", reason))

    def superseded(self, player_id):
        self.told.append(("superseded", player_id))

    def away(self, is_away):
        self.told.append(("away", is_away))

    def of(self, kind):
        return [told[1:] for told in self.told if told[0] == kind]


class Bench:
    """A writer over a scripted store on a clock of its own."""

    def __init__(self, *, memory=None, clock=None, commit_delay=COMMIT_DELAY, batch=500):
        self.clock = clock or Clock()
        self.memory = memory or MemoryStore(self.clock.seconds)
        self.memory.migrate()
        self.store = ScriptedStore(self.memory)
        self.report = Reports()
        self.writer = PlayerWriter(
            self.store, self.clock, commit_delay=commit_delay, timeout=TIMEOUT, batch=batch, report=self.report
        )

    def claim(self, player_id, token="token"):
        return Outcome(self.writer.claim(request(player_id, token)))

    def own(self, *player_ids):
        """Claim players and grant it."""
        for player_id in player_ids:
            claim = self.claim(player_id)
            self.store.only("claim").answer()
            assert claim.value.player_id == player_id

    def save(self, player_id, x, *, urgent=True, ended_at=None):
        return Outcome(self.writer.save(player_id, at(x), ended_at, urgent))

    def turn(self, seconds=0.0):
        self.clock.advance(seconds)

    def stored(self, player_id):
        """Return the x of what the store holds."""
        columns = self.memory.rows[player_id].columns
        return None if columns is None else columns.x

    def in_flight(self):
        """Return who is in the batch under way."""
        return [save.player_id for save in self.store.only("save").asked]


class Outcome:
    """What a Deferred has come to."""

    def __init__(self, deferred):
        self.fired = False
        self.value = None
        self.error = None
        self.deferred = deferred.addCallbacks(self._succeeded, self._failed)

    @property
    def done(self):
        return self.fired and self.error is None

    def _succeeded(self, value):
        self.fired, self.value = True, value

    def _failed(self, failure):
        self.fired, self.error = True, failure.value


def at(x):
    return PlayerState(name="Ada", x=float(x))


def request(player_id, token="token"):
    return ClaimRequest(player_id, "Ada", ResumeAttempt(None, 0.0, 0.0, 60.0), token_hash(token))
