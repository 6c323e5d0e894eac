"""`mmod migrate`: shows which steps the schema of a database has had, and applies those it still needs.

The daemon does the latter itself at every start; doing it before an upgrade tells at leisure how long it takes.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from mmod.cli.outcome import Outcome
from mmod.interfaces import IStore
from mmod.store.migrate import Migration, SchemaStatus


def add_arguments(parser: ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("action", choices=tuple(_ACTIONS), help="show what is applied and pending, or apply the latter")


async def run(action: str, store: IStore) -> Outcome:
    """Return what is to be printed, and close the store; raise `StoreError`."""
    try:
        return Outcome(await _ACTIONS[action](store))
    finally:
        await store.close()


async def status(store: IStore) -> str:
    """Return a line for each step; nothing is changed."""
    found = await store.schema()
    outstanding = found.pending
    steps = [_line(step, "pending" if step in outstanding else "applied") for step in found.known]
    return "\n".join([*steps, _summary(found)])


async def up(store: IStore) -> str:
    """Apply the pending steps; return a line for each."""
    outstanding = (await store.schema()).pending
    await store.migrate()
    return "\n".join([*(_line(step, "applied now") for step in outstanding), _summary(await store.schema())])


def _line(step: Migration, how: str) -> str:
    return f"{step.number:04} {step.name}: {how}"


def _summary(found: SchemaStatus) -> str:
    if not found.known:
        return "this store has no schema"
    return f"schema {found.applied} of {len(found.known)}, {len(found.pending)} pending"


_ACTIONS: Mapping[str, Callable[[IStore], Awaitable[str]]] = MappingProxyType({"status": status, "up": up})
