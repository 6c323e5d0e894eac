"""The `mmod` command."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence

from twisted.python import usage

from mmod import __version__
from mmod.cli import token
from mmod.config import Options
from mmod.config.explain import as_toml, explain
from mmod.errors import ConfigError, LocalError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; return the exit status."""
    parser = ArgumentParser(prog="mmod", description="Tools for mmod; the daemon itself is `twistd mmod`.")
    parser.add_argument("--version", action="version", version=f"mmod {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    token_parser = commands.add_parser("token", help="mint a token for jwt authentication", description=token.__doc__)
    token.add_arguments(token_parser)
    token_parser.set_defaults(run=token.run)
    check = commands.add_parser(
        "check-config",
        help="print the settings that would be used, and where each comes from",
        description="Takes the options of `twistd mmod`; prints every setting with its source, or what is wrong.",
    )
    check.set_defaults(run=_check_config)
    chosen, rest = parser.parse_known_args(arguments)
    chosen.options = rest
    if rest and chosen.run is not _check_config:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        print(chosen.run(chosen, time.time))  # noqa: T201 - this is what the command is for
    except LocalError as error:
        print(f"mmod: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _check_config(arguments: Namespace, now: Callable[[], float]) -> str:
    options = Options()
    try:
        options.parseOptions(arguments.options)
    except usage.UsageError as error:
        raise ConfigError(str(error)) from None
    return as_toml(explain(options.loaded()))


if __name__ == "__main__":
    sys.exit(main())
