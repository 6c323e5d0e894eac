"""What a player carries, by compartment."""

from __future__ import annotations

from msgspec import Struct

from mmod.items.instances import Stowed


class Inventory(Struct, frozen=True, forbid_unknown_fields=True):
    """The stowed items in the order in which they came."""

    items: tuple[Stowed, ...] = ()
