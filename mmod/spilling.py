"""What could not be saved when the daemon stopped: kept in a file, and saved at the next start before anyone joins."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from attrs import frozen
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from mmod.errors import LocalError
from mmod.interfaces import IStore
from mmod.metrics.instruments import Instruments
from mmod.net.readiness import Readiness
from mmod.session.claims import Save
from mmod.store import spill
from mmod.waiting import when_back

#: Players named in one line of the log: journals cut lines of more than 48 KiB, and an id has up to 128 characters.
NAMES_IN_A_LINE = 50

log = Logger(namespace="mmod")


class StatesLost(LocalError):
    """Players could be neither saved nor kept in a file."""


@frozen
class SpillFiles:
    """The spill files of a state directory."""

    store: IStore
    directory: Path
    clock: IReactorTime
    readiness: Readiness
    instruments: Instruments

    async def replay(self) -> None:
        """Save what the files hold; waits for a store that is away.

        What is lost is told before a file gets its new name, so that a kill in between leaves it to be told again.
        """
        for path in spill.waiting(self.directory):
            done = await when_back(partial(spill.replay, self.store, path), self.clock, self.readiness)
            self._tell(path, done)
            spill.retire(path, damaged=bool(done.damaged))

    def keep(self, saves: Sequence[Save]) -> None:
        """Write what is left to a file; where that fails, name the players in the log and raise `StatesLost`."""
        try:
            path = spill.write(self.directory / f"players{spill.SUFFIX}", saves)
        except OSError as error:
            _name_lost(sorted(save.player_id for save in saves))
            raise StatesLost(
                f"what {len(saves)} players did last is lost, for no spill file can be written: {error}"
            ) from error
        log.error("{count} players could not be saved; they wait in {path}", count=len(saves), path=str(path))

    def _tell(self, path: Path, done: spill.Replay) -> None:
        log.info("{count} saves of the last run were in {path} and are stored now", count=done.stored, path=str(path))
        for player_id in done.superseded:
            log.error("a spilled state of {player!r} was older than the stored one and is lost", player=player_id)
        if done.damaged:
            log.error(
                "{path} is damaged: {count} lines, and the states in them, are lost: {lines}",
                path=str(path),
                count=len(done.damaged),
                lines=_ranges(done.damaged),
            )
        counter = self.instruments.spilled_states
        counter.labels("stored").inc(done.stored)
        counter.labels("superseded").inc(len(done.superseded))
        counter.labels("damaged").inc(len(done.damaged))


def _name_lost(player_ids: Sequence[str]) -> None:
    for start in range(0, len(player_ids), NAMES_IN_A_LINE):
        named = map(repr, player_ids[start : start + NAMES_IN_A_LINE])
        log.error("not saved and lost: {players}", players=", ".join(named))


def _ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers in few words: 2, 5-7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join("-".join(map(str, run)) for run in runs)
