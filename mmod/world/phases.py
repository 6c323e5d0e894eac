"""How the engine tells where in a tick it is, without knowing what time it is."""

from __future__ import annotations

from typing import Protocol


class Phases(Protocol):
    """Whoever measures ticks."""

    def mark(self, phase: str) -> None:
        """Everything since the mark before belongs to `phase`."""


class Unmeasured:
    """Nobody measures."""

    def mark(self, phase: str) -> None:
        """Do nothing."""
