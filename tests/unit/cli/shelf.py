"""A store in memory with players who own caps, and commands that run on it."""

from attrs import evolve
from msgspec.structs import replace
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from mmod.items.equipment import WornState
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.store.memory import MemoryStore
from mmod.world.state import PlayerState

NOW = 1_000.0


class Shelf(MemoryStore):
    """Open from the beginning, and again after a command has closed it."""

    def __init__(self):
        super().__init__(lambda: NOW)
        self.migrate()

    def put(self, player_id, *carried, worn=()):
        """Let a player own caps in good order."""
        self.migrate()
        self.replace(player_id, owning(*carried, worn=worn))

    def edit(self, player_id, **columns):
        """Change a row behind everybody's back."""
        row = self.rows[player_id]
        self.rows[player_id] = evolve(row, columns=replace(row.columns, **columns))


def owning(*carried, worn=(), template="cap_wool"):
    """Return a state with these caps."""
    items = tuple(Stowed(ItemInstance(instance_id, template), "belt") for instance_id in carried)
    slots = {slot: ItemInstance(instance_id, template) for slot, instance_id in worn}
    return PlayerState("Ada", 1.5, -2.5, Inventory(items), WornState(slots), {"melee": 3})


def result_of(answer):
    """Return what a coroutine or Deferred comes to, or raise what it fails with."""
    results = []
    (answer if isinstance(answer, Deferred) else Deferred.fromCoroutine(answer)).addBoth(results.append)
    (result,) = results
    return result.raiseException() if isinstance(result, Failure) else result
