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
from collections.abc import Iterator
from contextlib import contextmanager

from attrs import define

from tests.functional.harness.daemon import Daemon
from tests.functional.harness.database import PostgresDatabase
from tests.functional.harness.operator import Operator
from tests.functional.harness.waiting import eventually

from .checker import Verdict, checked
from .crowd import SETTINGS, Crowd
from .lateness import between, percentile
from .metronome import Metronome
from .record import SUCCESS, Command, Grant, Knock, Record
from .results import Results, Trial
from .world import World, live_world, stored_world

#: Seconds in which a refusal must come once the store is known to be away (design.md).
REFUSAL = 2.0

#: Seconds after which the store must be known to be away: its time-out (2 s), a ping that has just begun, and a busy
#: machine.
KNOWN = 8.0

#: Seconds in which everything must be as before, after the last of all back-offs (5 s) on a busy machine.
RECOVERY = 20.0

#: Seconds of play before a fault, and ...
BEFORE = 0.3
#: ... after a recovery, in which somebody new knocks and is let in.
AFTERWARDS = 0.7

#: Seconds before a fault is mended in which a command may still have been refused or have been done.
MARGIN = 0.2

#: Seconds between two looks at the metrics: often enough, and little work for the daemon.
LOOK = 0.1

#: Metres a player may have walked since it was last shown itself: in a second of a busy machine; and since it was last
#: saved: the checkpoint interval, the second between two looks at what is due, and two of a busy machine.
LIVE_REACH = 3.0
STORED_REACH = 3.0 * (SETTINGS["store.checkpoint_interval"] + 3.0)


@define
class Outage:
    """A fault while it lasts."""

    _operator: Operator
    began: float
    #: From when to when the store was known to be away and could not be reached.
    known_at: float | None = None
    mended_at: float | None = None

    def hold(self, seconds: float) -> None:
        """Wait until the store is known to be away, and then some seconds."""
        eventually(self._away, "the store is known to be away", KNOWN)
        self.known_at = time.monotonic()
        time.sleep(seconds)
        assert self._away(), "the store is not away any more"
        self.mended_at = time.monotonic() - MARGIN

    def covers(self, moment: float) -> bool:
        """Tell whether what was asked at a moment had to be refused."""
        return self.known_at is not None and self.mended_at is not None and self.known_at <= moment < self.mended_at

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
        before, outage = self._daemon.operator.metrics(), Outage(self._daemon.operator, time.monotonic())
        yield outage
        eventually(self._recovered, "the daemon has recovered", RECOVERY)
        after, recovered_at = self._daemon.operator.metrics(), time.monotonic()
        time.sleep(AFTERWARDS)
        record = self._crowd.pause()
        verdict = self._verdict(record)
        refusals = [question for question in record.questions() if outage.covers(question.asked_at)]
        slowest = max((question.waited or 0.0 for question in refusals), default=None)
        lateness, delays = between(before, after), self._metronome.delays(outage.began, recovered_at)
        trial = Trial.of(
            name,
            verdict,
            lateness_p99=lateness.percentile(0.99),
            machine_p99=percentile(delays, 0.99),
            slowest_refusal=slowest,
        )
        self._results.add(trial)
        assert not verdict.findings, verdict.findings
        assert_refused(refusals, outage)
        assert_all_is_well(record, recovered_at)
        fault = lateness.fault(delays)
        assert fault is None, fault
        self._daemon.check_log()

    def _recovered(self) -> bool:
        time.sleep(LOOK)
        return self._daemon.operator.metrics()["mmod_store_away"] == 0

    def _verdict(self, record: Record) -> Verdict:
        """Hold what is in the world and in the database against what was told."""
        live = checked(record, live_world(self._daemon.operator, self._crowd.players), reach=LIVE_REACH)
        stored = checked(record, self._saved(), reach=STORED_REACH)
        return Verdict(live.acknowledged, live.refused, (*live.findings, *stored.findings))

    def _saved(self) -> World:
        """Return the players of the crowd, which has paused, as the database has them once everything is saved."""
        eventually(lambda: self._daemon.operator.metrics()["mmod_dirty_players"] == 0, "everything is saved")
        stored = stored_world(self._database)
        return {player_id: stored[player_id] for player_id in self._crowd.players if player_id in stored}


def assert_refused(questions: list[Command | Grant | Knock], outage: Outage) -> None:
    """Everything that was asked while the store was known to be away was refused in time, and much was."""
    if outage.known_at is None:
        return
    assert {type(question) for question in questions} == {Command, Grant, Knock}
    for question in questions:
        assert question.refused, question
        assert question.waited is not None
        assert question.waited <= REFUSAL, question


def assert_all_is_well(record: Record, recovered_at: float) -> None:
    """Nobody was disconnected, and afterwards commands are done and newcomers are let in."""
    assert not record.closes
    commands = [command for commands in record.commands.values() for command in commands]
    assert any(command.code == SUCCESS for command in commands if command.asked_at > recovered_at)
    assert [knock.outcome for knock in record.knocks if knock.asked_at > recovered_at].count("joined") > 0
