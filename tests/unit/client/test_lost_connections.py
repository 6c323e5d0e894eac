"""Connections that break at any moment, on either side of any message: what was asked is done once, and answered so."""

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from mmod.client import CommandRefused

from .endpoint import Play

SLOTS = ("head", "feet")


def asked(play, player, chance, items):
    """Ask for something at random; return what it was and the answer to come."""
    slot = chance.choice(SLOTS)
    if chance.random() < 0.5:
        return ("equip", slot), play.start(player.equip(items[slot], slot))
    return ("unequip", slot), play.start(player.unequip(slot))


def outcome(play, waiting):
    try:
        return play.result(waiting).code
    except CommandRefused as refused:
        return refused.code


def disturb(play, chance):
    """Lose what is said in one direction or both for a moment, and then the connection; or nothing at all."""
    cable = play.cable
    cable.mute, cable.deaf = chance.random() < 0.3, chance.random() < 0.3
    play.run(chance.choice([0.05, 0.1, 0.15, 0.3]))
    if cable.mute or cable.deaf or chance.random() < 0.3:
        cable.end()
        play.run(chance.choice([0.0, 0.1, 2.0]))


@given(seed=st.integers(0, 2**32))
def test_whenever_it_breaks_every_command_has_one_true_answer(seed):
    chance, play = Random(seed), Play(message_rate=1e6, message_burst=1_000_000)
    player, block = play.joined()
    items = {"head": play.world.give("ada", "cap_wool"), "feet": play.world.give("ada", "boots_leather")}
    waiting = []
    for _ in range(6):
        waiting.append(asked(play, player, chance, items))
        disturb(play, chance)
    outcomes = [(what, outcome(play, answer)) for what, answer in waiting]
    now = play.world.engine.tick
    play.result(player.until(lambda state: state.tick > now + 2))
    for slot in SLOTS:
        done = [operation for (operation, where), code in outcomes if where == slot and code == "success"]
        held = player.equipment.holds(items[slot], slot)
        assert held == (done[-1:] == ["equip"]), outcomes
        assert held == (slot in play.world.engine.player("ada").equipment.slots)
    for operation in ("equip", "unequip"):
        reported = Counter(code for (asked_for, _), code in outcomes if asked_for == operation)["success"]
        carried_out = play.world.metric("mmod_equipment_operations_total", operation=operation, code="success") or 0
        assert carried_out <= reported, outcomes
    play.result(block.__aexit__(None, None, None))
