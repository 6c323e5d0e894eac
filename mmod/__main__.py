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
from mmod.cli import migrate, token
from mmod.config import Loaded, Options
from mmod.config.explain import as_toml, explain
from mmod.config.state_dir import prepare
from mmod.errors import ConfigError, LocalError
from mmod.store.url import open_store
from mmod.swarm import plan


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; return the exit status."""
    parser = _parser()
    chosen, rest = parser.parse_known_args(arguments)
    chosen.options = rest
    if rest and not chosen.takes_options:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        answer = chosen.run(chosen, time.time)
    except LocalError as error:
        print(f"mmod: {error}", file=sys.stderr)  # noqa: T201
        return 1
    if answer is not None:
        print(answer)  # noqa: T201 - this is what the command is for
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="mmod", description="Tools for mmod; the daemon itself is `twistd mmod`.")
    parser.add_argument("--version", action="version", version=f"mmod {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    minting = commands.add_parser("token", help="mint a token for jwt authentication", description=token.__doc__)
    token.add_arguments(minting)
    minting.set_defaults(run=token.run, takes_options=False)
    checking = commands.add_parser(
        "check-config",
        help="print the settings that would be used, and where each comes from",
        description="Takes the options of `twistd mmod`; prints every setting with its source, or what is wrong.",
    )
    checking.set_defaults(run=_check_config, takes_options=True)
    migrating = commands.add_parser(
        "migrate",
        help="show or apply the pending migrations of the database",
        description="Takes the options of `twistd mmod` after the action; exit status 1 when the database is away or "
        "newer than this mmod.",
    )
    migrate.add_arguments(migrating)
    migrating.set_defaults(run=_migrate, takes_options=True)
    swarming = commands.add_parser(
        "swarm",
        help="measure a server with many clients at once",
        description="Joins a server with many clients and tells how it bears them; exit status 1 when a required "
        "figure is missed. Needs the extra: pip install 'mmod[swarm]'.",
    )
    plan.add_arguments(swarming)
    swarming.set_defaults(run=_swarm, takes_options=False)
    return parser


def _check_config(arguments: Namespace, now: Callable[[], float]) -> str:
    return as_toml(explain(_loaded(arguments)))


def _migrate(arguments: Namespace, now: Callable[[], float]) -> str:
    settings = _loaded(arguments).settings
    url = settings.store.url
    if arguments.action == "up" and url.startswith("sqlite:"):
        prepare(settings.state_dir)
    return _in_reactor(lambda reactor: migrate.run(arguments.action, open_store(url, reactor, now)))


def _swarm(arguments: Namespace, now: Callable[[], float]) -> None:
    try:
        from mmod.swarm import command
    except ModuleNotFoundError as error:
        raise LocalError(f"there is no {error.name}; install the extra: pip install 'mmod[swarm]'") from None
    command.run(arguments)


def _loaded(arguments: Namespace) -> Loaded:
    """Return the settings that the daemon's options give."""
    options = Options()
    try:
        options.parseOptions(arguments.options)
    except usage.UsageError as error:
        raise ConfigError(str(error)) from None
    return options.loaded()


def _in_reactor(work: Callable[[Any], Coroutine[Deferred[Any], Any, str]]) -> str:
    """Return what `work` comes to, or raise what it fails with; runs the reactor, which a process can do once."""
    outcome: list[str | Failure] = []

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
