"""Resume tokens: 256 random bits, single use, stored only as a hash (protocol.md, "Resume").

A store keeps one `ResumeMark` per player and replaces it in the same transaction in which a join is granted, so that of
two joins with one token at most one can succeed.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from attrs import frozen

#: 256 bits, as the protocol promises.
TOKEN_BYTES = 32


def token_hash(token: str) -> bytes:
    """Return what is stored in place of a token.  Tokens are random, so a plain hash cannot be searched."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


@frozen
class ResumeMark:
    """What a store remembers of the last join of a player."""

    token_hash: bytes
    #: Unix time (s) at which the connection ended; None while it is thought to be open.
    ended_at: float | None


@frozen
class ResumeAttempt:
    """What a client presents, and what the daemon knows about its last connection."""

    #: Hash of the token it presented, None when it presented none.
    token_hash: bytes | None
    #: Unix time (s) of the attempt.
    now: float
    #: When the mark says that the connection never ended: the time at which it must have ended (daemon start, or now).
    ended_by: float
    #: Seconds for which a token is good after the connection ended.
    ttl: float

    def accepted_by(self, mark: ResumeMark | None) -> bool:
        """Tell whether this attempt resumes the session that left `mark`."""
        if self.token_hash is None or mark is None:
            return False
        ended_at = self.ended_by if mark.ended_at is None else mark.ended_at
        return hmac.compare_digest(self.token_hash, mark.token_hash) and self.now - ended_at <= self.ttl
