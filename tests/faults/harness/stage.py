"""One daemon with a crowd on one database, on which one fault after the other is tried.

    with stage.fault("stopped") as outage:
        server.stop(...)                 broken
        outage.hold(6)                   everything is refused for 6 s from the moment the store is known to be away
        server.start()                   mended

When the block ends, the stage waits until the daemon has recovered by itself, lets nobody ask for more, and holds what
is in the world and in the database against what the crowd was told.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from attrs import define, field

from tests.functional.harness.daemon import Daemon
from tests.functional.harness.database import PostgresDatabase
from tests.functional.harness.operator import Operator
from tests.functional.harness.waiting import PATIENCE, eventually

from .accounts import unaccounted
from .checker import Verdict, checked
from .crowd import SETTINGS, Crowd
from .lateness import between, percentile
from .metronome import Metronome
from .record import SUCCESS, Command, Grant, Knock, Record
from .results import Results, Trial
from .world import World, live_world, stored_world

#: Seconds in which a refusal must come once the store is known to be away (design.md), on a machine that is not late.
REFUSAL = 2.0

#: How often a question waits for a processor on its way: the client, the daemon, the daemon's deadline, and the client.
WAITS = 4

#: Seconds after which the store must be known to be away: its time-out (2 s), a ping that has just begun, and a busy
#: machine.
KNOWN = 8.0

#: Seconds in which everything must be as before, after the last of all back-offs (5 s) on a busy machine.
RECOVERY = 20.0

#: Seconds of play before a fault.
BEFORE = 0.3

#: Seconds before a fault is mended in which a command may still have been refused or have been done.
MARGIN = 0.2

#: Seconds between two looks at the metrics: often enough, and little work for the daemon.
LOOK = 0.1

#: Metres a player may have walked since it was last shown itself: in a second of a busy machine; and since it was last
#: saved: the checkpoint interval, the second between two looks at what is due, and two of a busy machine.
LIVE_REACH = 3.0
STORED_REACH = 3.0 * (SETTINGS["store.checkpoint_interval"] + 3.0)

Question = Command | Grant | Knock


@define
class Outage:
    """A fault while it lasts."""

    record: Record
    _operator: Operator
    began: float = field(factory=time.monotonic)
    #: From when to when the store was known to be away and could not be reached.
    known_at: float | None = None
    mended_at: float | None = None

    def hold(self, seconds: float) -> None:
        """Wait until the store is known to be away, then some seconds, and until all kinds of things were asked."""
        eventually(self._away, "the store is known to be away", KNOWN)
        self.known_at = time.monotonic()
        time.sleep(seconds)
        eventually(self._asked_for_everything, "a command, a grant and a join were asked for")
        assert self._away(), "the store is not away any more"

    def endure(self, seconds: float) -> None:
        """Let some seconds pass in which players can join and the store never counts as away."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert not self._away(), "the store is away"
            assert self._operator.http.get("/readyz").status_code == 200

    def refusable(self) -> list[Question]:
        """Return what was asked while the store was known to be away."""
        since, until = self.known_at, self.mended_at
        if since is None or until is None:
            return []
        return [question for question in self.record.questions() if since <= question.asked_at < until]

    def _asked_for_everything(self) -> bool:
        self.mended_at = time.monotonic() - MARGIN
        return {type(question) for question in self.refusable()} == {Command, Grant, Knock}

    def _away(self) -> bool:
        time.sleep(LOOK)
        return self._operator.metrics()["mmod_store_away"] == 1


class Stage:
    """`results` takes what each trial comes to."""

    def __init__(
        self, daemon: Daemon, database: PostgresDatabase, crowd: Crowd, metronome: Metronome, results: Results
    ) -> None:
        self._daemon = daemon
        self._database = database
        self._crowd = crowd
        self._metronome = metronome
        self._results = results

    @contextmanager
    def fault(self, name: str) -> Iterator[Outage]:
        """Let the crowd play while the block breaks and mends something; fail when not all is well afterwards."""
        self._crowd.play(self._crowd.pause().following(self._saved()))
        time.sleep(BEFORE)
        outage, before = Outage(self._crowd.record, self._operator), self._operator.metrics()
        yield outage
        eventually(self._recovered, "the daemon has recovered", RECOVERY)
        lateness = between(before, self._operator.metrics())
        delays = self._metronome.delays(outage.began, time.monotonic())
        self._goes_on(outage.record)
        verdict, refusable = self._verdict(self._crowd.pause()), outage.refusable()
        trial = Trial.of(
            name,
            verdict,
            lateness_p99=lateness.percentile(0.99),
            machine_p99=percentile(delays, 0.99),
            slowest_refusal=max((question.waited or 0.0 for question in refusable), default=None),
        )
        self._results.add(trial)
        assert not verdict.findings, verdict.findings
        assert not outage.record.closes
        assert_refused(refusable, REFUSAL + WAITS * max(delays))
        assert (fault := lateness.fault(delays)) is None, fault
        self._daemon.check_log()

    @property
    def _operator(self) -> Operator:
        return self._daemon.operator

    def _recovered(self) -> bool:
        time.sleep(LOOK)
        return self._operator.metrics()["mmod_store_away"] == 0

    def _goes_on(self, record: Record) -> None:
        """Wait until commands are done again and newcomers are let in."""
        since = time.monotonic()

        def alive() -> bool:
            done = [question for question in record.questions() if question.asked_at > since]
            equipped = any(isinstance(question, Command) and question.code == SUCCESS for question in done)
            return equipped and any(isinstance(question, Knock) and question.outcome == "joined" for question in done)

        eventually(alive, "commands are done and newcomers are let in", RECOVERY)

    def _verdict(self, record: Record) -> Verdict:
        """Hold what is in the world and in the database against what was told, and against the item ledger."""
        live = checked(record, live_world(self._operator, self._crowd.players), reach=LIVE_REACH)
        stored = checked(record, self._saved())
        findings = (*live.findings, *stored.findings)
        if not findings:
            eventually(
                lambda: not checked(record, self._saved(), reach=STORED_REACH).findings,
                "everybody's position is saved",
                SETTINGS["store.checkpoint_interval"] + PATIENCE,
            )
        return Verdict(live.acknowledged, live.refused, (*findings, *unaccounted(self._database)))

    def _saved(self) -> World:
        """Return the players of the crowd, which has paused, as the database has them once everything is saved."""
        eventually(lambda: self._operator.metrics()["mmod_dirty_players"] == 0, "everything is saved")
        stored = stored_world(self._database)
        return {player_id: stored[player_id] for player_id in self._crowd.players if player_id in stored}


def assert_refused(questions: Iterable[Question], within: float) -> None:
    """Everything was refused, in time (s)."""
    for question in questions:
        assert question.refused, question
        assert question.waited is not None
        assert question.waited <= within, question
