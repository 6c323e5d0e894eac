"""Every error mmod raises on purpose.

Two families hang from one root.  A `LocalError` is a mistake on our side of the wire: a wrong setting, an unreadable
file, a database that is away.  Its text is written for the operator and never leaves the machine.  A `RemoteError` is
something a client or an administrator asked for and may not have.  It carries a `code` from the wire protocol, and its
text was written for the one who asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class MmodError(Exception):
    """The root of all errors of this package."""


# --- ours -------------------------------------------------------------------------------------------------------------


class LocalError(MmodError):
    """A mistake of the installation or a fault of a part of it; the text is for the operator."""


class ConfigError(LocalError):
    """A setting cannot be used; the text names the key, the value, what is allowed, and the source."""


class CatalogueError(LocalError):
    """The item catalogue cannot be used; the text names the file, the item, and the key."""


class StoreError(LocalError):
    """The store answered with a failure; the cause is chained."""


class StoreAway(StoreError):
    """The store gave no answer in time, or is not running."""


class StoreBusy(StoreAway):
    """More is asked of the store than it may be asked beside its work; nothing was asked."""


class StoreTooNew(StoreError):
    """The database was written by a newer mmod than this one."""


class ItemTaken(StoreError):
    """A state was to be put in place of which other players have items: `holders`, players by instance ids."""

    def __init__(self, holders: Mapping[str, str]) -> None:
        taken = (f"item {instance_id!r} is player {holder!r}'s" for instance_id, holder in sorted(holders.items()))
        super().__init__(", ".join(taken))
        self.holders = holders


class Superseded(StoreError):
    """A save was refused because another join has taken the player over (its epoch is higher)."""


class BadRecord(LocalError):
    """A stored player cannot be used by this world: unknown item, unknown slot, impossible value."""


class BadDelta(LocalError):
    """A binary state cannot be read; for clients, the text says where it goes wrong."""


# --- theirs -----------------------------------------------------------------------------------------------------------


class RemoteError(MmodError):
    """Something a client asked for and may not have; `code` and text are sent to it as they are."""

    code: ClassVar[str] = "error"


class BadRequest(RemoteError):
    """A message that is not what the protocol says."""

    code = "bad_request"


class UnknownType(BadRequest):
    """A well-formed message whose `type` no client may send."""

    code = "unknown_type"


class AuthRefused(RemoteError):
    """The token does not prove an identity.  The text says no more than that."""

    code = "auth"


class Unavailable(RemoteError):
    """The store or the authentication service is away; asking again later may work."""

    code = "unavailable"


class WorldFull(RemoteError):
    """The world holds `max_players` players."""

    code = "world_full"


class UnknownPlayer(RemoteError):
    """No such player is in the world."""

    code = "unknown_player"


class UnknownRecord(RemoteError):
    """Nothing is set aside under that number."""

    code = "unknown_record"


class UnknownItem(RemoteError):
    """The item ledger knows no item of that id."""

    code = "unknown_item"


class PlayerPresent(RemoteError):
    """The player is in the world, where its stored record may not be replaced."""

    code = "player_present"


class ItemElsewhere(RemoteError):
    """A record holds items that other players have; the text names them."""

    code = "item_taken"


class IdempotencyConflict(RemoteError):
    """The idempotency key was used for a different request."""

    code = "idempotency_conflict"


class RuleViolation(RemoteError):
    """A rule of the world forbids it, and nothing has changed.  Codes as in `equipment_result` (protocol.md)."""


class UnknownTemplate(RuleViolation):
    """The catalogue has no such item."""

    code = "unknown_template"


class DuplicateInstance(RuleViolation):
    """An instance id may exist only once in the world."""

    code = "duplicate_instance"


class ItemNotFound(RuleViolation):
    """The inventory holds no such instance."""

    code = "item_not_found"


class IllegalSlot(RuleViolation):
    """The slot does not exist, or the item does not fit there."""

    code = "illegal_slot"


class SkillGate(RuleViolation):
    """A skill the item requires is too low."""

    code = "skill_gate"


class EquipLocked(RuleViolation):
    """The slot is still on its cooldown."""

    code = "equip_locked"


class SlotEmpty(RuleViolation):
    """There is nothing in the slot to take off."""

    code = "slot_empty"


class ExceedsWeight(RuleViolation):
    """The player would carry more than the weight limit."""

    code = "exceeds_weight"


class ExceedsBulk(RuleViolation):
    """The compartment has no room for it."""

    code = "exceeds_bulk"


class UnknownCompartment(RuleViolation):
    """The inventory has no such compartment."""

    code = "unknown_compartment"
