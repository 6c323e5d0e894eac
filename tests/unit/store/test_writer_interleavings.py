"""Two daemons, one store, and everything that can go wrong in any order.

The oracle: what the store holds of a player never goes back; whatever was reported durable is in the store at that
moment and stays; a claim finds everything its own daemon had been given before; and when the faults end everybody is
answered.  A row is always one state that was given, and never parts of several, also when the store loses what it had
committed: then it may go back, and holds what is given next.
"""

import os
from collections import Counter
from itertools import count
from random import Random

import pytest
from msgspec.structs import replace
from twisted.internet.task import Clock

from mmod.errors import StoreError, Superseded
from mmod.session.claims import SaveResult
from mmod.store.memory import MemoryStore
from mmod.world.state import Sequences, Versions

from .scripted import Bench, Outcome, at, request

STORED, STALE, SUPERSEDED = SaveResult.STORED, SaveResult.STALE, SaveResult.SUPERSEDED


def walked(x):
    """Return a state whose parts change after one step, two or three: parts of two states are hardly ever a third."""
    return replace(
        at(x), skills={"melee": int(x) // 2}, versions=Versions(inventory=int(x) // 3), sequences=Sequences(int(x))
    )


PLAYERS = ("ada", "bob", "cy")
SEEDS_PER_BLOCK = 1_000 if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else 25
STEPS = 160

#: How often a step is one in which the store may lose what it had committed.
FAILOVERS = 0.3

#: Rounds of answering everything after which a writer that still waits has forgotten somebody.
RECOVERY_ROUNDS = 300


class Daemon:
    """A writer, and a world that believes what the writer tells it."""

    def __init__(self, name, memory, clock, chance):
        self.chance = chance
        # By its token a daemon knows a claim of its own.
        self.tokens = (f"{name}-{number}" for number in count())
        self.bench = Bench(
            memory=memory, clock=clock, batch=chance.choice([1, 2, 500]), commit_delay=chance.choice([0.05, 0.01])
        )
        self.bench.report.superseded = self.superseded
        self.writer = self.bench.writer
        self.position = {}
        self.given = dict.fromkeys(PLAYERS, 0)
        self.losses = dict.fromkeys(PLAYERS, 0)
        self.acknowledged = dict.fromkeys(PLAYERS, 0)
        self.outcomes = []
        #: How likely it is that the store answers, commits without an answer, and fails.
        self.weather = chance.choice([(1, 1, 1), (8, 1, 1)])
        self.writer.start()

    def superseded(self, player_id):
        self.losses[player_id] += 1
        self.given[player_id] = 0
        self.position.pop(player_id, None)

    def forget(self, player_id):
        """Expect nothing any more of what the store had of a player."""
        self.losses[player_id] += 1
        self.given[player_id] = self.acknowledged[player_id] = 0

    def claim(self):
        player_id = self.chance.choice(PLAYERS)
        given, losses = self.given[player_id], self.losses[player_id]

        def granted(claim):
            found = claim.state.x if claim.state else 0
            if losses == self.losses[player_id]:
                assert found >= given
            assert found >= self.acknowledged[player_id]
            if player_id not in self.position:
                self.position[player_id] = self.given[player_id] = found

        claimed = self.writer.claim(request(player_id, next(self.tokens)))
        self.outcomes.append(Outcome(claimed.addCallback(granted)))

    def save(self):
        self.save_one(self.chance.choice(PLAYERS))

    def save_one(self, player_id):
        if player_id not in self.position:
            return
        self.position[player_id] += 1
        x = self.given[player_id] = self.position[player_id]

        def durable(_):
            assert self.bench.stored(player_id) >= x
            self.acknowledged[player_id] = max(self.acknowledged[player_id], x)

        saved = self.writer.save(player_id, walked(x), None, self.chance.random() < 0.5)
        self.outcomes.append(Outcome(saved.addCallback(durable)))

    def leave(self):
        player_id = self.chance.choice(PLAYERS)
        if self.position.pop(player_id, None) is not None:
            self.writer.release(player_id)

    def reply(self):
        questions = self.bench.store.questions
        if questions:
            weights = [5 if question.kind in ("claim", "save") else 1 for question in questions]
            (question,) = self.chance.choices(questions, weights)
            self.chance.choices([question.answer, question.commit, question.fail], self.weather)[0]()

    def recover(self):
        for question in list(self.bench.store.questions):
            question.answer()

    @property
    def busy(self):
        waits = any(not outcome.fired for outcome in self.outcomes)
        asks = any(question.kind not in ("ping", "lost") for question in self.bench.store.questions)
        return waits or asks or self.writer.dirty > 0 or self.writer.away


class Records:
    """Every row that the store has had."""

    def __init__(self, memory):
        self.memory = memory
        self.past = {player_id: [] for player_id in PLAYERS}

    def look(self):
        for player_id, row in self.memory.rows.items():
            past = self.past[player_id]
            x = row.columns.x if row.columns else 0
            assert x >= (past[-1].columns.x if past else 0)
            if row.columns is not None:
                assert row.reading().state == walked(x), "parts of several states"
                past.append(row)

    def lose_commits(self, player_id, chance):
        """Put an older row of the same epoch in place of the present one, if there is one; tell whether there is."""
        past = self.past[player_id]
        older = [row for row in past if (row.epoch, row.version < past[-1].version) == (past[-1].epoch, True)]
        if older:
            self.memory.rows[player_id] = chance.choice(older)
            self.past[player_id] = [self.memory.rows[player_id]]
        return bool(older)


def play(seed, failovers=False):
    chance, clock = Random(seed), Clock()
    memory = MemoryStore(clock.seconds)
    daemons = [Daemon(name, memory, clock, chance) for name in "ab"]
    records = Records(memory)
    repeated = chance.choice([1, 8])
    for _ in range(STEPS):
        daemon = chance.choice(daemons)
        often = [daemon.save, daemon.save, daemon.save, daemon.reply, daemon.reply, daemon.reply]
        chance.choice([daemon.claim, daemon.leave, *often * repeated])()
        records.look()
        if failovers and chance.random() < FAILOVERS:
            fail_over(daemons, records, chance)
        clock.advance(chance.choice([0, 0, 0.01, 0.05, 0.1, 1.0]))
        records.look()
    recover(daemons, clock, records.look)
    return daemons, memory


def fail_over(daemons, records, chance):
    """Lose what was committed of a player, unless a daemon is still to be told of it."""
    if any(question.committed for daemon in daemons for question in daemon.bench.store.asked("save")):
        return
    player_id = chance.choice(PLAYERS)
    if records.lose_commits(player_id, chance):
        for daemon in daemons:
            daemon.forget(player_id)


def recover(daemons, clock, look):
    for _ in range(RECOVERY_ROUNDS):
        for daemon in daemons:
            daemon.recover()
        look()
        clock.advance(0.1)
        if not any(daemon.busy for daemon in daemons):
            return
    raise AssertionError("somebody still waits")


@pytest.mark.parametrize("block", range(10))
def test_nothing_is_lost_undone_or_forgotten(block):
    for seed in range(block * SEEDS_PER_BLOCK, (block + 1) * SEEDS_PER_BLOCK):
        print(f"seed {seed}")  # noqa: T201 - shown with a failure
        daemons, memory = play(seed)
        for daemon in daemons:
            check(daemon, memory)
        assert not daemons[0].bench.clock.getDelayedCalls()


@pytest.mark.parametrize("block", range(5))
def test_commits_that_the_store_lost_are_made_good_by_the_next_save(block):
    for seed in range(block * SEEDS_PER_BLOCK, (block + 1) * SEEDS_PER_BLOCK):
        print(f"seed {seed}")  # noqa: T201 - shown with a failure
        daemons, memory = play(seed, failovers=True)
        for daemon in daemons:
            for player_id in PLAYERS:
                daemon.save_one(player_id)
        recover(daemons, daemons[0].bench.clock, lambda: None)
        for daemon in daemons:
            check(daemon, memory)


def check(daemon, memory):
    unexpected = [
        outcome.error for outcome in daemon.outcomes if not isinstance(outcome.error, StoreError | type(None))
    ]
    assert not unexpected
    for player_id in PLAYERS:
        owned = player_id in memory.rows and memory.rows[player_id].epoch == daemon.writer.epoch(player_id)
        if player_id in daemon.position and owned and daemon.given[player_id]:
            assert daemon.bench.stored(player_id) == daemon.given[player_id]
        daemon.writer.release(player_id)
        assert daemon.writer.epoch(player_id) == 0
    daemon.writer.stop()


def test_the_play_reaches_what_it_is_about():
    kinds = set()
    for seed in range(30):
        for daemon in play(seed)[0]:
            kinds.update(type(outcome.error) for outcome in daemon.outcomes)
            kinds.update(told[:2] for told in daemon.bench.report.told if told[0] == "away")
            kinds.update(told[0] for told in daemon.bench.report.told)
    assert {type(None), Superseded, "saved", "failed", ("away", True), ("away", False)} <= kinds


def test_the_play_reaches_partial_saves_and_stale_ones():
    results = Counter()
    for seed in range(10):
        for daemon in play(seed, failovers=True)[0]:
            results += daemon.bench.store.results
    assert {(True, STORED), (False, STORED), (True, STALE), (True, SUPERSEDED), (False, SUPERSEDED)} <= set(results)
    assert (False, STALE) not in results
