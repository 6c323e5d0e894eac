"""Which of the ticks between two snapshots each viewer is shown.

Viewers are spread over these ticks so that the load is even.  Beyond that it is best for a viewer that sends an input
per snapshot, or every other, to have the turn that follows it: it then hears of its input at the next tick, and not at
the one after that, and its kernel and ours need not acknowledge what a state acknowledges anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import cycle
from typing import Protocol

#: Seconds between two looks at who should have another turn: a move makes one of a viewer's intervals half as long
#: again, and one in fifty is hardly ever seen.
LOOK = 5

#: How much more than its even share of the viewers a turn may have.
UNEVEN = 0.1

#: Viewers that any turn may have: so few, at 50 us each, are no load.
FEW = 20

#: The longest time between two inputs, in snapshots, that says something about the next one.
STEADY = 2


class TakesTurns(Protocol):
    """Who is shown a tick: its turn, and the ticks after which its last two messages came."""

    turn: int
    heard: int
    heard_before: int


class Turns:
    """Gives turns; a snapshot has `count` of them."""

    def __init__(self, count: int, tick_hz: int) -> None:
        self._count = count
        self._look = LOOK * tick_hz
        self._next: Iterator[int] = cycle(range(count))

    def first(self) -> int:
        """Return the turn of one who has just come."""
        return next(self._next)

    def due(self, tick: int) -> bool:
        """Tell whether it is time to `settle`."""
        return self._count > 1 and tick % self._look == 0

    def settle(self, viewers: Iterable[TakesTurns]) -> bool:
        """Give viewers the turns that follow their inputs, as far as turns stay even; tell whether any was moved."""
        present = list(viewers)
        sizes = [sum(viewer.turn == turn for viewer in present) for turn in range(self._count)]
        most = max(FEW, int(len(present) / self._count * (1 + UNEVEN)))
        moved = False
        for viewer in present:
            wished = self._wished(viewer)
            if wished != viewer.turn and sizes[wished] < most:
                sizes[viewer.turn] -= 1
                sizes[wished] += 1
                viewer.turn, moved = wished, True
        return moved

    def _wished(self, viewer: TakesTurns) -> int:
        """Return the turn that follows a viewer's inputs; its own when they come in no such rhythm."""
        snapshots, rest = divmod(viewer.heard - viewer.heard_before, self._count)
        return viewer.turn if rest or not 1 <= snapshots <= STEADY else (viewer.heard + 1) % self._count
