"""A store that forgets everything when the process ends: for tests, and for worlds in which nothing matters."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar

from attrs import evolve, frozen
from msgspec.structs import astuple
from twisted.internet.defer import Deferred, execute, succeed
from zope.interface import implementer

from mmod.errors import ItemTaken, StoreAway, Superseded
from mmod.interfaces import IStore
from mmod.session.claims import Claim, ClaimRequest, Holding, Owner, Quarantined, Save, SaveResult, StoredPlayer
from mmod.session.columns import Basis, Columns
from mmod.session.ledger import ItemEvent, LedgerRow
from mmod.session.resume import ResumeMark
from mmod.store.migrate import SchemaStatus
from mmod.store.rows import (
    DISOWNING,
    Row,
    check_claims,
    check_player_id,
    checked_saves,
    checked_state,
    claim_of,
    holders,
    imported_events,
    instance_ids,
    refusal,
    reinstated_events,
    set_aside_events,
    stored_player,
    succeeding,
)
from mmod.world.state import PlayerState

T = TypeVar("T")


@frozen
class SetAside:
    """A row in quarantine, and what is told of it."""

    row: Row
    entry: Quarantined


@implementer(IStore)
class MemoryStore:
    """Keeps rows in a dictionary, as the columns a database would hold; `now` gives unix seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.rows: dict[str, Row] = {}
        self.ledger: list[LedgerRow] = []
        self._entry_keys: set[tuple[str, int, int]] = set()
        self._set_aside: dict[int, SetAside] = {}
        self._last_quarantine_id = 0
        self._now = now
        self._open = False

    def schema(self) -> Deferred[SchemaStatus]:
        """See `IStore.schema`; there is none."""
        return succeed(SchemaStatus(0, ()))

    def migrate(self) -> Deferred[None]:
        """Open the store."""
        self._open = True
        return execute(lambda: None)

    def claim(self, requests: Sequence[ClaimRequest]) -> Deferred[list[Claim]]:
        """See `IStore.claim`."""

        def claim() -> list[Claim]:
            check_claims(requests)
            return [self._claim_one(request) for request in requests]

        return self._execute(claim)

    def save(self, saves: Sequence[Save]) -> Deferred[list[SaveResult]]:
        """See `IStore.save`."""

        def save() -> list[SaveResult]:
            columns = checked_saves(saves)
            return [self._save_one(*pair) for pair in zip(saves, columns, strict=True)]

        return self._execute(save)

    def lost(self, epochs: Mapping[str, int]) -> Deferred[dict[str, Owner | None]]:
        """See `IStore.lost`."""

        def lost() -> dict[str, Owner | None]:
            owners = {player_id: self._owner(player_id) for player_id in epochs}
            return {
                player_id: owner
                for player_id, owner in owners.items()
                if owner is None or owner.epoch != epochs[player_id]
            }

        return self._execute(lost)

    def read(self, player_id: str) -> Deferred[StoredPlayer | None]:
        """See `IStore.read`."""

        def read() -> StoredPlayer | None:
            row = self.rows.get(player_id)
            return None if row is None else stored_player(row)

        return self._execute(read)

    def players(self, after: str, limit: int) -> Deferred[list[StoredPlayer]]:
        """See `IStore.players`."""

        def players() -> list[StoredPlayer]:
            page = sorted(player_id for player_id in self.rows if player_id > after)[: max(limit, 0)]
            return [stored_player(self.rows[player_id]) for player_id in page]

        return self._execute(players)

    def quarantine(self, player_id: str, epoch: int, reason: str) -> Deferred[None]:
        """See `IStore.quarantine`."""

        def quarantine() -> None:
            row = self.rows.get(player_id)
            if row is None or row.epoch != epoch:
                raise Superseded(f"player {player_id!r} is not owned under epoch {epoch}")
            self._put_aside(row, reason)
            self.rows[player_id] = evolve(row, columns=None)
            self._note(player_id, epoch, set_aside_events(row, self._now()))

        return self._execute(quarantine)

    def quarantined(self) -> Deferred[list[Quarantined]]:
        """See `IStore.quarantined`."""
        return self._execute(lambda: [aside.entry for aside in self._set_aside.values()])

    def restore(self, quarantine_id: int) -> Deferred[bool]:
        """See `IStore.restore`; a state that stands in the way is set aside in its turn."""

        def restore() -> bool:
            aside = self._set_aside.get(quarantine_id)
            if aside is None:
                return False
            self._require_nobody_elses(aside.row.player_id, instance_ids(aside.row.reading().state))
            present = self.rows.get(aside.row.player_id)
            if present is not None:
                self._put_aside(present, f"replaced by quarantined row {quarantine_id}")
            epoch, version = succeeding(aside.row, present)
            restored = evolve(aside.row, epoch=epoch, version=version, mark=None)
            self.rows[restored.player_id] = restored
            del self._set_aside[quarantine_id]
            self._note(restored.player_id, restored.epoch, set_aside_events(present, self._now()))
            self._note(restored.player_id, restored.epoch, reinstated_events(restored, self._now()))
            return True

        return self._execute(restore)

    def history(self, instance_id: str) -> Deferred[list[LedgerRow]]:
        """See `IStore.history`."""
        return self._execute(lambda: [row for row in self.ledger if row.event.movement.instance_id == instance_id])

    def moves(self, player_id: str, limit: int) -> Deferred[list[LedgerRow]]:
        """See `IStore.moves`."""
        return self._execute(lambda: self._rows_of(player_id)[::-1][: max(limit, 0)])

    def holdings(self, after: str, limit: int) -> Deferred[list[Holding]]:
        """See `IStore.holdings`."""

        def holdings() -> list[Holding]:
            known = {*self.rows, *(row.player_id for row in self.ledger)}
            page = sorted(player_id for player_id in known if player_id > after)[: max(limit, 0)]
            return [self._holding(player_id) for player_id in page]

        return self._execute(holdings)

    def replace(self, player_id: str, state: PlayerState) -> Deferred[int]:
        """See `IStore.replace`."""

        def replace() -> int:
            check_player_id(player_id)
            columns = checked_state(state, None)
            self._require_nobody_elses(player_id, instance_ids(state))
            present = self.rows.get(player_id)
            epoch, version = (present.epoch + 1, present.version + 1) if present else (1, 1)
            self.rows[player_id] = Row(player_id, epoch, version, None, columns)
            self._note(player_id, epoch, imported_events(present, state, self._now()))
            return epoch

        return self._execute(replace)

    def disown(self) -> Deferred[int]:
        """See `IStore.disown`."""

        def disown() -> int:
            self.rows = {
                player_id: evolve(row, epoch=row.epoch + DISOWNING, mark=None) for player_id, row in self.rows.items()
            }
            return len(self.rows)

        return self._execute(disown)

    def ping(self) -> Deferred[None]:
        """Answer."""
        return self._execute(lambda: None)

    def close(self) -> Deferred[None]:
        """Answer nothing any more."""
        self._open = False
        return execute(lambda: None)

    def _execute(self, operation: Callable[[], T]) -> Deferred[T]:
        def checked() -> T:
            if not self._open:
                raise StoreAway("the store is not open")
            return operation()

        return execute(checked)

    def _owner(self, player_id: str) -> Owner | None:
        row = self.rows.get(player_id)
        return None if row is None else Owner(row.epoch, row.mark.token_hash if row.mark else None)

    def _claim_one(self, request: ClaimRequest) -> Claim:
        row = self.rows.get(request.player_id)
        claim = claim_of(request, row)
        mark = ResumeMark(request.next_token_hash, ended_at=None)
        columns = None if row is None else row.columns
        self.rows[request.player_id] = Row(request.player_id, claim.epoch, claim.version, mark, columns)
        return claim

    def _save_one(self, save: Save, columns: Columns) -> SaveResult:
        row = self.rows.get(save.player_id)
        if row is None or row.epoch != save.epoch or row.version >= save.version or not _holds(row, save.basis):
            return refusal(save, None if row is None else (row.epoch, row.version))
        written = columns if row.columns is None else _over(columns, row.columns)
        self.rows[save.player_id] = evolve(row, version=save.version, mark=_mark_after(save, row), columns=written)
        for entry in save.entries:
            key = (save.player_id, entry.epoch, entry.number)
            if key not in self._entry_keys:
                self._entry_keys.add(key)
                self._note(save.player_id, entry.epoch, [entry.event])
        return SaveResult.STORED

    def _note(self, player_id: str, epoch: int, events: Iterable[ItemEvent]) -> None:
        self.ledger += [
            LedgerRow(entry_id, player_id, epoch, event) for entry_id, event in enumerate(events, len(self.ledger) + 1)
        ]

    def _require_nobody_elses(self, player_id: str, wanted: Collection[str]) -> None:
        entries = [(row.player_id, row.event.movement) for row in self.ledger if row.player_id != player_id]
        newest = {(moved.instance_id, holder): moved.target for holder, moved in entries}
        by_the_ledger = {
            instance_id: holder
            for (instance_id, holder), target in newest.items()
            if instance_id in wanted and target is not None
        }
        taken = holders((row for row in self.rows.values() if row.player_id != player_id), wanted) | by_the_ledger
        if taken:
            raise ItemTaken(taken)

    def _rows_of(self, player_id: str) -> list[LedgerRow]:
        return [row for row in self.ledger if row.player_id == player_id]

    def _holding(self, player_id: str) -> Holding:
        row = self.rows.get(player_id)
        newest = {entry.event.movement.instance_id: entry for entry in self._rows_of(player_id)}
        aside = [each.row.columns for each in self._set_aside.values() if each.row.player_id == player_id]
        return Holding(
            player_id,
            None if row is None else stored_player(row),
            tuple(newest[instance_id] for instance_id in sorted(newest)),
            tuple(f"{columns.inventory!s}{columns.equipment!s}" for columns in aside if columns is not None),
        )

    def _put_aside(self, row: Row, reason: str) -> None:
        if row.columns is None:
            return
        self._last_quarantine_id += 1
        entry = Quarantined(self._last_quarantine_id, row.player_id, reason, self._now())
        self._set_aside[entry.quarantine_id] = SetAside(row, entry)


def _holds(row: Row, basis: Basis | None) -> bool:
    return basis is None or (row.version == basis.version and row.columns is not None)


def _over(columns: Columns, present: Columns) -> Columns:
    """Return columns, with the present ones where they are None."""
    return Columns(*(old if new is None else new for new, old in zip(astuple(columns), astuple(present), strict=True)))


def _mark_after(save: Save, row: Row) -> ResumeMark | None:
    token_hash = save.resume_hash or (row.mark.token_hash if row.mark else None)
    return None if token_hash is None else ResumeMark(token_hash, save.disconnected_at)
