"""What every store does alike: the row of a player, the answers it gives, and the requests that no store takes."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from attrs import frozen
from msgspec.json import encode

from mmod.items.movements import Placed, movements, placed, reinstated, set_aside
from mmod.session.claims import Claim, ClaimRequest, Owner, Save, SaveResult, StoredPlayer
from mmod.session.columns import Basis, Columns, Encoded
from mmod.session.ledger import ItemEvent
from mmod.session.resume import ResumeMark
from mmod.store.records import JSON_COLUMNS, Reading, as_they_are, check_text, decoded, encoded
from mmod.world.state import PlayerState

#: By how much `disown` raises epochs: by more than a player can have joined since any backup worth restoring (once a
#: second for eleven days), so that no epoch given out after the backup comes back; 2^43 restorations fit.
DISOWNING = 1_000_000


@frozen
class Row:
    """One player as a store holds it; `columns` is None for a player that was claimed and never saved."""

    player_id: str
    epoch: int
    version: int
    mark: ResumeMark | None
    columns: Columns | None

    def reading(self) -> Reading:
        """Return what is stored of the player."""
        return Reading(None) if self.columns is None else decoded(self.columns)


def claim_of(request: ClaimRequest, row: Row | None) -> Claim:
    """Return the answer to a claim that found `row` (None for a new player)."""
    if row is None:
        return Claim(request.player_id, 1, 0, 0, resumed=request.attempt.accepted_by(None), state=None)
    reading = row.reading()
    return Claim(
        request.player_id,
        epoch=row.epoch + 1,
        previous_epoch=row.epoch,
        version=row.version,
        resumed=request.attempt.accepted_by(row.mark),
        state=reading.state,
        unreadable=reading.unreadable,
        previous_hash=row.mark.token_hash if row.mark else None,
    )


def resume_mark(resume_hash: object, ended_at: object) -> ResumeMark | None:
    """Return a resume mark, None for columns that hold none: a player can always join without one."""
    if not isinstance(resume_hash, bytes) or not isinstance(ended_at, float | None):
        return None
    return ResumeMark(resume_hash, ended_at)


def owner(epoch: int | None, resume_hash: object) -> Owner | None:
    """Return the owner that two columns tell of, None for a row that is not there; a damaged hash proves nothing."""
    return None if epoch is None else Owner(epoch, resume_hash if isinstance(resume_hash, bytes) else None)


def succeeding(aside: Row, present: Row | None) -> tuple[int, int]:
    """Return the epoch and the version of a row that is put back in place of the present one."""
    others = present or aside
    return max(aside.epoch, others.epoch) + 1, max(aside.version, others.version)


def stored_player(row: Row) -> StoredPlayer:
    """Return a row as an administrator reads it."""
    reading = row.reading()
    raw = None if row.columns is None or reading.unreadable is None else as_they_are(row.columns)
    return StoredPlayer(row.player_id, row.epoch, row.version, reading.state, reading.unreadable, raw)


# --- what a store tells the ledger itself -----------------------------------------------------------------------------


def set_aside_events(row: Row | None, now: float) -> Iterator[ItemEvent]:
    """Yield what happens to the items of a row that goes into the quarantine, none when they cannot be read."""
    return (ItemEvent(movement, "quarantine", 0, now) for movement in set_aside(_items(row)))


def reinstated_events(row: Row, now: float) -> Iterator[ItemEvent]:
    """Yield what happens to the items of a row that comes back from the quarantine, none when they cannot be read."""
    return (ItemEvent(movement, "reinstate", 0, now) for movement in reinstated(_items(row)))


def imported_events(row: Row | None, state: PlayerState, now: float) -> Iterator[ItemEvent]:
    """Yield what happens to the items of a player whose row is replaced by a state."""
    after = placed(state.inventory, state.equipment.slots)
    return (ItemEvent(movement, "import", 0, now) for movement in movements(_items(row), after))


def instance_ids(state: PlayerState | None) -> list[str]:
    """Return the items of a state, carried and worn; none of one that is not there or cannot be read."""
    return [] if state is None else [item.instance_id for item, _ in placed(state.inventory, state.equipment.slots)]


def holders(rows: Iterable[Row], wanted: Collection[str]) -> dict[str, str]:
    """Return which players have wanted items in their states, by instance ids."""
    return {
        instance_id: row.player_id
        for row in rows
        for instance_id in instance_ids(row.reading().state)
        if instance_id in wanted
    }


def quoted(instance_ids: Iterable[str]) -> list[str]:
    """Return ids as they stand in the JSON of a state."""
    return [encode(instance_id).decode() for instance_id in instance_ids]


def ledger_values(event: ItemEvent) -> dict[str, Any]:
    """Return the columns of an event that do not belong to its key."""
    moved = event.movement
    return {
        "happened_at": event.at,
        "cause": event.cause,
        "seq": event.seq,
        "instance_id": moved.instance_id,
        "template_id": moved.template_id,
        "quantity": moved.quantity,
        "origin": moved.origin,
        "target": moved.target,
    }


def _items(row: Row | None) -> Placed:
    state = None if row is None else row.reading().state
    return () if state is None else placed(state.inventory, state.equipment.slots)


def refusal(save: Save, stamp: tuple[int, int] | None) -> SaveResult:
    """Return why a save was not written to a row with this epoch and version, None for a row that is not there."""
    if stamp is None or stamp[0] != save.epoch:
        return SaveResult.SUPERSEDED
    return SaveResult.PRESENT if stamp[1] >= save.version else SaveResult.STALE


# --- what no store takes ----------------------------------------------------------------------------------------------


def check_claims(requests: Sequence[ClaimRequest]) -> None:
    """Raise `ValueError` unless all players are different and can be stored under their ids and names."""
    check_players(request.player_id for request in requests)
    for request in requests:
        check_text(request.name)


def checked_saves(saves: Sequence[Save]) -> list[Columns]:
    """Return what each save writes; raise `ValueError` unless all can be stored and all players are different.

    A column is None where the save is partial and leaves it to the row.
    """
    check_players(save.player_id for save in saves)
    return [_changed(save.columns or checked_state(save.state, save.disconnected_at), save.basis) for save in saves]


def _changed(columns: Columns, basis: Basis | None) -> Columns:
    if basis is None:
        return columns
    held = basis.columns
    parts = [None if (part := getattr(columns, name)) == getattr(held, name) else part for name in JSON_COLUMNS]
    return Columns(columns.name, columns.x, columns.z, *parts)


def checked_state(state: PlayerState, disconnected_at: float | None, known: Encoded | None = None) -> Columns:
    """Return the columns of a state; raise `ValueError` when it cannot be stored."""
    if disconnected_at is not None and not math.isfinite(disconnected_at):
        raise ValueError(f"a connection cannot have ended at {disconnected_at}")
    return encoded(state, known)


def check_player_id(player_id: str) -> None:
    """Raise `ValueError` for an id under which nobody can be stored."""
    if not player_id:
        raise ValueError("a player id must not be empty")
    check_text(player_id)


def storable(player_id: str) -> bool:
    """Tell whether somebody may be stored under an id; nobody needs to be looked for under any other."""
    try:
        check_player_id(player_id)
    except ValueError:
        return False
    return True


def check_players(player_ids: Iterable[str]) -> None:
    """Raise `ValueError` unless all players are different and can be stored under their ids."""
    seen: set[str] = set()
    for player_id in player_ids:
        check_player_id(player_id)
        if player_id in seen:
            raise ValueError(f"player {player_id!r} is in one batch twice")
        seen.add(player_id)
