"""The `mmod` command."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import react
from twisted.python import usage
from twisted.python.failure import Failure

from mmod import __version__
from mmod.cli import audit, migrate, token
from mmod.cli.outcome import Outcome
from mmod.config import Loaded, Options, Settings
from mmod.config.explain import as_toml, explain
from mmod.config.state_dir import prepare
from mmod.errors import ConfigError, LocalError
from mmod.interfaces import IStore
from mmod.store.url import open_store

#: Work on a store, which it closes.
Work = Callable[[IStore], Coroutine[Deferred[Any], Any, Outcome]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; return the exit status."""
    parser = _parser()
    chosen, rest = parser.parse_known_args(arguments)
    chosen.options = rest
    if rest and not chosen.takes_options:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        outcome: Outcome = chosen.run(chosen, time.time)
    except LocalError as error:
        print(f"mmod: {error}", file=sys.stderr)  # noqa: T201 - this is what the command is for
        return int(chosen.failed)
    print(outcome.text)  # noqa: T201
    return outcome.status


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="mmod", description="Tools for mmod; the daemon itself is `twistd mmod`.")
    parser.add_argument("--version", action="version", version=f"mmod {__version__}")
    parser.set_defaults(takes_options=True, failed=1)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_token(commands)
    _add_check_config(commands)
    _add_migrate(commands)
    _add_audit(commands)
    return parser


# --- the commands -----------------------------------------------------------------------------------------------------


def _add_token(commands: Any) -> None:
    minting = commands.add_parser("token", help="mint a token for jwt authentication", description=token.__doc__)
    token.add_arguments(minting)
    minting.set_defaults(run=token.run, takes_options=False)


def _add_check_config(commands: Any) -> None:
    checking = commands.add_parser(
        "check-config",
        help="print the settings that would be used, and where each comes from",
        description="Takes the options of `twistd mmod`; prints every setting with its source, or what is wrong.",
    )
    checking.set_defaults(run=lambda arguments, now: Outcome(as_toml(explain(_loaded(arguments)))))


def _add_migrate(commands: Any) -> None:
    migrating = commands.add_parser(
        "migrate",
        help="show or apply the pending migrations of the database",
        description="Takes the options of `twistd mmod` after the action; exit status 1 when the database is away or "
        "newer than this mmod.",
    )
    migrate.add_arguments(migrating)
    migrating.set_defaults(run=_migrate)


def _migrate(arguments: Namespace, now: Callable[[], float]) -> Outcome:
    settings = _loaded(arguments).settings
    if arguments.action == "up" and settings.store.url.startswith("sqlite:"):
        prepare(settings.state_dir)
    return _with_store(settings, now, lambda store: migrate.run(arguments.action, store))


def _add_audit(commands: Any) -> None:
    auditing = commands.add_parser(
        "audit",
        help="name every item that the ledger and the players' states disagree about",
        description="Takes the options of `twistd mmod`, and may run beside a daemon; prints a line for each finding "
        "and a summary.  Exit status 0: nothing was found, 1: something was, 2: the database cannot be read.",
    )
    audit.add_arguments(auditing)
    auditing.set_defaults(run=_audit, failed=audit.UNREAD)


def _audit(arguments: Namespace, now: Callable[[], float]) -> Outcome:
    return _with_store(_loaded(arguments).settings, now, lambda store: audit.run(arguments.json, store))


# --- what they share --------------------------------------------------------------------------------------------------


def _loaded(arguments: Namespace) -> Loaded:
    """Return the settings that the daemon's options give."""
    options = Options()
    try:
        options.parseOptions(arguments.options)
    except usage.UsageError as error:
        raise ConfigError(str(error)) from None
    return options.loaded()


def _with_store(settings: Settings, now: Callable[[], float], work: Work) -> Outcome:
    """Return what work on the store of these settings comes to, or raise what it fails with."""
    return _in_reactor(lambda reactor: work(open_store(settings.store.url, reactor, now)))


def _in_reactor(work: Callable[[Any], Coroutine[Deferred[Any], Any, Outcome]]) -> Outcome:
    """Return what `work` comes to, or raise what it fails with; runs the reactor, which a process can do once."""
    outcome: list[Outcome | Failure] = []

    def begin(reactor: Any) -> Deferred[None]:
        return Deferred.fromCoroutine(work(reactor)).addBoth(outcome.append)

    with suppress(SystemExit):
        react(begin)
    if not outcome:  # a signal has stopped the reactor first
        raise LocalError("interrupted")
    (result,) = outcome
    if isinstance(result, Failure):
        result.raiseException()
    return result


if __name__ == "__main__":
    sys.exit(main())
