"""Joins, resumes, items, crashes of two daemons, failures and failovers of their store in any order: see `races`."""

import os
from collections import Counter

import pytest
from twisted.logger import globalLogPublisher

from mmod.session.claims import SaveResult

from .races import play

#: A seed takes a fifth of a second; a block stays far below the time limit of a test.
BLOCKS, SEEDS_PER_BLOCK = (100, 50) if os.environ.get("HYPOTHESIS_PROFILE") == "thorough" else (10, 2)


@pytest.fixture
def failures():
    """Whatever was logged with a traceback."""
    seen = []

    def observe(event):
        if "log_failure" in event:
            seen.append(event["log_failure"])

    globalLogPublisher.addObserver(observe)
    yield seen
    globalLogPublisher.removeObserver(observe)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_nothing_promised_is_lost_or_doubled_and_everybody_is_answered(block, failures):
    for seed in range(block * SEEDS_PER_BLOCK, (block + 1) * SEEDS_PER_BLOCK):
        print(f"seed {seed}")  # noqa: T201 - shown with a failure
        play(seed)
        assert not failures


def test_the_play_reaches_what_it_is_about():
    codes, resumed, crashes, saves = Counter(), 0, 0, Counter()
    for seed in range(8):
        match = play(seed)
        saves += sum((daemon.world.store.results for daemon in match.daemons), Counter())
        codes += match.oracle.codes
        resumed += len(match.oracle.resumed)
        crashes += match.crashes
    assert {"replaced", "unavailable", "success", "equip_locked"} <= set(codes)
    assert resumed
    assert crashes
    assert {(True, SaveResult.STORED), (True, SaveResult.STALE), (True, SaveResult.SUPERSEDED)} <= set(saves)
