"""Wears whatever it is given: tries each new item in the slots it was told, and does what a refusal asks for.

python examples/bots/collector.py [--slots main_hand,off_hand] [--url ws://127.0.0.1:8080/ws] [--token dev:magpie]

Give it something, as an operator would:
curl -H 'content-type: application/json' -d '{"template_id": "cap_wool"}' http://127.0.0.1:9090/players/magpie/items
"""

import argparse

from twisted.internet.task import deferLater, react

from mmod.client import CommandRefused, connect

#: Seconds before it asks again where a cooldown runs that it cannot see, or the store is away.
SOON = 0.5


async def main(reactor, arguments):
    async with connect(arguments.url, token=arguments.token, reactor=reactor) as me:
        tried = {}
        async for state in me.states():
            for item in [stowed.instance for stowed in state.inventory.items]:
                # A skill that has grown, or new skills: what was too hard may be worth another try.
                if tried.get(item.instance_id) != state.skills:
                    tried[item.instance_id] = state.skills
                    await wear(me, item, arguments.slots, reactor)


async def wear(me, item, slots, reactor):
    """Put an item into the first free slot that takes it."""
    for slot in slots:
        if slot in me.equipment.slots:
            continue
        refusal = await refused(me, item, slot, reactor)
        if refusal is None:
            print(f"wearing {item.template_id} on {slot}", flush=True)
            return
        if refusal != "illegal_slot":
            print(f"skipping {item.template_id}: {refusal}", flush=True)
            return


async def refused(me, item, slot, reactor):
    """Equip, waiting while it is only a matter of time; return the code of the refusal, None for a success."""
    while True:
        try:
            await me.equip(item, slot)
        except CommandRefused as error:
            if error.code not in ("equip_locked", "unavailable"):
                return error.code
            print(f"waiting with {item.template_id}: {error.code}", flush=True)
            await deferLater(reactor, me.state.cooldown(slot) or SOON)
        else:
            await me.until(lambda state: slot in state.equipment.slots)  # the state that shows it comes a little later
            return None


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Wear what is given.")
    everywhere = ["main_hand", "off_hand", "chest", "legs", "feet", "head"]
    parser.add_argument("--slots", type=lambda text: text.split(","), default=everywhere, help="a,b,c")
    parser.add_argument("--url", default="ws://127.0.0.1:8080/ws")
    parser.add_argument("--token", default="dev:magpie")
    react(main, [parser.parse_args()])
