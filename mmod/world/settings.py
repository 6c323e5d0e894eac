"""The numbers of the world's rules; defaults from the design's table.  Units: metres, seconds, hertz."""

from __future__ import annotations

from attrs import Factory, frozen

from mmod.items.rules import ItemRules
from mmod.items.templates import Catalogue
from mmod.spatial.vector import ORIGIN, Vector


@frozen
class WorldSettings:
    """Time, space and movement."""

    tick_hz: int = 20
    snapshot_hz: int = 10
    cell_size: float = 256.0
    aoi_radius: float = 128.0
    handover_hysteresis: float = 2.0
    move_speed: float = 3.0
    #: Positions are clamped to [-bounds, bounds] in x and z.
    bounds: float = 100_000.0
    spawn: Vector = ORIGIN
    #: New players appear uniformly in a disc of this radius around `spawn`.
    spawn_radius: float = 0.0
    max_players: int = 5_000
    #: Seconds a player whose connection ended stays in the world.
    linger: float = 10.0

    @property
    def ticks_per_snapshot(self) -> int:
        """How many ticks lie between two snapshots."""
        return self.tick_hz // self.snapshot_hz


@frozen
class BotSettings:
    """How many bots there are and how they walk."""

    target_per_cell: int = 3
    #: The most bots in the whole world.
    max: int = 100
    speed: float = 1.5
    #: A new direction is chosen after a time drawn uniformly between these two.
    retarget_min: float = 3.0
    retarget_max: float = 7.0
    #: Bots keep this far apart.
    separation: float = 2.0


@frozen
class EngineSettings:
    """Everything that shapes a world; with the seed and the commands it decides every byte of it."""

    world: WorldSettings = WorldSettings()
    bots: BotSettings = BotSettings()
    items: ItemRules = ItemRules()
    catalogue: Catalogue = Factory(Catalogue.empty)
