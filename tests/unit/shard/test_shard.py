import json

import pytest

from mmod.session.closing import CloseCode
from mmod.shard.admission import StartingKit
from mmod.spatial.vector import Vector
from mmod.wire.messages import Input, Intent
from mmod.world.settings import WorldSettings

from .bench import COMMIT_DELAY, World

KIT = StartingKit((("sword_iron", 1), ("shield_wood", 1)), (("melee", 10), ("defense", 5)))


@pytest.fixture
def world():
    world = World(kit=KIT)
    world.turn(1.0)
    return world


@pytest.fixture
def ada(world):
    client = world.join("Ada")
    world.turn(0.1)
    world.store.prompt = False
    return client


def item(client, number=0):
    return client.ack["inventory"]["items"][number]["instance"]["instance_id"]


def commit(world):
    """Let the batch depart and the store answer it."""
    world.turn(COMMIT_DELAY)
    world.store.only("save").answer()


# --- what clients want ------------------------------------------------------------------------------------------------


def test_an_input_moves_its_player_until_the_next_one(world, ada):
    ada.input(1, x=1.0)
    world.tick(10)
    ada.input(2, x=0.0)
    world.tick(10)
    assert world.engine.player("ada").pos.x == pytest.approx(1.5)
    assert ada.of("state")[-1]["ack"] == 2


@pytest.mark.parametrize("seqs", [(5, 5), (5, 4), (5, 1)])
def test_an_input_that_is_not_newer_has_no_effect(world, ada, seqs):
    ada.input(seqs[0], x=0.0).input(seqs[1], x=1.0)
    world.tick(2)
    assert world.engine.player("ada").vel == Vector(0.0, 0.0)
    assert ada.of("state")[-1]["ack"] == 5


def test_a_success_is_told_only_after_the_commit_and_the_state_shows_it_before(world, ada):
    ada.equip(1, item(ada))
    world.tick(2)
    state = ada.of("state")[-1]
    assert state["equipment"]["slots"]["main_hand"]["instance"]["instance_id"] == item(ada)
    assert [entry["instance"]["template_id"] for entry in state["inventory"]["items"]] == ["shield_wood"]
    world.turn(COMMIT_DELAY)
    assert not ada.of("equipment_result")
    world.store.only("save").answer()
    assert ada.of("equipment_result") == [
        {
            "operation": "equip",
            "slot": "main_hand",
            "success": True,
            "code": "success",
            "message": "equipped",
            "seq": 1,
        }
    ]
    assert item(ada) in world.stored("ada").columns.equipment
    assert world.metric("mmod_equipment_operations_total", operation="equip", code="success") == 1


def test_an_unequip_is_answered_likewise(world, ada):
    ada.equip(1, item(ada)).unequip(2)
    commit(world)
    assert [(result["operation"], result["message"], result["seq"]) for result in ada.of("equipment_result")] == [
        ("equip", "equipped", 1),
        ("unequip", "unequipped", 2),
    ]


def test_a_refusal_is_told_at_once_and_changes_nothing(world, ada):
    ada.equip(1, "no such item")
    (result,) = ada.of("equipment_result")
    assert (result["success"], result["code"], result["seq"]) == (False, "item_not_found", 1)
    world.tick(2)
    assert "equipment" not in ada.of("state")[-1]
    assert world.metric("mmod_equipment_operations_total", operation="equip", code="item_not_found") == 1


def test_a_command_repeated_is_applied_once_and_answered_once(world, ada):
    ada.equip(1, item(ada)).equip(1, item(ada)).unequip(1)
    commit(world)
    assert len(ada.of("equipment_result")) == 1
    assert world.engine.player("ada").equipment.slots["main_hand"].instance_id == item(ada)


def test_a_batch_that_fails_gives_no_success_until_one_is_committed(world, ada):
    ada.equip(1, item(ada))
    world.turn(COMMIT_DELAY)
    world.store.only("save").fail()
    assert not ada.of("equipment_result")
    world.turn(0.1)
    world.store.only("save").answer()
    assert ada.of("equipment_result")[0]["code"] == "success"


def test_while_the_store_is_away_item_commands_are_refused_before_they_are_applied_and_movement_goes_on(world, ada):
    world.writer.start()
    world.turn(2.0)
    assert world.metric("mmod_store_away") == 1
    ada.equip(1, item(ada)).input(1)
    world.tick(2)
    assert ada.of("equipment_result")[0]["code"] == "unavailable"
    assert world.engine.player("ada").equipment.slots == {}
    assert ada.of("state")[-1]["player"]["vel"]["x"] > 0
    ada.equip(1, item(ada))  # the refused number is used up
    assert len(ada.of("equipment_result")) == 1


def test_what_was_applied_before_the_store_went_away_gets_its_success_when_it_is_back(world, ada):
    world.writer.start()
    world.store.only("ping").answer()
    ada.equip(1, item(ada))
    world.turn(COMMIT_DELAY)
    world.turn(10.0)
    assert not ada.of("equipment_result")
    world.store.only("save").answer()
    assert ada.of("equipment_result")[0]["code"] == "success"


def test_an_exception_in_one_message_ends_that_client_only(world, ada):
    bob = world.connect()
    ada.connection.received(None, False)
    assert ada.wire.closed == (1011, "internal_error")
    assert world.metric("mmod_message_errors_total") == 1
    assert bob.wire.closed is None
    world.tick(2)


# --- whom an answer reaches -------------------------------------------------------------------------------------------


def test_a_promise_outlives_a_resume(world, ada):
    ada.equip(1, item(ada))
    world.turn(COMMIT_DELAY)
    world.store.prompt = True
    second = world.join(resume=ada.ack["resumeToken"])
    world.store.only("save").answer()
    assert second.joined
    assert second.ack["resumed"] is True
    # The claim waited for the save, so that the answer came while the old connection was the player's own.
    assert [result["seq"] for result in ada.of("equipment_result") + second.of("equipment_result")] == [1]


def test_a_success_that_is_durable_after_a_resume_reaches_the_session_that_resumed(world, ada):
    world.writer.start()
    world.store.only("ping").answer()
    second = world.join(resume=ada.ack["resumeToken"])
    world.turn()
    ada.equip(1, item(ada))  # applied while the claim is under way, so saved after it
    world.turn(COMMIT_DELAY)
    world.store.only("claim").answer()
    assert second.ack["resumed"] is True
    world.turn(COMMIT_DELAY)
    world.store.only("save").answer()
    assert not ada.of("equipment_result")
    assert [result["seq"] for result in second.of("equipment_result")] == [1]


def test_a_success_promised_to_another_lineage_is_not_delivered(world, ada):
    second = world.join()
    ada.equip(1, item(ada))
    world.turn(COMMIT_DELAY)
    world.store.only("claim").answer()
    assert second.ack["resumed"] is False
    world.turn(COMMIT_DELAY)
    world.store.only("save").answer()
    assert not ada.of("equipment_result")
    assert not second.of("equipment_result")
    assert second.ack["equipment"]["slots"]["main_hand"]["instance"]["instance_id"] == item(ada)


def test_a_success_for_a_player_who_left_the_world_reaches_nobody(world, ada):
    ada.equip(1, item(ada))
    ada.gone()
    world.tick(250)
    assert world.engine.player("ada") is None
    world.turn(COMMIT_DELAY)
    world.store.only("save").answer()
    assert not ada.of("equipment_result")


def test_messages_of_a_replaced_session_have_no_effect(world, ada):
    world.store.prompt = True
    second = world.join()
    world.turn(0.1)
    assert ada.wire.closed == (4003, "replaced")
    ada.input(1).equip(1, item(ada))
    # Even a message that its session had already taken:
    world.shard.submitted(ada.connection, Input(9, 0.05, Intent(1.0, 0.0)))
    world.tick(2)
    player = world.engine.player("ada")
    assert (player.vel, dict(player.equipment.slots), second.of("state")[-1]["ack"]) == (Vector(0.0, 0.0), {}, 0)


def test_an_input_shows_at_the_next_tick_and_is_saved_even_if_its_connection_ends_before_it(world, ada):
    world.store.prompt = True
    ada.input(7)
    world.tick(2)
    assert (ada.of("state")[-1]["ack"], ada.of("state")[-1]["player"]["vel"]) == (7, {"x": 3.0, "z": 0.0})
    ada.input(8).gone()
    world.turn(COMMIT_DELAY)
    assert json.loads(world.stored("ada").columns.sequences)["ack"] == 8


def test_an_input_of_the_session_before_does_not_count_in_the_new_one(world, ada):
    world.store.prompt = True
    ada.input(50)
    second = world.join()
    world.tick(2)
    assert second.of("state")[-1]["ack"] == 0
    assert world.engine.player("ada").vel == Vector(0.0, 0.0)


def test_changes_are_shown_to_their_player_and_to_nobody_else():
    world = World(kit=KIT)
    ada, bob = world.join("Ada"), world.join("Bob")
    ada.equip(1, item(ada))
    world.tick(2)
    assert "equipment" in ada.of("state")[-1]
    assert "equipment" not in bob.of("state")[-1]
    assert ada.of("state")[-1]["entities"][0]["id"] == "bob"


def test_a_handover_is_told_before_the_state_that_shows_it_and_to_its_player_only():
    world = World(world=WorldSettings(spawn=Vector(255.0, 10.0), move_speed=40.0))
    ada, bob = world.join("Ada"), world.join("Bob")
    ada.input(1)
    world.tick(4)
    assert ada.of("handover") == [{"from": {"cx": 0, "cz": 0}, "to": {"cx": 1, "cz": 0}}]
    assert not bob.of("handover")
    crossing = ada.kinds().index("handover")
    before = [message["data"]["player"]["pos"]["x"] for message in ada.messages[1:crossing]]
    assert all(x < 258.0 for x in before)
    assert ada.messages[crossing + 1]["data"]["player"]["pos"]["x"] >= 258.0
    assert world.metric("mmod_handovers_total") == 1
    assert world.metric("mmod_handover_latency_seconds_count") == 1


def test_a_teleport_before_the_first_tick_is_a_handover_like_any_other(world, ada):
    world.operations.teleport("ada", Vector(1000.0, 0.0))
    assert ada.of("handover") == [{"from": {"cx": 0, "cz": 0}, "to": {"cx": 3, "cz": 0}}]
    assert world.metric("mmod_handover_latency_seconds_sum") == 0.0


# --- coming and going -------------------------------------------------------------------------------------------------


def test_a_lost_connection_is_saved_at_once_with_its_end_and_the_player_lingers(world, ada):
    ada.input(1)
    world.tick(20)
    ada.gone()
    commit(world)
    assert world.stored("ada").mark.ended_at == pytest.approx(world.wall(), abs=0.1)
    assert world.stored("ada").columns.x == pytest.approx(3.0)
    world.tick(1)
    player = world.engine.player("ada")
    assert (player.connected, player.vel) == (False, Vector(0.0, 0.0))
    world.tick(198)
    assert world.engine.player("ada") is not None
    world.tick(1)
    assert world.engine.player("ada") is None
    assert world.writer.epoch("ada") == 0


def test_without_time_to_linger_a_lost_connection_is_saved_all_the_same():
    world = World(world=WorldSettings(linger=0.0))
    client = world.join()
    client.input(1)
    world.run(1.0)
    token = client.ack["resumeToken"]
    client.gone()
    world.turn(0.1)
    assert world.engine.player("ada") is None
    assert world.stored("ada").columns.x == pytest.approx(3.0)
    assert world.stored("ada").mark.ended_at is not None
    assert world.join(resume=token).ack["resumed"] is True


def test_a_player_who_comes_back_in_time_does_not_leave(world):
    client = world.join()
    client.gone()
    world.run(9.0)
    world.join()
    world.run(5.0)
    assert world.engine.player("ada").connected


def test_connections_are_counted_and_the_count_returns(world):
    clients = [world.connect() for _ in range(3)]
    assert (world.shard.connected, world.metric("mmod_connections")) == (3, 3)
    for client in clients:
        client.gone("lost")
    assert (world.shard.connected, world.metric("mmod_connections")) == (0, 0)
    assert world.metric("mmod_closes_total", reason="lost") == 3


def test_a_stop_tells_everybody_whatever_they_are_doing(world):
    world.gate.shut = True
    clients = [world.connect(), world.join("Bob")]
    world.gate.shut = False
    clients.append(world.join("Ada"))
    world.shard.close_all(CloseCode.SERVICE_RESTART, "shutdown")
    assert [client.wire.closed for client in clients] == [(1012, "shutdown")] * 3
    assert not any(client.of("error") for client in clients)


def test_a_drained_world_takes_nobody_and_sends_those_present_away(world):
    present = world.join()
    world.operations.drain()
    newcomer = world.connect()
    assert present.wire.closed == newcomer.wire.closed == (1012, "drained")
    newcomer.hello("Bob")
    assert newcomer.messages == []


def test_a_join_under_way_when_the_world_is_drained_does_not_succeed(world):
    world.gate.shut = True
    client = world.join()
    world.operations.drain()
    world.gate.open_for(0)
    assert world.engine.players() == ()
    assert client.wire.closed == (1012, "drained")
    assert client.messages == []


# --- two daemons ------------------------------------------------------------------------------------------------------


@pytest.fixture
def daemons():
    here = World(name="here-")
    return here, World(memory=here.memory, clock=here.clock, name="there-")


def test_a_player_whom_another_daemon_owns_now_leaves_this_world_unsaved(daemons):
    here, there = daemons
    here.persistence.start_persistence()
    stale = here.join()
    here.give("ada")
    assert there.join().joined
    stale.input(1)
    here.run(11.0)
    assert (stale.error, stale.wire.closed) == ("replaced", (4003, "replaced"))
    assert here.engine.player("ada") is None
    assert here.writer.epoch("ada") == 0
    assert here.metric("mmod_saves_total", result="superseded") == 1
    stale.gone()
    here.run(1.0)
    assert there.writer.epoch("ada") == there.stored("ada").epoch


def test_an_item_command_on_the_stale_side_is_never_acknowledged(daemons):
    here, there = daemons
    stale = here.join()
    sword = here.give("ada", "club_oak")
    there.join()
    stale.equip(1, sword)
    there.turn(1.0)
    assert stale.error == "replaced"
    assert not stale.of("equipment_result")


def test_a_player_who_comes_back_from_another_daemon_finds_what_it_left_there(daemons):
    here, there = daemons
    here.join().gone()
    here.turn(0.1)
    visit = there.join()
    there.turn(0.1)
    item = there.give("ada")
    visit.gone()
    there.turn(0.1)
    back = here.join()  # it still lingers here, as it was before
    assert [entry["instance"]["instance_id"] for entry in back.ack["inventory"]["items"]] == [item]


# --- the tick ---------------------------------------------------------------------------------------------------------


def test_the_tick_rate_is_that_of_the_last_second(world):
    assert world.shard.tick_rate() == 20.0
    world.run(3.0)
    assert world.shard.tick_rate() == pytest.approx(20.0)
    for _ in range(20):
        world.turn(0.1)
        world.tick()
    assert world.shard.tick_rate() == pytest.approx(10.0)


def test_ticks_that_were_caught_up_at_one_moment_do_not_divide_by_zero():
    world = World()
    world.tick(5)
    assert world.shard.tick_rate() == 20.0


def test_players_and_bots_are_counted(world):
    world.join("Ada")
    world.join("Bob")
    world.tick(2)
    assert (world.metric("mmod_players"), world.metric("mmod_bots")) == (2, 0)


def test_telemetry_follows_a_pong(world):
    client = world.join()
    world.run(1.0)
    world.turn(0.025)
    client.pong()
    (telemetry,) = client.of("telemetry")
    assert telemetry["tick_rate"] == pytest.approx(20.0)
    assert telemetry["rtt_ms"] == pytest.approx(125.0, abs=1.0)  # since the state that the ping went with
    assert json.loads(client.wire.frames[-1])["type"] == "telemetry"


@pytest.mark.parametrize("first", [0, 1])
def test_who_sends_an_input_per_snapshot_soon_hears_of_each_at_the_next_tick(world, ada, first):
    world.tick(first)
    for seq in range(1, 52):  # more than five seconds of them
        ada.input(seq)
        world.tick(2)
    ada.input(52)
    world.tick()
    assert ada.of("state")[-1]["ack"] == 52
