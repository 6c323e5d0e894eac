"""The item ledger held against all states, as an operator does it: by `mmod audit`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmod.store.findings import Violation
from tests.functional.harness.command import run
from tests.functional.harness.database import PostgresDatabase, SQLiteDatabase

from .checker import Finding

#: What says that something is there which should not be; everything else says that something is not as it was.
_DOUBLED = {Violation.DOUBLED.value, Violation.UNRECORDED.value}


def unaccounted(database: PostgresDatabase | SQLiteDatabase) -> tuple[Finding, ...]:
    """Return what the audit finds, item by item; a daemon may run, but everything must be saved."""
    status, printed, fault = run("audit", "--json", *_options(database), directory=Path.cwd())
    assert status in (0, 1), fault
    document = json.loads(printed)
    assert document["summary"]["players"] > 0, "an audit of nobody finds nothing"
    return tuple(_finding(found) for found in document["findings"])


def _options(database: PostgresDatabase | SQLiteDatabase) -> tuple[str, ...]:
    if isinstance(database, PostgresDatabase):
        return database.options
    return ("--state-dir", str(database.path.parent))


def _finding(found: Mapping[str, Any]) -> Finding:
    text = f"by the audit {found['violation']}: {found['player_id']}, item {found['instance_id']}: {found['detail']}"
    return Finding("doubled" if found["violation"] in _DOUBLED else "lost", text)
