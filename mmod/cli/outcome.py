"""What a command comes to."""

from __future__ import annotations

from attrs import frozen


@frozen
class Outcome:
    """What is printed, and the exit status."""

    text: str
    status: int = 0
