"""The item ledger held against what players have: every item is where its newest row puts it, and nowhere else.

A `Holding` is of one moment, so a daemon may play on meanwhile.  Players are looked at one after the other, and all
that is kept of those before is whose each item was; rules never move an item from one player to another, so one that is
met twice is doubled.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from enum import Enum

from attrs import frozen
from msgspec.json import encode

from mmod.items.instances import ItemInstance
from mmod.items.movements import QUARANTINE, Movement, placed
from mmod.session.claims import Holding
from mmod.session.ledger import LedgerRow

#: Players in one question of a command, which has nothing else to do: enough that asking costs little.
PAGE = 100

#: Asks for at most so many holdings after a player id.
Page = Callable[[str, int], Awaitable[list[Holding]]]


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


class Audit:
    """Takes the holdings of all players, each once, in any order."""

    def __init__(self) -> None:
        self._whose: dict[str, str] = {}
        self._players = self._items = self._set_aside = self._findings = 0

    @property
    def summary(self) -> Summary:
        """What was looked at so far."""
        return Summary(self._players, self._items, self._set_aside, self._findings)

    def examine(self, holding: Holding) -> list[Finding]:
        """Return what is wrong with the items of one player."""
        found = list(self._unreadable(holding) or self._compared(holding))
        self._players += 1
        self._findings += len(found)
        return found

    def _unreadable(self, holding: Holding) -> list[Finding]:
        reason = None if holding.stored is None else holding.stored.unreadable
        return [] if reason is None else [Finding(Violation.UNREADABLE, holding.player_id, None, None, reason)]

    def _compared(self, holding: Holding) -> Iterator[Finding]:
        owned = _owned(holding)
        newest = {row.event.movement.instance_id: row for row in holding.newest}
        for instance_id, places in owned.items():
            self._items += len(places)
            yield from self._present(holding.player_id, instance_id, places, newest.get(instance_id))
        for row in holding.newest:
            if row.event.movement.instance_id not in owned:
                yield from self._absent(holding, row)

    def _present(
        self, player_id: str, instance_id: str, places: list[tuple[ItemInstance, str]], row: LedgerRow | None
    ) -> Iterator[Finding]:
        other = self._whose.setdefault(instance_id, player_id)
        shown = " and ".join(f"{_amount(instance)} in {place}" for instance, place in places)
        violation, detail = Violation.MISPLACED, f"{shown}; {_by_the_ledger(row)}"
        if other != player_id or len(places) > 1:
            violation = Violation.DOUBLED
            detail += "" if other == player_id else f"; also player {other!r} has it"
        elif row is None:
            violation = Violation.UNRECORDED
        elif _agrees(row.event.movement, *places[0]):
            return
        yield Finding(violation, player_id, instance_id, None if row is None else row.entry_id, detail)

    def _absent(self, holding: Holding, row: LedgerRow) -> Iterator[Finding]:
        """Look at an item that a player has had, and that its state lacks."""
        moved, player_id = row.event.movement, holding.player_id
        if moved.target is None:
            return
        if moved.target != QUARANTINE and not _stands_in(moved.instance_id, holding.set_aside):
            detail = f"not in the state; {_by_the_ledger(row)}"
            yield Finding(Violation.MISSING, player_id, moved.instance_id, row.entry_id, detail)
            return
        self._set_aside += 1
        other = self._whose.setdefault(moved.instance_id, player_id)
        if other != player_id:
            detail = f"set aside; {_by_the_ledger(row)}; also player {other!r} has it"
            yield Finding(Violation.DOUBLED, player_id, moved.instance_id, row.entry_id, detail)


async def audited(page: Page, found: Callable[[Finding], None], size: int = PAGE) -> Summary:
    """Look at every player, `size` in a question, and tell `found` of whatever is wrong.

    Raises what `page` (`IStore.holdings`) raises.
    """
    audit = Audit()
    async for holding in every_holding(page, size):
        for finding in audit.examine(holding):
            found(finding)
    return audit.summary


async def every_holding(page: Page, size: int = PAGE) -> AsyncIterator[Holding]:
    """Yield what is known of the items of every player, by id."""
    after = ""
    while holdings := await page(after, size):
        for holding in holdings:
            yield holding
        after = holdings[-1].player_id


def _owned(holding: Holding) -> dict[str, list[tuple[ItemInstance, str]]]:
    """Return the items of a state with all their places, of which there should be one each."""
    state = None if holding.stored is None else holding.stored.state
    owned: dict[str, list[tuple[ItemInstance, str]]] = {}
    for instance, place in () if state is None else placed(state.inventory, state.equipment.slots):
        owned.setdefault(instance.instance_id, []).append((instance, place))
    return owned


def _agrees(moved: Movement, instance: ItemInstance, place: str) -> bool:
    return (moved.target, moved.template_id, moved.quantity) == (place, instance.template_id, instance.quantity)


def _stands_in(instance_id: str, texts: tuple[str, ...]) -> bool:
    """Tell whether the text of a quarantined record, readable or not, names an item."""
    quoted = encode(instance_id).decode()
    return any(quoted in text for text in texts)


def _by_the_ledger(row: LedgerRow | None) -> str:
    if row is None:
        return "the ledger has no row about it"
    moved = row.event.movement
    return f"by the ledger {_amount(moved)} in {moved.target or 'no place any more'}"


def _amount(instance: ItemInstance | Movement) -> str:
    return f"{instance.quantity} of {instance.template_id!r}"
