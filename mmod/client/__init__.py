"""Be a player from Python: bots, tests and tools over Twisted, in twenty lines.

    from twisted.internet.task import react
    from mmod.client import connect

    async def main(reactor):
        async with connect("ws://localhost:8080/ws", token="dev:rosa", reactor=reactor) as me:
            me.walk(1, 0)
            async for state in me.states():
                print(state.pos, [entity.name for entity in state.entities])

    react(main)

`connect` gives a `Player`, which lives longer than any of its connections: when one is lost it makes another, goes on
as the same player, and asks again what was not answered.  docs/python-client.md is the tutorial.

How it is made: what decides is pure and below (`reading`, `state`, `walking`, `commands`, `backoff`, `parting`), what
waits is Twisted's and above (`socket`, `link`, `life`, `inbox`, `player`, `connecting`).  It knows the wire and nothing
of the daemon.
"""

from mmod.client.connecting import connect
from mmod.client.errors import (
    BadMessage,
    ClientError,
    Closed,
    CommandRefused,
    ConnectionFailed,
    Ended,
    GaveUp,
    JoinRefused,
    Kicked,
    Refused,
    Replaced,
    TooManyCommands,
)
from mmod.client.events import Disconnected, Event, HandedOver, Joined, Measured, Warned
from mmod.client.player import Player
from mmod.client.state import State
from mmod.client.values import Entity, Equipment, Inventory, Item, Point, Stowed, Worn
from mmod.wire.dialects import Dialect

__all__ = [
    "BadMessage",
    "ClientError",
    "Closed",
    "CommandRefused",
    "ConnectionFailed",
    "Dialect",
    "Disconnected",
    "Ended",
    "Entity",
    "Equipment",
    "Event",
    "GaveUp",
    "HandedOver",
    "Inventory",
    "Item",
    "JoinRefused",
    "Joined",
    "Kicked",
    "Measured",
    "Player",
    "Point",
    "Refused",
    "Replaced",
    "State",
    "Stowed",
    "TooManyCommands",
    "Warned",
    "Worn",
    "connect",
]
