"""The item ledger held against what players have: every item is where its newest row puts it, and nowhere else.

A `Holding` is of one moment, so a daemon may play on meanwhile.  Players are looked at one after the other, and all
that is kept of those before is whose each item was; rules never move an item from one player to another, so one that is
met twice is doubled.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

from msgspec.json import encode

from mmod.items.instances import ItemInstance
from mmod.items.movements import Movement, placed
from mmod.session.claims import Holding
from mmod.session.ledger import LedgerRow
from mmod.store.findings import Finding, Summary, Violation
from mmod.store.owners import Owners

#: Players in one question of a command, which has nothing else to do: enough that asking costs little.
PAGE = 100

#: An item wherever a state has it: in one place, unless it is doubled.
Places = list[tuple[ItemInstance, str]]

#: Asks for at most so many holdings after a player id.
Page = Callable[[str, int], Awaitable[list[Holding]]]


class Audit:
    """Takes the holdings of all players, each once, in any order."""

    def __init__(self) -> None:
        self._owners = Owners()
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

    def _present(self, player_id: str, instance_id: str, places: Places, row: LedgerRow | None) -> Iterator[Finding]:
        """Look at an item that is in a state."""
        other = self._owners.first(instance_id, player_id)
        violation = Violation.DOUBLED if other != player_id else _violation(places, row)
        if violation is None:
            return
        shown = " and ".join(f"{_amount(instance)} in {place}" for instance, place in places)
        detail = f"{shown}; {_by_the_ledger(row)}" + (f"; also player {other!r} has it" if other != player_id else "")
        yield Finding(violation, player_id, instance_id, None if row is None else row.entry_id, detail)

    def _absent(self, holding: Holding, row: LedgerRow) -> Iterator[Finding]:
        """Look at an item that a player has had, and that its state lacks."""
        moved, player_id = row.event.movement, holding.player_id
        if moved.target is None:
            return
        if not _stands_in(moved.instance_id, holding.set_aside):
            detail = f"not in the state; {_by_the_ledger(row)}"
            yield Finding(Violation.MISSING, player_id, moved.instance_id, row.entry_id, detail)
            return
        self._set_aside += 1
        other = self._owners.first(moved.instance_id, player_id)
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


def _owned(holding: Holding) -> dict[str, Places]:
    """Return the items of a state with all their places, of which there should be one each."""
    state = None if holding.stored is None else holding.stored.state
    owned: dict[str, Places] = {}
    for instance, place in () if state is None else placed(state.inventory, state.equipment.slots):
        owned.setdefault(instance.instance_id, []).append((instance, place))
    return owned


def _violation(places: Places, row: LedgerRow | None) -> Violation | None:
    """Return what is wrong with an item as one player's, None when its one place is that of its newest row."""
    if len(places) > 1:
        return Violation.DOUBLED
    if row is None:
        return Violation.UNRECORDED
    (instance, place), moved = places[0], row.event.movement
    agrees = (moved.target, moved.template_id, moved.quantity) == (place, instance.template_id, instance.quantity)
    return None if agrees else Violation.MISPLACED


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
