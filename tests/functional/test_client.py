"""The JavaScript client against the daemon: what the tests of its parts cannot know."""

import math

import pytest

from .conftest import unique
from .harness.node import NodePlayer, needs_node
from .harness.waiting import eventually

#: The client knows nothing of the store.
pytestmark = [needs_node, pytest.mark.any_store]

#: Metres by which a prediction may miss on a machine that does much else: what one walks in a third of a second.
NEAR = 1.0

#: Seconds in which it comes back to a daemon that was away for a while: its longest wait, and time for the rest.
COME_BACK = 30.0


@pytest.fixture
def name():
    return unique("js")


@pytest.fixture
def player(daemon, name):
    with NodePlayer(daemon.ws_url, f"dev:{name}") as player:
        player.join()
        yield player


def refusals(daemon):
    """Return how often the daemon found nothing to take off."""
    return daemon.operator.metrics().get('mmod_equipment_operations_total{code="slot_empty",operation="unequip"}', 0)


def is_back(seen):
    return seen["phase"]["name"] == "joined" and seen["phase"]["resumed"]


def test_it_speaks_the_compact_dialect_and_measures_the_connection(player):
    seen = player.when(lambda seen: seen["stats"]["rtt"] is not None, "telemetry has come")
    assert seen["stats"]["dialect"] == "mmod.v1.delta"
    assert seen["stats"]["bytesIn"] > 0
    assert seen["stats"]["tickRate"] > 0


def test_it_walks_where_the_server_says_it_is(player, name, daemon):
    player.call("walk", 1, 0)
    walking = player.when(lambda seen: seen["self"]["server"]["pos"]["x"] > 3, "the server has it walk")
    assert abs(walking["self"]["pos"]["x"] - walking["self"]["server"]["pos"]["x"]) < NEAR
    assert walking["self"]["facing"] == 0
    player.call("walk", 0, 0)

    def stands(seen):
        shown, server = seen["self"]["pos"], seen["self"]["server"]
        return server["vel"]["x"] == 0 and math.hypot(shown["x"] - server["pos"]["x"], shown["z"]) < 0.01

    seen = player.when(stands, "it stands where the server has it")
    assert abs(daemon.operator.player(name)["pos"]["x"] - seen["self"]["pos"]["x"]) < 0.02


def test_it_sees_others_where_they_are(player, daemon, join):
    other = unique("other")
    neighbour = join(daemon, other)
    daemon.operator.teleport(other, 5, 6)
    neighbour.state(lambda state: state.player.pos.x == 5)

    def is_there(seen):
        return {"x": 5, "z": 6} in [entity["pos"] for entity in seen["entities"] if entity["id"] == other]

    player.when(is_there, "the other one is shown where it is")


def test_a_cut_connection_comes_back_in_the_same_session(player, name, daemon):
    daemon.operator.teleport(name, 40, -30)
    player.when(lambda seen: seen["self"]["pos"]["x"] == 40, "the teleport is shown")
    player.call("cut")
    seen = player.when(is_back, "it is in the same session again")
    assert seen["stats"]["resumed"] == 1
    assert (seen["self"]["pos"]["x"], seen["self"]["pos"]["z"]) == (40, -30)


def test_it_walks_on_after_a_cut_without_being_told_again(player):
    player.call("walk", 0, 1)
    player.call("cut")
    before = player.when(is_back, "it is back")["self"]["server"]["pos"]["z"]
    player.when(lambda seen: seen["self"]["server"]["pos"]["z"] > before + 1, "it walks on")


def test_an_answer_that_got_lost_is_made_up_from_what_is_worn(player, name, daemon):
    cap = daemon.operator.grant(name, "cap_wool")
    player.when(lambda seen: seen["items"], "the item is there")
    player.call("deafen")
    player.call("equip", cap, "head")
    saved = player.when(lambda _: daemon.operator.player(name)["equipment"]["slots"], "the server has put it on")
    assert not saved["answers"]
    daemon.operator.checkpoint(name)
    player.call("cut")
    (answer,) = player.when(lambda seen: seen["answers"], "the command is settled")["answers"]
    assert (answer["seq"], answer["success"], answer["inferred"]) == (1, True, True)


def test_a_refusal_that_got_lost_is_told_as_unanswered(player, daemon):
    before = refusals(daemon)
    player.call("deafen")
    player.call("unequip", "head")
    eventually(lambda: refusals(daemon) > before, "the server has refused it")
    player.call("cut")
    (answer,) = player.when(lambda seen: seen["answers"], "the command is settled")["answers"]
    assert (answer["seq"], answer["code"], answer["inferred"]) == (1, "unanswered", True)


def test_a_command_given_while_the_connection_is_away_is_carried_out(player, name, daemon):
    cap = daemon.operator.grant(name, "cap_wool")
    player.when(lambda seen: seen["items"], "the item is there")
    player.call("cut")
    player.when(lambda seen: seen["phase"]["name"] == "waiting", "the loss is noticed")
    player.call("equip", cap, "head")
    seen = player.when(lambda seen: seen["answers"] and seen["worn"], "the command is answered")
    assert seen["answers"][0]["code"] == "success"
    assert seen["worn"]["head"]["instance"]["instance_id"] == cap


def test_it_comes_back_to_a_daemon_that_was_killed_and_started_again(launch, name):
    daemon = launch()
    with NodePlayer(daemon.ws_url, f"dev:{name}") as player:
        player.join()
        cap = daemon.operator.grant(name, "cap_wool")
        player.when(lambda seen: seen["items"], "the item is there")
        daemon.kill()
        player.when(lambda seen: seen["phase"]["name"] == "waiting", "the loss is noticed")
        player.call("equip", cap, "head")
        player.call("redirect", daemon.start().ws_url)
        seen = player.when(lambda seen: is_back(seen) and seen["answers"] and seen["worn"], "it is back", COME_BACK)
        assert [answer["code"] for answer in seen["answers"]] == ["success"]


def test_who_was_replaced_stays_away(player, name, daemon, join):
    join(daemon, name)
    seen = player.when(lambda seen: seen["phase"]["name"] == "ended", "it has heard of it")
    assert (seen["phase"]["error"] or {}).get("code") == "replaced"
