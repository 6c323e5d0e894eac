"""The law by which a client command is applied at most once (protocol.md, "Client to server").

An input counts when its `seq` is above `ack`.  An equip or unequip counts when its `seq` was never taken: everything up
to `floor` was, and so were the numbers in `above`.  The floor swallows what follows on it without a gap.  When more
than `REMEMBERED` numbers lie above gaps, the floor rises to the lowest of them; what was missing below it then counts
as seen, for a client that is that far ahead has given those numbers up.
"""

from __future__ import annotations

from bisect import bisect_left, insort

from msgspec.structs import replace

from mmod.world.state import Sequences

#: The protocol promises to remember at least the last 1,024.
REMEMBERED = 1_024


def seen(sequences: Sequences, seq: int) -> bool:
    """Tell whether an equip or unequip with this number was taken before, or lies too far back to know."""
    place = bisect_left(sequences.above, seq)
    return seq <= sequences.floor or sequences.above[place : place + 1] == (seq,)


def taken(sequences: Sequences, seq: int) -> Sequences:
    """Return the sequences with this number taken."""
    if seen(sequences, seq):
        return sequences
    above = list(sequences.above)
    insort(above, seq)
    floor = above[0] if len(above) > REMEMBERED else sequences.floor
    return _settled(sequences, floor, above)


def _settled(sequences: Sequences, floor: int, above: list[int]) -> Sequences:
    """Let the floor swallow the numbers that follow on it without a gap."""
    swallowed = 0
    while swallowed < len(above) and above[swallowed] <= floor + 1:
        floor = above[swallowed]
        swallowed += 1
    return replace(sequences, floor=floor, above=tuple(above[swallowed:]))
