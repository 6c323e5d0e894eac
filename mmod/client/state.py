"""What a player knows at one tick, whole.

The wire sends inventory, equipment and skills only when they change.  A reader who takes the newest state and leaves
out those before would miss them, so here each state has them all.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, frozen
from msgspec import UNSET

from mmod.client.reading import View, Welcome
from mmod.client.values import STILL, Entity, Equipment, Inventory, Point
from mmod.items.encumbrance import Encumbrance
from mmod.wire.messages import CellName, WorldConfig


@frozen
class State:
    """What a player sees, has and is.  Metres, metres per second; x east, z north."""

    player_id: str
    #: Ticks of the world since it began; `world.tick_hz` of them are a second.
    tick: int
    #: The highest input sequence that this state contains.
    ack: int
    pos: Point
    vel: Point
    #: The cell that owns the player.
    cell: CellName
    #: All others within `world.aoi_radius`.
    entities: Sequence[Entity]
    inventory: Inventory
    equipment: Equipment
    #: The level of every skill there is.
    skills: dict[str, int]
    #: The settings that movement goes by.
    world: WorldConfig
    #: The tick at which `equipment` was said.
    equipment_tick: int

    @property
    def players(self) -> list[Entity]:
        """The entities that are players."""
        return [entity for entity in self.entities if entity.kind == "player"]

    @property
    def encumbrance(self) -> Encumbrance:
        """How much the player carries and wears, and how that slows it."""
        return self.inventory.encumbrance

    def cooldown(self, slot: str) -> float:
        """Return the seconds until a slot takes something else; 0 for an empty one, of which the wire says nothing."""
        worn = self.equipment.slots.get(slot)
        if worn is None:
            return 0.0
        return max(0.0, worn.cooldown_remaining - (self.tick - self.equipment_tick) / self.world.tick_hz)


def begun(welcome: Welcome) -> State:
    """Return what a player knows that has just joined: nobody else yet."""
    return State(
        player_id=welcome.playerID,
        tick=welcome.tick,
        ack=welcome.ack,
        pos=welcome.pos,
        vel=STILL,
        cell=welcome.cell,
        entities=(),
        inventory=welcome.inventory,
        equipment=welcome.equipment,
        skills=welcome.skills,
        world=welcome.config,
        equipment_tick=welcome.tick,
    )


def shown(state: State, view: View) -> State:
    """Return what a player knows after it was shown a `state`."""
    return evolve(
        state,
        tick=view.tick,
        ack=view.ack,
        pos=view.player.pos,
        vel=view.player.vel,
        entities=view.entities,
        inventory=state.inventory if view.inventory is UNSET else view.inventory,
        equipment=state.equipment if view.equipment is UNSET else view.equipment,
        equipment_tick=state.equipment_tick if view.equipment is UNSET else view.tick,
        skills=state.skills if view.skills is UNSET else view.skills,
    )


def handed_over(state: State, target: CellName) -> State:
    """Return what a player knows that another cell owns now."""
    return evolve(state, cell=target)
