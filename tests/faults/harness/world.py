"""What there is in the world, as the daemon or its database shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import msgspec
from attrs import frozen

from mmod.store.records import JSON_COLUMNS, STATE_COLUMNS, Columns, decoded
from mmod.wire.messages import EquipmentView, InventoryView
from mmod.world.state import PlayerState, Versions
from tests.functional.harness.database import PostgresDatabase, SQLiteDatabase
from tests.functional.harness.operator import Operator


@frozen
class Place:
    """Where a player has an item."""

    kind: Literal["compartment", "slot"]
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@frozen
class Item:
    """One item where it was found, or where it was promised."""

    instance_id: str
    template_id: str
    quantity: int
    place: Place


@frozen
class Person:
    """One player; what comes from the admin API has no versions."""

    items: tuple[Item, ...]
    x: float
    z: float
    epoch: int
    version: int = 0
    versions: Versions = Versions()


#: Players by their ids.
World = Mapping[str, Person]


def items(inventory: Any, worn: Mapping[str, Any]) -> tuple[Item, ...]:
    """Return everything in an inventory and in slots, both as the daemon's own types have it."""
    stowed = ((stowed.instance, Place("compartment", stowed.compartment)) for stowed in inventory.items)
    in_slots = ((instance, Place("slot", slot)) for slot, instance in worn.items())
    return tuple(
        Item(instance.instance_id, instance.template_id, instance.quantity, place)
        for instance, place in (*stowed, *in_slots)
    )


def shown_items(inventory: InventoryView, equipment: EquipmentView) -> tuple[Item, ...]:
    """Return everything in the views of the protocol and of the admin API."""
    return items(inventory, {slot: worn.instance for slot, worn in equipment.slots.items()})


def live_world(operator: Operator, player_ids: Iterable[str]) -> dict[str, Person]:
    """Return players as the admin API shows them."""
    return {player_id: _live(operator.player(player_id)) for player_id in player_ids}


def stored_world(database: PostgresDatabase | SQLiteDatabase) -> dict[str, Person]:
    """Return all players that were ever saved, as the database has them."""
    columns = [f"CAST({column} AS text)" if column in JSON_COLUMNS else column for column in STATE_COLUMNS]
    query = f"SELECT player_id, epoch, version, {', '.join(columns)} FROM player_state WHERE has_state"  # noqa: S608
    rows = database.execute(query)
    return dict(_stored(rows))


def _live(answer: Mapping[str, Any]) -> Person:
    inventory = msgspec.convert(answer["inventory"], InventoryView)
    equipment = msgspec.convert(answer["equipment"], EquipmentView)
    at = answer["pos"]
    return Person(shown_items(inventory, equipment), at["x"], at["z"], answer["epoch"])


def _stored(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[str, Person]]:
    for player_id, epoch, version, *columns in rows:
        reading = decoded(Columns(*columns))
        assert reading.state is not None, f"the record of {player_id} cannot be read: {reading.unreadable}"
        yield player_id, _at_rest(epoch, version, reading.state)


def _at_rest(epoch: int, version: int, state: PlayerState) -> Person:
    owned = items(state.inventory, state.equipment.slots)
    return Person(owned, state.x, state.z, epoch, version, state.versions)
