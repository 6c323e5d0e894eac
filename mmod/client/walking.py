"""Where a player wants to go: which `input` is to be sent, and when.

An intent holds until the next one, so only changes are sent, at most one a `PACE`; who stands still, or goes straight
on, repeats itself before the server takes it for idle.
"""

from __future__ import annotations

from math import inf

from mmod.client.values import STILL, Point
from mmod.wire.messages import Input, Intent

#: Seconds between two inputs, and between two item commands: 40 messages a second together, of the 60 that the server
#: takes.
PACE = 0.05

#: Seconds after which an unchanged intent is repeated: a third of the 30 after which the server takes us for idle.
KEEP_ALIVE = 10.0


class Walking:
    """One player's inputs over all its connections; times are seconds on a clock that never jumps."""

    def __init__(self) -> None:
        self.intent = STILL
        self._said: Point | None = None
        self._said_at = -inf
        self._seq = 0

    def joined(self, resumed: bool, ack: int) -> None:
        """Go on after a join: the server let the player stand still meanwhile, and knows our inputs up to `ack`."""
        self._seq = max(self._seq, ack) if resumed else ack
        self._said = None
        self._said_at = -inf

    @property
    def due(self) -> float:
        """When the next input is to be sent."""
        return self._said_at + (KEEP_ALIVE if self.intent == self._said else PACE)

    def next_input(self, now: float) -> Input:
        """Return the input to be sent now."""
        self._seq += 1
        self._said, self._said_at = self.intent, now
        return Input(seq=self._seq, dt=PACE, intent=Intent(self.intent.x, self.intent.z))
