"""The numbers of the item rules; defaults from the design's table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import field, frozen

#: Where things can be worn, in the order in which they are shown.
SLOTS = ("main_hand", "off_hand", "chest", "legs", "feet", "head")

#: Where an item goes when nobody says where.
DEFAULT_COMPARTMENT = "backpack"

DEFAULT_CAPS: Mapping[str, float] = MappingProxyType({"backpack": 50.0, "belt": 10.0, "craft_bag": 30.0})

#: How far above a limit a sum may lie and still keep it, whatever the unit (ten times 0.1 must fit into 1), and how
#: long before its end (s) a cooldown counts as over.
TOLERANCE = 1e-9


@frozen
class ItemRules:
    """How much a player may carry, and how fast it may change what it wears."""

    #: Weight a player can carry and wear before nothing more fits, in units of the catalogue.
    weight_limit: float = 100.0
    #: Bulk each compartment holds.
    compartment_caps: Mapping[str, float] = field(default=DEFAULT_CAPS)
    #: Seconds of world time after `equip` in which its slot takes nothing else.
    equip_cooldown: float = 2.0
    #: Fraction of the weight limit from which movement slows.
    penalty_from: float = 0.8
    #: Factor on the speed at exactly the weight limit; beyond it the factor is this divided by the fraction.
    penalty_at_limit: float = 0.5
