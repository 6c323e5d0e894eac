"""The `mmod` command."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence

from mmod import __version__
from mmod.cli import token
from mmod.errors import LocalError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand; return the exit status."""
    parser = ArgumentParser(prog="mmod", description="Tools for mmod; the daemon itself is `twistd mmod`.")
    parser.add_argument("--version", action="version", version=f"mmod {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    token_parser = commands.add_parser("token", help="mint a token for jwt authentication", description=token.__doc__)
    token.add_arguments(token_parser)
    token_parser.set_defaults(run=token.run)
    chosen = parser.parse_args(arguments)
    try:
        print(chosen.run(chosen, time.time))  # noqa: T201 - this is what the command is for
    except LocalError as error:
        print(f"mmod: {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
