"""Keys for `jwt`: read from files only, so that they stand in no setting, argument or environment."""

from __future__ import annotations

from pathlib import Path

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from mmod.auth.jwt import HS256_KEY_BYTES


def read_verification_key(path: Path, algorithm: str) -> bytes:
    """Return the secret (HS256) or the public key (RS256, EdDSA; PEM) in a file; raise ValueError when it is none."""
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None
    if algorithm == "HS256":
        if len(key) < HS256_KEY_BYTES:
            raise ValueError(f"an HS256 secret has at least {HS256_KEY_BYTES} bytes")
    else:
        _require_public(key)
    _require_fit(key, algorithm)
    return key


def _require_public(key: bytes) -> None:
    try:
        load_pem_public_key(key)
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("is not a public key in PEM") from None


def _require_fit(key: bytes, algorithm: str) -> None:
    """Refuse a key of another algorithm; above all a public key as HS256 secret: anyone could mint tokens with it."""
    try:
        jwt.get_algorithm_by_name(algorithm).prepare_key(key)
    except (jwt.InvalidKeyError, TypeError, ValueError):
        raise ValueError(f"is not a key for {algorithm}") from None
