"""mmod.client against the daemon, over real sockets, while the daemon is killed and started again."""

import re
from pathlib import Path

import pytest
import pytest_twisted
from attrs import frozen
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.task import deferLater
from zope.interface import implementer

from mmod.client import CommandRefused, Dialect, Disconnected, Joined, connect

from .conftest import unique
from .harness.daemon import Daemon

pytestmark = pytest.mark.any_store

#: The tutorial, and where its first program connects to.
PAGE = Path(__file__).parents[2] / "docs" / "python-client.md"
URL = "ws://127.0.0.1:8080/ws"

#: Seconds in which a player must be back: a restart, and the longest pause between two attempts.
BACK = 30.0


@implementer(IStreamClientEndpoint)
@frozen
class Wherever:
    """Leads to a daemon whichever port it has in its present life."""

    daemon: Daemon

    def connect(self, factory):
        return TCP4ClientEndpoint(reactor, "127.0.0.1", self.daemon.port).connect(factory)


def player_of(daemon, name, **options):
    return connect(daemon.ws_url, token=f"dev:{name}", reactor=reactor, endpoint=Wherever(daemon), **options)


def within(seconds, coroutine):
    """Return a Deferred of a coroutine that fails when it takes too long."""
    return Deferred.fromCoroutine(coroutine).addTimeout(seconds, reactor)


async def back(me, events):
    """Wait until a player has lost its connection and is in the world again; return what was said of its return."""
    lost = False
    async for event in events:
        lost = lost or isinstance(event, Disconnected)
        if lost and isinstance(event, Joined):
            return event
    raise AssertionError("it was closed")


def worn(equipment):
    return {slot: each["instance"]["instance_id"] for slot, each in equipment["slots"].items()}


@pytest.mark.parametrize("dialect", Dialect)
@pytest_twisted.ensureDeferred
async def test_a_player_walks_and_equips_over_a_real_socket(daemon, dialect):
    name = unique("ada")
    async with connect(daemon.ws_url, token=f"dev:{name}", reactor=reactor, dialect=dialect) as me:
        club = daemon.operator.grant(name, "club_oak")
        me.walk(1, 0)
        assert (await within(BACK, me.equip(club, "main_hand"))).success
        state = await within(BACK, me.until(lambda state: state.pos.x > 1 and state.equipment.slots))
        assert state.equipment.holds(club, "main_hand")
    assert daemon.operator.player(name)["connected"] is False


#: Seconds after the first of three commands at which the daemon is killed: before it is sent, while it waits to be
#: durable, and about when it is.
KILLED_AFTER = [0.0, 0.02, 0.05, 0.08]


@pytest_twisted.ensureDeferred
async def test_a_player_outlives_every_kill_of_the_daemon_and_loses_no_command(launch):
    daemon = launch(settings={"items.equip_cooldown": 0})
    async with player_of(daemon, "ada") as me:
        events = me.events()
        club, cap = (daemon.operator.grant("ada", template) for template in ("club_oak", "cap_wool"))
        for seconds in KILLED_AFTER:
            asked = [
                within(BACK, ask) for ask in (me.equip(club, "main_hand"), me.equip(cap, "head"), me.unequip("head"))
            ]
            await deferLater(reactor, seconds)
            daemon.kill()
            daemon.start()
            assert await within(BACK, back(me, events)) == Joined("ada", resumed=True)
            assert [(await answer).success for answer in asked] == [True] * 3
            assert worn(daemon.operator.player("ada")["equipment"]) == {"main_hand": club}
            await within(BACK, me.unequip("main_hand"))
        with pytest.raises(CommandRefused, match="slot_empty"):
            await within(BACK, me.unequip("feet"))


@pytest_twisted.ensureDeferred
async def test_a_player_outlives_a_daemon_that_stops_in_good_order(launch):
    daemon = launch()
    async with player_of(daemon, "ada") as me:
        events = me.events()
        me.walk(0, 1)
        await within(BACK, me.until(lambda state: state.pos.z > 1))
        left = daemon.terminate()
        daemon.start()
        assert left == 0
        assert (await within(BACK, back(me, events))).resumed
        at = me.pos.z
        await within(BACK, me.until(lambda state: state.pos.z > at + 1))


def page(daemon, name):
    """Return what the programs of the tutorial define, for a daemon and a player of a test's own."""
    blocks = re.findall(r"^```python\n(.+?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    code = "\n".join(blocks)
    for written, ours in {URL: daemon.ws_url, "dev:rosa": f"dev:{name}", "\nreact(main)\n": "\n"}.items():
        assert code.count(written) == 1
        code = code.replace(written, ours)
    namespace = {}
    exec(compile(code, PAGE.name, "exec"), namespace)  # noqa: S102 - that is the test
    return namespace


@pytest_twisted.ensureDeferred
async def test_the_programs_of_the_tutorial_do_what_it_says(daemon, join, capsys):
    name, other = unique("rosa"), unique("ben")
    join(daemon, other)
    programs = page(daemon, name)
    await within(BACK, programs["main"](reactor))
    async with connect(daemon.ws_url, token=f"dev:{name}", reactor=reactor) as me:
        await within(BACK, programs["watch"](me))
        sword, dagger = (daemon.operator.grant(name, template) for template in ("sword_iron", "dagger_bronze"))
        await within(BACK, me.until(lambda state: len(state.inventory.items) == 2))
        assert (await within(BACK, programs["arm"](me, reactor))).instance_id == dagger
        assert me.inventory.items[0].instance.instance_id == sword
    guard = within(BACK, programs["guard"](reactor, daemon.ws_url, lambda: f"dev:{name}"))
    await deferLater(reactor, 0)
    while not daemon.operator.player(name)["connected"]:
        await deferLater(reactor, 0.05)
    daemon.operator.kick(name, "enough")
    await guard
    said = capsys.readouterr().out
    assert f"{name} is at" in said
    assert f"player {other}" in said
    assert "not sword_iron: skill_gate" in said
    assert said.endswith("over: enough\n")
