"""How what a player carries and wears slows it."""

from __future__ import annotations

from msgspec import Struct


class Encumbrance(Struct, frozen=True):
    """Weight is carried plus worn, bulk only carried; the two `_pct` are fractions (1 is full)."""

    current_weight: float
    max_weight: float
    current_bulk: float
    max_bulk: float
    weight_pct: float
    bulk_pct: float
    #: Factor on the speed, 1 for an unburdened player.
    movement_penalty: float
