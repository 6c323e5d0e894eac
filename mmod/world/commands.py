"""The only way into the engine: frozen requests, one per thing that can be asked of the world.

A sequence of commands and ticks is a recording: played into an engine with the same settings and seed it gives the same
events and frames.  Chance therefore comes in from outside, as the instance ids of `Grant` do.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from mmod.items.instances import ItemInstance
from mmod.items.rules import DEFAULT_COMPARTMENT
from mmod.items.templates import Catalogue
from mmod.spatial.vector import Vector
from mmod.world.state import PlayerState


@frozen
class Join:
    """Put a player into the world, or attach to the one that lingers there.

    `state` is what the store held (None for a player never seen); it is ignored when the player is still in the world.
    Unless `resumed`, the client's sequences start again from nothing.
    """

    player_id: str
    name: str
    state: PlayerState | None = None
    resumed: bool = False
    starting_items: tuple[ItemInstance, ...] = ()
    starting_skills: tuple[tuple[str, int], ...] = ()


@frozen
class Leave:
    """The connection ended: the player stops, stays for `linger`, then leaves the world."""

    player_id: str


@frozen
class Evict:
    """Take a player out of the world at once (it was kicked with its session gone, or another daemon owns it)."""

    player_id: str


#: The `seq` of an input, and its intent's x and z, in walking speeds.
Wish = tuple[int, float, float]


@frozen
class Move:
    """An `input` message: walk in the direction of `intent` from now on; ignored unless `seq` is above the last one."""

    player_id: str
    seq: int
    intent: Vector


@frozen
class Moves:
    """Inputs of many players, at most one of each: does what a `Move` of each would do, together.

    `wishes` are by player id.  Who is not in the world (any more) is left out.
    """

    wishes: Mapping[str, Wish]


@frozen
class SetVelocity:
    """Set a velocity (m/s) without the protocol's clamp; encumbrance still slows it."""

    player_id: str
    velocity: Vector


@frozen
class Equip:
    """Put an item from the inventory into a slot.

    `now` is world time in seconds.  `seq` 0 stands for a request without a sequence; any other is applied at most once.
    `store_away` makes the engine refuse it as `unavailable` (after the duplicate check).
    """

    player_id: str
    instance_id: str
    slot: str
    now: float
    seq: int = 0
    store_away: bool = False


@frozen
class Unequip:
    """Put what is in a slot back into the inventory; fields as in `Equip`."""

    player_id: str
    slot: str
    now: float
    compartment: str = DEFAULT_COMPARTMENT
    seq: int = 0
    store_away: bool = False


@frozen
class Grant:
    """Create an item in a player's inventory; whoever asks makes the instance id, unique for ever."""

    player_id: str
    instance: ItemInstance
    compartment: str = DEFAULT_COMPARTMENT


@frozen
class SetSkill:
    """Set the level (>= 0) of a player's skill."""

    player_id: str
    skill: str
    level: int


@frozen
class Teleport:
    """Move a player to a point, clamped to the bounds; its cell follows at once."""

    player_id: str
    position: Vector


@frozen
class Place:
    """Put a player at a point (clamped to the bounds) with a velocity (m/s), into the world when it is not there."""

    player_id: str
    name: str
    position: Vector
    velocity: Vector


@frozen
class Restore:
    """Give a player in the world the position, belongings and skills of a saved state.

    `templates` are added to the world's catalogue, for items it does not know yet.  The sequences stay those of the
    session that runs.
    """

    player_id: str
    state: PlayerState
    templates: Catalogue | None = None


#: What is asked of one player, and can be refused.
Personal = Join | Leave | Evict | Move | SetVelocity | Equip | Unequip | Grant | SetSkill | Teleport | Place | Restore

Command = Personal | Moves
