"""`mmod token`: mints a token for `jwt` authentication, for development and tests.

In production another service, which knows the players' passwords, mints them.
"""

from __future__ import annotations

import os
import secrets
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

import jwt

from mmod.auth.jwt import ALGORITHMS, HS256_KEY_BYTES
from mmod.cli.outcome import Outcome
from mmod.errors import LocalError

#: Seconds for which a token is good unless --ttl says otherwise: a working day.
TTL = 8 * 3600


class TokenError(LocalError):
    """A token could not be minted."""


def add_arguments(parser: ArgumentParser) -> None:
    """Describe the options."""
    parser.add_argument("player", nargs="?", help="the player id (sub)")
    parser.add_argument("--name", help="the name others see (default: the player id)")
    parser.add_argument("--key-file", type=Path, required=True, help="file with the secret, or the private key in PEM")
    parser.add_argument("--algorithm", choices=ALGORITHMS, default="HS256")
    parser.add_argument("--audience", default="mmod")
    parser.add_argument("--issuer")
    parser.add_argument("--ttl", type=int, default=TTL, metavar="SECONDS", help=f"default: {TTL}")
    parser.add_argument("--new-key", action="store_true", help="first write a new HS256 secret into --key-file")


def run(arguments: Namespace, now: Callable[[], float]) -> Outcome:
    """Return what is to be printed; raise `TokenError`."""
    path: Path = arguments.key_file
    if arguments.new_key:
        _write_key(path)
        if arguments.player is None:
            return Outcome(f"wrote {path}")
    if arguments.player is None:
        raise TokenError("a player id is needed")
    try:
        return Outcome(_mint(arguments, path.read_bytes().strip(), int(now())))
    except OSError as error:
        raise TokenError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, jwt.InvalidKeyError) as error:
        raise TokenError(f"{path}: {error}") from None


def _mint(arguments: Namespace, key: bytes, now: int) -> str:
    claims = {
        "sub": arguments.player,
        "name": arguments.name,
        "aud": arguments.audience,
        "iss": arguments.issuer,
        "iat": now,
        "exp": now + arguments.ttl,
    }
    given = {claim: value for claim, value in claims.items() if value is not None}
    return jwt.encode(given, key, algorithm=arguments.algorithm)


def _write_key(path: Path) -> None:
    """Write a secret that only this user can read; never over a file that exists."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise TokenError(f"{path} cannot be written: {error.strerror}") from None
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(HS256_KEY_BYTES) + "\n")
