"""The wanderer in a program of asyncio: both share one event loop, and a coroutine of asyncio waits for the bot.

python examples/bots/asyncio_wanderer.py [--url ws://127.0.0.1:8080/ws] [--token dev:rosa] [--seconds 60]
"""

import asyncio

from twisted.internet import asyncioreactor
from twisted.internet.defer import Deferred

loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
asyncioreactor.install(loop)  # before anything else asks for a reactor

import wanderer  # noqa: E402
from twisted.internet.task import react  # noqa: E402


async def program(reactor, arguments):
    """Be a coroutine of asyncio: to await what is Twisted's, make it a future."""
    clock = asyncio.create_task(tell_the_time())
    await Deferred.fromCoroutine(wanderer.main(reactor, arguments)).asFuture(loop)
    clock.cancel()


async def tell_the_time():
    """Something else that the same program does."""
    seconds = 0
    while True:
        print(f"{seconds} s in asyncio", flush=True)
        await asyncio.sleep(1)
        seconds += 1


if __name__ == "__main__":
    arguments = wanderer.parsed("Wander about under asyncio.")
    react(lambda reactor: Deferred.fromFuture(loop.create_task(program(reactor, arguments))))
