"""From values of the world to their form on the wire: numbers rounded to 3 decimals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from mmod.items.encumbrance import Encumbrance
from mmod.items.equipment import Equipment
from mmod.items.inventory import Inventory
from mmod.items.rules import ItemRules
from mmod.spatial.cells import Cell
from mmod.spatial.vector import Vector
from mmod.wire.messages import CellName, EntityView, EquipmentView, InventoryView, Point, WornItem
from mmod.world.frame import Kind
from mmod.world.views import Entity


def rounded(number: float) -> float:
    """Round to the wire's 3 decimals, without a negative zero."""
    return round(number, 3) + 0.0


def point(vector: Vector) -> Point:
    """Return a position or velocity as the wire shows it."""
    return Point(rounded(vector.x), rounded(vector.z))


def cell_name(cell: Cell) -> CellName:
    """Return a cell as the wire shows it."""
    return CellName(cell.cx, cell.cz)


def entity_view(entity: Entity) -> EntityView:
    """Return anything that stands in the world as the wire shows it."""
    kind: Literal["player", "bot"] = "player" if entity.kind is Kind.PLAYER else "bot"
    return EntityView(entity.id, point(entity.pos), point(entity.vel), kind, entity.name)


def encumbrance_view(encumbrance: Encumbrance) -> Encumbrance:
    """Return the same with every number rounded."""
    return Encumbrance(*(rounded(getattr(encumbrance, field)) for field in Encumbrance.__struct_fields__))


def inventory_view(inventory: Inventory, encumbrance: Encumbrance, rules: ItemRules) -> InventoryView:
    """Return the whole inventory as the wire shows it."""
    return InventoryView(
        items=inventory.items,
        compartment_caps=dict(rules.compartment_caps),
        weight_limit=rules.weight_limit,
        encumbrance=encumbrance_view(encumbrance),
    )


def equipment_view(equipment: Equipment, now: float) -> EquipmentView:
    """Return the whole equipment as the wire shows it at world time `now` (s)."""
    return EquipmentView(
        {
            slot: WornItem(instance, rounded(max(0.0, equipment.free_at.get(slot, now) - now)))
            for slot, instance in equipment.slots.items()
        }
    )


def skills_view(skills: Mapping[str, int]) -> dict[str, int]:
    """Return all skills as the wire shows them."""
    return dict(skills)


#: Encodes one value of this module into the bytes that `mmod.wire.snapshot` joins into states.
encode_part = msgspec.json.Encoder().encode
