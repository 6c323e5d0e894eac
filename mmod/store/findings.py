"""What an audit finds (`mmod.store.audit`), and how it is told."""

from __future__ import annotations

from enum import Enum

from attrs import frozen


class Violation(Enum):
    """What is wrong with an item, or with a whole state."""

    #: Somebody has it, and the ledger has no row about that.
    UNRECORDED = "unrecorded"
    #: Somebody has it in another place or quantity, or as something else, than the newest row says.
    MISPLACED = "misplaced"
    #: The newest row gives it to somebody who does not have it.
    MISSING = "missing"
    #: It is twice in one state, or with two players.
    DOUBLED = "doubled"
    #: A state cannot be read, so nothing is known of its items.
    UNREADABLE = "unreadable"


@frozen
class Finding:
    """One item that is unaccounted for, or one state that cannot be read."""

    violation: Violation
    player_id: str
    #: None for a state that cannot be read.
    instance_id: str | None
    #: The newest ledger row about the item as this player's; None where there is none.
    entry_id: int | None
    #: What is so and what ought to be, for the operator.
    detail: str

    def __str__(self) -> str:
        """Return it as one line."""
        item = "" if self.instance_id is None else f", item {self.instance_id!r}"
        row = "" if self.entry_id is None else f", ledger row {self.entry_id}"
        return f"{self.violation.value}: player {self.player_id!r}{item}{row}: {self.detail}"


@frozen
class Summary:
    """How much was looked at, and what came of it."""

    #: Stored, or known to the ledger alone.
    players: int = 0
    #: In the states of players.
    items: int = 0
    #: In the quarantine: accounted for, though nobody has them.
    set_aside: int = 0
    findings: int = 0

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.players} players, {self.items} items, {self.set_aside} set aside, {self.findings} findings"
