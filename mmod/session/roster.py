"""Who is connected: at every instant at most one session per player (design.md, "second login").

`S` is whatever stands for a session; the roster only tells them apart.  Each session that does not resume begins a new
*lineage*: answers that were promised to a lineage still reach it after a resume, and never another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

S = TypeVar("S")


class Roster(Generic[S]):
    """The live sessions by player, in the order in which they joined."""

    def __init__(self) -> None:
        self._sessions: dict[str, S] = {}
        self._lineages: dict[str, int] = {}
        self._last_lineage = 0

    def __len__(self) -> int:
        return len(self._sessions)

    def __iter__(self) -> Iterator[tuple[str, S]]:
        return iter(self._sessions.items())

    def get(self, player_id: str) -> S | None:
        """Return the live session of a player."""
        return self._sessions.get(player_id)

    def lineage(self, player_id: str) -> int:
        """Return the lineage of a player's sequences, 0 when it never joined."""
        return self._lineages.get(player_id, 0)

    def enter(self, player_id: str, session: S, resumed: bool) -> S | None:
        """Make `session` the live one of its player; return the one it replaces, if any."""
        if not resumed or player_id not in self._lineages:
            self._last_lineage += 1
            self._lineages[player_id] = self._last_lineage
        replaced = self._sessions.pop(player_id, None)
        self._sessions[player_id] = session
        return replaced

    def leave(self, player_id: str, session: S) -> bool:
        """Remove `session`; False when it is not (or no longer) the live one."""
        if self._sessions.get(player_id) is not session:
            return False
        del self._sessions[player_id]
        return True

    def forget(self, player_id: str) -> None:
        """The player has left the world: nothing promised to its lineage can be delivered any more."""
        if player_id not in self._sessions:
            self._lineages.pop(player_id, None)
