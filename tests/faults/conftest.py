"""The table of what came of every fault, and who has which core.

`MMOD_FAULTS_JSON` names a file for the results (see `harness.form` for `MMOD_FAULTS`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from .harness.results import Results

_RESULTS = pytest.StashKey[Results]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_RESULTS] = Results()


@pytest.fixture(scope="session")
def results(pytestconfig: pytest.Config) -> Results:
    """Where every trial of a fault is entered."""
    return pytestconfig.stash[_RESULTS]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    results = config.stash.get(_RESULTS, Results())
    if results.trials:
        terminalreporter.section("faults")
        for line in results.table():
            terminalreporter.write_line(line)
        if file := os.environ.get("MMOD_FAULTS_JSON"):
            results.write(Path(file))


@pytest.fixture(scope="module")
def cores() -> Iterator[tuple[int | None, int | None]]:
    """The daemon's core and everybody else's, where there are two; both None where there is one."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        yield None, None
        return
    os.sched_setaffinity(0, allowed[1:])
    yield allowed[0], allowed[1]
    os.sched_setaffinity(0, allowed)
