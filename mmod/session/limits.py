"""How fast a client may send."""

from __future__ import annotations


class TokenBucket:
    """Allows `burst` at once and `rate` per second for ever; time comes in as an argument (s)."""

    __slots__ = ("_burst", "_rate", "_then", "_tokens")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._tokens = float(burst)
        self._then = now

    def take(self, now: float) -> bool:
        """Take one token; False when there is none."""
        tokens = self._tokens + (now - self._then) * self._rate
        if tokens > self._burst:
            tokens = self._burst
        self._then = now
        self._tokens = tokens - 1.0 if tokens >= 1.0 else tokens
        return tokens >= 1.0
