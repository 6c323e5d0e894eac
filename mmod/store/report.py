"""What the players' writer tells whoever composed it."""

# ruff: noqa: N805 - methods of a zope interface have no self

from __future__ import annotations

from zope.interface import Interface


class IWriterReport(Interface):
    """Hears what becomes of the writer's work, for metrics and for the world."""

    def saved(count: int, seconds: float) -> None:
        """A batch of `count` players was committed `seconds` after it was sent."""

    def failed(reason: str) -> None:
        """A batch failed and will be repeated."""

    def superseded(player_id: str) -> None:
        """Another join owns the player now: what is in the world here is stale.  Told once per loss."""

    def away(is_away: bool) -> None:
        """The store has gone away, or is back."""
