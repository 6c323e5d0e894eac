"""A joined client: what it is shown of its own belongings, and which of it it was sent already."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define

from mmod.items.equipment import Equipment
from mmod.items.rules import ItemRules
from mmod.shard.connection import Connection
from mmod.wire.delta.sight import NOTHING
from mmod.wire.snapshot import Part
from mmod.wire.views import encode_part, equipment_view, inventory_view, skills_view
from mmod.world.events import EquipmentChanged, InventoryChanged, SkillsChanged
from mmod.world.state import Versions
from mmod.world.views import Player

PrivateChange = InventoryChanged | EquipmentChanged | SkillsChanged


@define
class _Private:
    """One private part: its newest version, and the one last sent."""

    version: int
    sent: int


class Viewer:
    """One player's eyes, from `join_ack` until its session ends.

    Its `turn` is in which of the ticks between two snapshots it is shown the world: those that give this remainder.

    `join_ack` carried everything as it was then, so nothing is due at first.
    """

    __slots__ = (
        "_encoded_inventory",
        "_encoded_skills",
        "_equipment",
        "_inventory",
        "_rules",
        "_skills",
        "_worn",
        "binary",
        "connection",
        "heard",
        "heard_before",
        "outbox",
        "outlet",
        "owed",
        "player_id",
        "session",
        "sight",
        "turn",
    )

    def __init__(self, player: Player, connection: Connection, rules: ItemRules, turn: int = 0) -> None:
        self.player_id = player.id
        self.turn = turn
        #: The ticks after which its last two messages came.
        self.heard = self.heard_before = 0
        self.connection = connection
        self.session = connection.session
        #: The way out for its states.
        self.outlet = connection.outlet
        #: Says whether its client reads; that of a connection never changes.
        self.outbox = connection.session.outbox
        #: Whether its states are binary; the dialect of a connection never changes.
        self.binary = connection.dialect.binary
        #: What its client was last sent, for the dialect that needs to know.
        self.sight = NOTHING
        self._rules = rules
        versions: Versions = player.versions
        self._inventory = _Private(versions.inventory, versions.inventory)
        self._equipment = _Private(versions.equipment, versions.equipment)
        self._skills = _Private(versions.skills, versions.skills)
        #: Whether any part may be due.
        self.owed = False
        self._encoded_inventory = b""
        self._worn = Equipment()
        self._encoded_skills = b""

    def changed(self, change: PrivateChange) -> None:
        """Take a change of a private part; it goes out with the next state."""
        self.owed = True
        if isinstance(change, InventoryChanged):
            self._inventory.version = change.version
            self._encoded_inventory = encode_part(inventory_view(change.inventory, change.encumbrance, self._rules))
        elif isinstance(change, EquipmentChanged):
            self._equipment.version = change.version
            self._worn = change.equipment
        else:
            self._skills.version = change.version
            self._encoded_skills = encode_part(skills_view(change.skills))

    def due_parts(self, now: float) -> Sequence[Part]:
        """Return the parts whose version differs from the one last sent, as of world time `now` (s), and count them as
        sent.
        """
        if not self.owed:
            return ()
        self.owed = False
        parts: list[Part] = []
        if self._due(self._inventory):
            parts.append(("inventory", self._encoded_inventory))
        if self._due(self._equipment):
            parts.append(("equipment", encode_part(equipment_view(self._worn, now))))
        if self._due(self._skills):
            parts.append(("skills", self._encoded_skills))
        return parts

    def _due(self, part: _Private) -> bool:
        due = part.sent != part.version
        part.sent = part.version
        return due
