"""`mmod swarm`: measures a server with many clients at once."""

from __future__ import annotations

import resource
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from mmod import __version__
from mmod.errors import LocalError
from mmod.swarm.measurement import Measurement
from mmod.swarm.measurement import Progress as Told
from mmod.swarm.observation import MetricsPage, ProcessFile, Source
from mmod.swarm.page import page
from mmod.swarm.plan import planned
from mmod.swarm.result import Result, as_json
from mmod.swarm.table import show


def run(arguments: Namespace) -> tuple[str, int]:
    """Return what is printed, and the exit status: 1 when a required figure was missed; raise `LocalError`."""
    _raise_descriptor_limit()
    plan = planned(arguments)
    try:
        with _progress() as told:
            result = uvloop.run(Measurement(plan, _source(arguments), told).run())
    except KeyboardInterrupt:
        raise LocalError("interrupted") from None
    if arguments.report is not None:
        _write(arguments.report, page(result, f"Measured {time.strftime('%Y-%m-%d %H:%M %Z')} by mmod {__version__}."))
    for complaint in result.complaints:
        print(f"mmod: {complaint}", file=sys.stderr)  # noqa: T201 - also where the result goes to a file
    return _json(result) if arguments.json else _table(result), int(bool(result.complaints))


def _json(result: Result) -> str:
    return msgspec.json.format(msgspec.json.encode(as_json(result))).decode()


def _table(result: Result) -> str:
    console = Console()
    with console.capture() as printed:
        show(result, console)
    return printed.get().rstrip("\n")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise LocalError(f"{path} cannot be written: {error.strerror}") from None


def _source(arguments: Namespace) -> Source | None:
    if arguments.pid is not None:
        return ProcessFile(arguments.pid)
    if arguments.admin is not None:
        return MetricsPage(f"{arguments.admin.rstrip('/')}/metrics")
    return None


@contextmanager
def _progress() -> Iterator[Told]:
    """Show a bar on standard error, if somebody looks at it."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("joining", total=None)

        def told(words: str, done: float, of: float) -> None:
            bar.update(task, description=words, completed=round(done), total=round(of))

        yield told


def _raise_descriptor_limit() -> None:
    """Allow as many sockets as the system lets this user have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
