"""The `mmod` command."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from attrs import frozen
from twisted.internet.defer import Deferred
from twisted.internet.task import react
from twisted.python import usage
from twisted.python.failure import Failure

from mmod import __version__
from mmod.cli import audit, disown, export, importing, migrate, token
from mmod.cli.outcome import Outcome
from mmod.config import Loaded, Options, Settings
from mmod.config.explain import as_toml, explain
from mmod.config.state_dir import prepare
from mmod.errors import ConfigError, LocalError
from mmod.interfaces import IStore
from mmod.items.rulebook import Rulebook
from mmod.store.url import open_store
from mmod.swarm import plan

#: Work on a store, which it closes.
Work = Callable[[IStore], Coroutine[Deferred[Any], Any, Outcome]]


@frozen
class Command:
    """One subcommand; `run` gets its arguments and a wall clock, and may raise `LocalError`."""

    run: Callable[[Namespace, Callable[[], float]], Outcome]
    help: str
    description: str | None
    add_arguments: Callable[[ArgumentParser], None] = lambda parser: None
    #: Whether the options of `twistd mmod` may follow.
    takes_options: bool = True
    #: The exit status of a `LocalError`.
    failed: int = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; return the exit status."""
    parser = _parser()
    chosen, rest = parser.parse_known_args(arguments)
    command: Command = chosen.command
    chosen.options = rest
    if rest and not command.takes_options:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        outcome = command.run(chosen, time.time)
        print(outcome.text, flush=True)  # noqa: T201 - this is what the command is for
    except LocalError as error:
        print(f"mmod: {error}", file=sys.stderr)  # noqa: T201
        return command.failed
    except OSError as error:  # a full disk, a reader that is gone
        print(f"mmod: the answer could not be written: {error.strerror}", file=sys.stderr)  # noqa: T201
        return command.failed
    return outcome.status


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="mmod", description="Tools for mmod; the daemon itself is `twistd mmod`.")
    parser.add_argument("--version", action="version", version=f"mmod {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command in _COMMANDS.items():
        described = commands.add_parser(name, help=command.help, description=command.description)
        command.add_arguments(described)
        described.set_defaults(command=command)
    return parser


# --- the commands -----------------------------------------------------------------------------------------------------


def _check_config(arguments: Namespace, now: Callable[[], float]) -> Outcome:
    return Outcome(as_toml(explain(_loaded(arguments))))


def _migrate(arguments: Namespace, now: Callable[[], float]) -> Outcome:
    settings = _loaded(arguments).settings
    if arguments.action == "up" and settings.store.url.startswith("sqlite:"):
        prepare(settings.state_dir)
    return _with_store(settings, now, lambda store: migrate.run(arguments.action, store))


def _audit(arguments: Namespace, now: Callable[[], float]) -> Outcome:
    return _with_store(_loaded(arguments).settings, now, lambda store: audit.run(arguments.json, store))


def _export(arguments: Namespace, now: Callable[[], float]) -> Outcome:
    settings = _loaded(arguments).settings
    return _with_store(settings, now, lambda store: export.run(arguments.player, now, sys.stdout.write, store))


def _import(arguments: Namespace, now: Callable[[], float]) -> Outcome:
    settings = _loaded(arguments).settings
    document = importing.read(arguments.file)
    book = Rulebook(settings.items, settings.engine.catalogue)
    return _with_store(
        settings, now, lambda store: importing.run(document, arguments.file, arguments.player, book, store)
    )


def _disown(arguments: Namespace, now: Callable[[], float]) -> Outcome:
    return _with_store(_loaded(arguments).settings, now, disown.run)


def _swarm(arguments: Namespace, now: Callable[[], float]) -> Outcome:
    try:
        from mmod.swarm import command
    except ModuleNotFoundError as error:
        raise LocalError(f"there is no {error.name}; install the extra: pip install 'mmod[swarm]'") from None
    return Outcome(*command.run(arguments))


_COMMANDS = {
    "token": Command(
        token.run,
        "mint a token for jwt authentication",
        token.__doc__,
        token.add_arguments,
        takes_options=False,
    ),
    "check-config": Command(
        _check_config,
        "print the settings that would be used, and where each comes from",
        "Takes the options of `twistd mmod`; prints every setting with its source, or what is wrong.",
    ),
    "migrate": Command(
        _migrate,
        "show or apply the pending migrations of the database",
        "Takes the options of `twistd mmod` after the action; exit status 1 when the database is away or newer than "
        "this mmod.",
        migrate.add_arguments,
    ),
    "audit": Command(
        _audit,
        "name every item that the ledger and the players' states disagree about",
        "Takes the options of `twistd mmod`, and may run beside a daemon.  Exit status 0: nothing was found, 1: "
        "something was, 2: the database cannot be read.",
        audit.add_arguments,
        failed=audit.UNREAD,
    ),
    "export": Command(
        _export,
        "print everything that is stored of one player",
        "Takes the options of `twistd mmod` after the player, and may run beside a daemon.",
        export.add_arguments,
    ),
    "import": Command(
        _import,
        "put an exported player in place of what is stored of it",
        "Takes the options of `twistd mmod` after the file.  A daemon in which the player is loses it.",
        importing.add_arguments,
    ),
    "disown": Command(
        _disown,
        "make every player nobody's, after a backup was restored",
        "Takes the options of `twistd mmod`.  No running daemon can save anybody afterwards, and no client can resume.",
    ),
    "swarm": Command(
        _swarm,
        "measure a server with many clients at once",
        "Joins a server with many clients and tells how it bears them.  Exit status 1: a required figure was missed.  "
        "Needs the extra: pip install 'mmod[swarm]'.",
        plan.add_arguments,
        takes_options=False,
    ),
}


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
