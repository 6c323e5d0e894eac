"""What happened in the world: frozen values in the past tense, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from mmod.errors import RemoteError
from mmod.items.encumbrance import Encumbrance
from mmod.items.equipment import Equipment
from mmod.items.inventory import Inventory
from mmod.items.movements import Cause, Movement
from mmod.spatial.cells import Cell

Operation = Literal["equip", "unequip"]


@frozen
class Joined:
    """A player is in the world; `attached` when it was there already."""

    player_id: str
    attached: bool


@frozen
class Left:
    """A player is no longer in the world."""

    player_id: str


@frozen
class HandedOver:
    """Another cell owns the player from this tick on."""

    player_id: str
    origin: Cell
    target: Cell


@frozen
class InventoryChanged:
    """The whole inventory as it is now; `version` is one higher than before."""

    player_id: str
    version: int
    inventory: Inventory
    encumbrance: Encumbrance


@frozen
class EquipmentChanged:
    """The whole equipment as it is now."""

    player_id: str
    version: int
    equipment: Equipment


@frozen
class SkillsChanged:
    """All skills as they are now."""

    player_id: str
    version: int
    skills: Mapping[str, int]


@frozen
class ItemsMoved:
    """Items of a player came into being, changed their places or ceased to be, all at once; `seq` as in the command."""

    player_id: str
    movements: tuple[Movement, ...]
    cause: Cause
    seq: int = 0


@frozen
class Equipped:
    """An item went from the inventory into a slot (`seq` as in the command)."""

    player_id: str
    seq: int
    slot: str
    instance_id: str


@frozen
class Unequipped:
    """An item went from a slot into the inventory."""

    player_id: str
    seq: int
    slot: str
    instance_id: str


@frozen
class Granted:
    """An item came into being."""

    player_id: str
    instance_id: str


@frozen
class Refused:
    """A command changed nothing, and why; `operation`, `slot` and `seq` are set for equip and unequip."""

    player_id: str
    error: RemoteError
    operation: Operation | None = None
    slot: str = ""
    seq: int = 0


Event = (
    Joined
    | Left
    | HandedOver
    | InventoryChanged
    | EquipmentChanged
    | SkillsChanged
    | ItemsMoved
    | Equipped
    | Unequipped
    | Granted
    | Refused
)
