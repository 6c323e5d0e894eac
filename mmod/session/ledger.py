"""The item ledger: what happened to every item, written with the very save that contains it.

An entry is known by its player, the epoch under which it was made, and its number under that epoch.  A save that is
repeated because its answer was lost brings the same entries again, and the store keeps each once.
"""

from __future__ import annotations

from attrs import frozen

from mmod.items.movements import Cause, Movement


@frozen
class ItemEvent:
    """One movement of one player's item, and what brought it about."""

    movement: Movement
    cause: Cause
    #: The `seq` of the client's command, 0 where there was none.
    seq: int
    #: Unix time (s).
    at: float


@frozen
class Entry:
    """An event under its key, to be written once."""

    epoch: int
    number: int
    event: ItemEvent


@frozen
class LedgerRow:
    """An event as a store keeps it."""

    #: Ascending in the order in which what happened to one item was written.
    entry_id: int
    player_id: str
    epoch: int
    event: ItemEvent
