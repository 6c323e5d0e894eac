"""How many resumes of one player may fail before it has to wait; time comes in as an argument (s).

A token cannot be guessed, so this is about what guessing costs: every attempt is a transaction.  Only who proves to be
the player can try at all, so nobody is kept from resuming by somebody else; and a join that presents no token is never
kept waiting.
"""

from __future__ import annotations

from collections import deque

#: Resumes that may fail within the window: a client presents a token twice only if it missed the answer to the first
#: try, so ten are several clients gone wrong.
LIMIT = 10

#: Seconds for which a failure counts: as long as a token is good.
WINDOW = 60.0


class FailedResumes:
    """Remembers the failures of the last window by player, the player that failed last at the end."""

    def __init__(self) -> None:
        self._failures: dict[str, deque[float]] = {}

    def __len__(self) -> int:
        return len(self._failures)

    def failed(self, player_id: str, now: float) -> None:
        """Note that a token was not good."""
        self._forget(now)
        failures = self._failures.pop(player_id, None) or deque(maxlen=LIMIT)
        failures.append(now)
        self._failures[player_id] = failures

    def too_many(self, player_id: str, now: float) -> bool:
        """Tell whether a player has to wait before it tries another token, whichever."""
        failures = self._failures.get(player_id)
        return failures is not None and len(failures) == LIMIT and now - failures[0] < WINDOW

    def _forget(self, now: float) -> None:
        """Drop the players whose last failure does not count any more."""
        while self._failures:
            player_id, failures = next(iter(self._failures.items()))
            if now - failures[-1] < WINDOW:
                return
            del self._failures[player_id]
