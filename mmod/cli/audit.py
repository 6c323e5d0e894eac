"""`mmod audit`: holds the item ledger against the states of all players, and names every item that is unaccounted for.

It may run beside a daemon, and changes nothing.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence

from attrs import asdict
from msgspec.json import encode

from mmod.cli.opened import opened
from mmod.cli.outcome import Outcome
from mmod.interfaces import IStore
from mmod.store.audit import audited
from mmod.store.findings import Finding, Summary

#: Exit statuses: something was found; the store could not be read.
FOUND, UNREAD = 1, 2


def add_arguments(parser: ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of lines")


async def run(as_json: bool, store: IStore) -> Outcome:
    """Return a line for each finding and a summary, and close the store; raise `StoreError`."""
    findings: list[Finding] = []
    async with opened(store):
        summary = await audited(store.holdings, findings.append)
    text = _document(findings, summary) if as_json else "\n".join(map(str, [*findings, summary]))
    return Outcome(text, FOUND if findings else 0)


def _document(findings: Sequence[Finding], summary: Summary) -> str:
    return encode({"findings": findings, "summary": asdict(summary)}).decode()
