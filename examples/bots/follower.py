"""Follows a player: the one of a name, or else the nearest; stands still when it is close, and when nobody is there.

python examples/bots/follower.py [ada] [--url ws://127.0.0.1:8080/ws] [--token dev:dog]
"""

import argparse

from twisted.internet.task import react

from mmod.client import connect

#: Metres at which it heels.
CLOSE = 2.0


async def main(reactor, arguments):
    async with connect(arguments.url, token=arguments.token, reactor=reactor) as me:
        following = None
        async for state in me.states():
            leader = chosen(state, arguments.player)
            if leader is None or leader.pos.distance(state.pos) < CLOSE:
                me.walk(0, 0)
            else:
                towards = state.pos.towards(leader.pos)
                me.walk(towards.x, towards.z)
            name = leader and leader.name
            if name != following:
                following = name
                print(f"following {name}" if name else "nobody to follow", flush=True)


def chosen(state, name):
    """Return whom to follow, None for nobody."""
    candidates = [player for player in state.players if name is None or name in (player.id, player.name)]
    return min(candidates, key=lambda player: player.pos.distance(state.pos), default=None)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Follow a player.")
    parser.add_argument("player", nargs="?", help="id or name; the nearest one when not given")
    parser.add_argument("--url", default="ws://127.0.0.1:8080/ws")
    parser.add_argument("--token", default="dev:dog")
    react(main, [parser.parse_args()])
