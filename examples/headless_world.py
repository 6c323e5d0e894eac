"""A world without a daemon: Ada joins, arms herself, walks into another cell, is saved, and comes back to a new world.

python examples/headless_world.py
"""

import time
from tempfile import TemporaryDirectory

from twisted.internet.defer import ensureDeferred
from twisted.internet.task import react

from mmod.errors import RuleViolation
from mmod.items.instances import ItemInstance
from mmod.items.templates import shipped_catalogue
from mmod.session.claims import ClaimRequest, Save
from mmod.session.resume import ResumeAttempt, token_hash
from mmod.spatial.vector import Vector
from mmod.store.url import open_store
from mmod.world.commands import Grant, Join, Move, SetSkill, Teleport
from mmod.world.engine import Engine
from mmod.world.events import HandedOver
from mmod.world.settings import EngineSettings

SETTINGS = EngineSettings(catalogue=shipped_catalogue())


async def main(reactor):
    with TemporaryDirectory() as directory:
        store = open_store(f"sqlite:///{directory}/players.sqlite", reactor, time.time)
        try:
            await two_lives(store)
        finally:
            await store.close()


async def two_lives(store):
    await store.migrate()
    first = await claimed(store)
    await store.save([Save("ada", first.epoch, first.version + 1, first_life(first.state))])
    second = await claimed(store)
    second_life(second.state)


async def claimed(store):
    """Own Ada in the store, and return what it holds of her."""
    now = time.time()
    attempt = ResumeAttempt(token_hash=None, now=now, ended_by=now, ttl=60.0)
    (claim,) = await store.claim([ClaimRequest("ada", "Ada", attempt, token_hash("a resume token"))])
    return claim


def first_life(state):
    """Join, arm, walk over a border; return what is to be saved."""
    engine = Engine(SETTINGS, seed=1)
    engine.apply(Join("ada", "Ada", state))
    engine.apply(Grant("ada", ItemInstance("sword-1", "sword_iron")))
    arm(engine)
    engine.apply(SetSkill("ada", "melee", 10))
    arm(engine)
    engine.apply(Teleport("ada", Vector(250.0, 0.0)))
    engine.apply(Move("ada", seq=1, intent=Vector(1.0, 0.0)))
    moved = walk_until_handover(engine)
    print(f"after {engine.now:.2f} s at x {engine.player('ada').pos.x:.2f} from {moved.origin} to {moved.target}")
    return engine.player_state("ada")


def arm(engine):
    try:
        engine.equip_item("ada", "sword-1", "main_hand", engine.now)
        print("the sword is in her hand")
    except RuleViolation as error:
        print(f"the sword stays in the backpack ({error.code}): {error}")


def walk_until_handover(engine):
    while True:
        for event in engine.step().events:
            if isinstance(event, HandedOver):
                return event


def second_life(state):
    """Join another world with the saved state."""
    engine = Engine(SETTINGS, seed=2)
    engine.apply(Join("ada", "Ada", state))
    ada = engine.player("ada")
    worn = {slot: instance.template_id for slot, instance in ada.equipment.slots.items()}
    print(f"back at x {ada.pos.x:.2f} in {ada.owned_cell}, wearing {worn}")


if __name__ == "__main__":
    react(lambda reactor: ensureDeferred(main(reactor)))
