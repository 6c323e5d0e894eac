"""Wanders about, a few seconds in each direction, and says whom it meets.

python examples/bots/wanderer.py [--url ws://127.0.0.1:8080/ws] [--token dev:rosa] [--seconds 60]
"""

import argparse
import math
import random

from twisted.internet.task import react

from mmod.client import connect


async def main(reactor, arguments):
    async with connect(arguments.url, token=arguments.token, reactor=reactor) as me:
        await wander(me, arguments.seconds)


async def wander(me, seconds=math.inf):
    """Wander for some seconds of world time."""
    world = me.state.world
    began = turn_at = me.state.tick
    met = set()
    async for state in me.states():
        if state.tick >= turn_at:
            direction = random.uniform(0, 2 * math.pi)
            me.walk(math.cos(direction), math.sin(direction))
            turn_at = state.tick + random.uniform(3, 7) * world.tick_hz
        for entity in state.entities:
            if entity.id not in met:
                met.add(entity.id)
                print(f"{state.pos.x:.1f} {state.pos.z:.1f}: met {entity.name}", flush=True)
        if state.tick >= began + seconds * world.tick_hz:
            return


def parsed(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--url", default="ws://127.0.0.1:8080/ws")
    parser.add_argument("--token", default="dev:rosa")
    parser.add_argument("--seconds", type=float, default=math.inf, help="how long, in seconds of world time")
    return parser.parse_args()


if __name__ == "__main__":
    react(main, [parsed("Wander about.")])
