"""Claims that failed, although the store may have granted them, or may do so yet.

What tells such a claim from another daemon's is the hash of the resume token that it asked for: 256 random bits that
the store holds only if it has granted this very claim.  So the hashes are remembered, also those of players who are not
here at the moment, because a claim may be granted long after it has failed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection

#: Claims of one player: more than can fail before the store counts as away, and then no more are sent.
CLAIMS = 16

#: Players, those with the newest failures: twice as many as a world holds by default, in a few megabytes.
PLAYERS = 10_000


class UnansweredClaims:
    """The hashes by player, the player whose claim failed last at the end."""

    def __init__(self) -> None:
        self._hashes: dict[str, deque[bytes]] = {}

    def note(self, player_id: str, token_hash: bytes) -> None:
        """Remember a claim that failed."""
        hashes = self._hashes.pop(player_id, None) or deque(maxlen=CLAIMS)
        hashes.append(token_hash)
        self._hashes[player_id] = hashes
        if len(self._hashes) > PLAYERS:
            del self._hashes[next(iter(self._hashes))]

    def of(self, player_id: str) -> Collection[bytes]:
        """Return the hashes of a player's claims that failed."""
        return self._hashes.get(player_id, ())
