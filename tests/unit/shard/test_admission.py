import json
from itertools import permutations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from zope.interface.verify import verifyObject

from mmod.errors import Unavailable
from mmod.interfaces import IAuthenticator, IClientTransport
from mmod.session.resume import token_hash
from mmod.shard.admission import StartingKit
from mmod.world.settings import WorldSettings

from .bench import Gate, Wire, World


@pytest.fixture
def world():
    return World()


def spoil(world, player_id):
    row = world.memory.rows[player_id]
    world.memory.rows[player_id] = evolve(row, columns=replace(row.columns, inventory="{damaged"))


def settled(world, client, seconds=11.0):
    """Let a client go and its player leave the world."""
    client.gone()
    world.run(seconds)


def test_the_doubles_are_what_they_stand_for():
    verifyObject(IClientTransport, Wire())
    verifyObject(IAuthenticator, Gate())


# --- the way in -------------------------------------------------------------------------------------------------------


def test_a_newcomer_is_told_everything_it_needs(world):
    client = world.join("Ada")
    assert client.messages == [
        {
            "type": "join_ack",
            "data": {
                "playerID": "ada",
                "cell": {"cx": 0, "cz": 0},
                "resumeToken": "token-1",
                "resumed": False,
                "ack": 0,
                "tick": 0,
                "pos": {"x": 0, "z": 0},
                "config": {
                    "tick_hz": 20,
                    "snapshot_hz": 10,
                    "aoi_radius": 128,
                    "cell_size": 256,
                    "handover_hysteresis": 2,
                    "move_speed": 3,
                },
                "inventory": {
                    "items": [],
                    "compartment_caps": {"backpack": 50, "belt": 10, "craft_bag": 30},
                    "weight_limit": 100,
                    "encumbrance": client.ack["encumbrance"],
                },
                "equipment": {"slots": {}},
                "skills": {},
                "encumbrance": {
                    "current_weight": 0,
                    "max_weight": 100,
                    "current_bulk": 0,
                    "max_bulk": 90,
                    "weight_pct": 0,
                    "bulk_pct": 0,
                    "movement_penalty": 1,
                },
            },
        }
    ]
    assert client.joined
    assert world.metric("mmod_joins_total", result="joined") == 1


def test_a_newcomer_gets_the_starting_kit_once_and_it_is_saved():
    world = World(kit=StartingKit((("sword_iron", 1), ("potion_health", 3)), (("melee", 10),)))
    client = world.join()
    kit = [
        (item["instance"]["instance_id"], item["instance"]["template_id"], item["instance"]["quantity"])
        for item in client.ack["inventory"]["items"]
    ]
    assert kit == [("item-2", "sword_iron", 1), ("item-3", "potion_health", 3)]
    assert client.ack["skills"] == {"melee": 10}
    settled(world, client)
    again = world.join()
    assert [item["instance"]["instance_id"] for item in again.ack["inventory"]["items"]] == ["item-2", "item-3"]


def test_a_returning_player_is_where_and_what_it_was(world):
    first = world.join()
    item = world.give("ada")
    first.input(1)
    world.run(2.0)
    where = first.of("state")[-1]["player"]["pos"]
    settled(world, first)
    assert world.engine.player("ada") is None
    second = world.join()
    assert second.ack["pos"] == where
    assert second.ack["inventory"]["items"][0]["instance"]["instance_id"] == item
    assert (second.ack["resumed"], second.ack["ack"]) == (False, 0)


def test_tokens_are_new_at_every_join_and_stored_only_as_a_hash(world):
    tokens = [world.join(name).ack["resumeToken"] for name in ("Ada", "Bob", "Ada")]
    assert len(set(tokens)) == 3
    assert not any(token in repr(world.memory.rows) for token in tokens)


# --- refused ----------------------------------------------------------------------------------------------------------


def test_a_bad_token_is_refused(world):
    client = world.connect().say(type="hello", token="whoever")
    assert (client.error, client.wire.closed) == ("auth", (4001, "auth"))
    assert world.memory.rows == {}
    assert world.metric("mmod_joins_total", result="auth") == 1


def test_an_authentication_service_that_is_away_is_told(world):
    world.gate.shut = True
    client = world.join()
    world.gate.fail_for(0, Unavailable("away"))
    assert (client.error, client.wire.closed) == ("unavailable", (1013, "unavailable"))


def test_a_fault_of_ours_is_told_without_its_cause(world):
    world.gate.shut = True
    client = world.join()
    world.gate.fail_for(0, RuntimeError("password=hunter2"))
    assert (client.error, client.wire.closed) == ("unavailable", (1013, "unavailable"))
    assert b"hunter2" not in b"".join(client.wire.frames)


def test_a_store_that_fails_is_told(world):
    world.store.prompt = False
    client = world.join()
    world.store.only("claim").fail("password=hunter2")
    assert (client.error, client.wire.closed) == ("unavailable", (1013, "unavailable"))
    assert b"hunter2" not in b"".join(client.wire.frames)
    assert world.engine.players() == ()


def test_a_store_that_is_silent_is_told_after_the_timeout(world):
    world.store.prompt = False
    client = world.join()
    world.turn(1.999)
    assert client.messages == []
    world.turn(0.002)
    assert (client.error, client.wire.closed) == ("unavailable", (1013, "unavailable"))


def test_while_the_store_is_known_to_be_away_nobody_claims_and_no_resume_token_is_spent(world):
    first = world.join()
    token = first.ack["resumeToken"]
    settled(world, first)
    go_away(world)
    refused = world.join(resume=token)
    assert (refused.error, refused.wire.closed) == ("unavailable", (1013, "unavailable"))
    assert not world.store.asked("claim")
    world.store.prompt = True
    world.store.only("ping").answer()
    assert world.join(resume=token).ack["resumed"] is True


def go_away(world):
    """Let the store fall silent, until that is known."""
    world.store.prompt = False
    world.writer.start()
    world.turn(2.0)
    assert world.writer.away


def come_back(world):
    world.store.prompt = True
    for _ in range(3):
        for question in list(world.store.questions):
            question.answer()
        world.turn(0.1)
    assert not world.writer.away


def test_a_full_world_refuses_newcomers_but_not_those_who_linger_in_it():
    world = World(world=WorldSettings(max_players=1))
    first = world.join("Ada")
    second = world.join("Bob")
    assert (second.error, second.wire.closed) == ("world_full", (4005, "world_full"))
    assert "bob" not in world.memory.rows
    first.gone()
    assert world.join("Bob").error == "world_full"
    assert world.join("Ada").joined


def test_the_last_place_goes_to_one_of_two_who_come_at_once():
    world = World(world=WorldSettings(max_players=1))
    world.store.prompt = False
    ada, bob = world.join("Ada"), world.join("Bob")
    while world.store.asked("claim"):
        world.store.asked("claim")[0].answer()
    assert sorted([ada.kinds()[0], bob.kinds()[0]]) == ["error", "join_ack"]
    assert bob.error == "world_full"
    assert world.writer.epoch("bob") == 0


# --- the client is gone meanwhile -------------------------------------------------------------------------------------


def test_a_client_gone_during_authentication_never_joins(world):
    world.gate.shut = True
    client = world.join()
    client.gone()
    world.gate.open_for(0)
    assert world.engine.players() == ()
    assert client.messages == []
    assert world.writer.epoch("ada") == 0


def test_a_client_gone_during_the_claim_never_joins_and_the_player_is_given_back(world):
    world.store.prompt = False
    client = world.join()
    client.gone()
    world.store.only("claim").answer()
    assert world.engine.players() == ()
    assert world.writer.epoch("ada") == 0
    world.store.prompt = True
    assert world.join().joined


def test_a_client_gone_during_the_claim_of_a_lingering_player_leaves_its_session_resumable(world):
    first = world.join()
    first.gone()
    world.turn(0.1)
    world.store.prompt = False
    second = world.join()
    world.turn(0.1)
    second.gone()
    world.store.only("claim").answer()
    world.store.prompt = True
    world.run(61.5)
    # What ended was the first connection, long ago: the token of the second must not count from a later time.
    assert world.stored("ada").mark.ended_at == pytest.approx(world.wall() - 61.7, abs=0.2)
    assert world.engine.player("ada") is None


def joining_with_a_spoilt_record(world):
    """Let Ada join until her record, which cannot be used, is about to be set aside."""
    settled(world, world.join())
    spoil(world, "ada")
    world.store.prompt = False
    client = world.join()
    world.store.only("claim").answer()
    return client


def test_a_client_gone_while_its_record_is_set_aside_leaves_nobody_in_the_world(world):
    client = joining_with_a_spoilt_record(world)
    client.gone()
    world.store.only("quarantine").answer()
    assert world.engine.players() == ()
    assert world.writer.epoch("ada") == 0


# --- a record that cannot be used -------------------------------------------------------------------------------------


def test_a_record_that_cannot_be_read_is_set_aside_and_the_player_begins_anew_and_is_told(world):
    settled(world, world.join())
    spoil(world, "ada")
    client = world.join()
    assert client.kinds() == ["join_ack", "error"]
    assert (client.error, client.wire.closed) == ("bad_record", None)
    assert client.joined
    (entry,) = world.memory.quarantined().result
    assert entry.player_id == "ada"
    assert world.metric("mmod_bad_records_total") == 1


def test_a_record_that_this_world_cannot_hold_is_set_aside_too(world):
    first = world.join()
    world.give("ada")
    settled(world, first)
    row = world.memory.rows["ada"]
    inventory = json.loads(row.columns.inventory)
    inventory["items"][0]["instance"]["template_id"] = "of_another_world"
    world.memory.rows["ada"] = evolve(row, columns=replace(row.columns, inventory=json.dumps(inventory)))
    client = world.join()
    assert (client.kinds(), client.error) == (["join_ack", "error"], "bad_record")
    assert client.ack["inventory"]["items"] == []
    assert "of_another_world" in world.memory.quarantined().result[0].reason


def test_a_player_that_began_anew_is_saved(world):
    settled(world, world.join())
    spoil(world, "ada")
    world.join()
    world.turn(0.1)
    assert world.stored("ada").columns is not None


def test_a_record_spoilt_behind_a_lingering_player_is_replaced_by_what_the_player_is(world):
    first = world.join()
    item = world.give("ada")
    first.gone()
    world.turn(0.1)
    spoil(world, "ada")
    second = world.join()
    world.turn(0.1)
    assert second.ack["inventory"]["items"][0]["instance"]["instance_id"] == item
    assert item in world.stored("ada").columns.inventory


def test_of_two_joins_with_a_spoilt_record_the_newest_wins(world):
    settled(world, world.join())
    spoil(world, "ada")
    world.store.prompt = False
    first, second = world.join(), world.join()
    for kind in ("claim", "quarantine", "claim"):
        world.store.only(kind).answer()
    assert (first.error, first.wire.closed) == ("replaced", (4003, "replaced"))
    assert second.joined


def test_a_join_whose_record_cannot_be_set_aside_leaves_the_player_to_nobody(world):
    client = joining_with_a_spoilt_record(world)
    world.store.only("quarantine").fail()
    assert client.error == "unavailable"
    assert world.writer.epoch("ada") == 0


def test_a_join_whose_record_cannot_be_set_aside_takes_the_player_from_no_newer_one(world):
    settled(world, world.join())
    spoil(world, "ada")
    world.store.prompt = False
    first, second = world.join(), world.join()
    world.store.only("claim").answer()
    world.store.only("quarantine").fail()
    for kind in ("claim", "quarantine"):
        world.store.only(kind).answer()
    world.store.prompt = True
    world.run(1.0)
    assert (first.error, second.joined) == ("unavailable", True)
    assert world.writer.epoch("ada") == world.stored("ada").epoch


# --- replaced and resumed ---------------------------------------------------------------------------------------------


def test_the_newest_session_wins_and_the_older_one_is_told(world):
    first, second = world.join(), world.join()
    assert (first.error, first.wire.closed) == ("replaced", (4003, "replaced"))
    assert second.joined
    assert world.engine.players() == ("ada",)
    first.gone()
    assert world.engine.player("ada").connected


def test_a_resumed_session_goes_on_where_it_was(world):
    first = world.join()
    first.input(5)
    world.run(1.0)
    first.gone("lost")
    world.run(1.0)
    second = world.join(resume=first.ack["resumeToken"], lastSeq=3)
    assert (second.ack["resumed"], second.ack["ack"]) == (True, 5)
    assert second.ack["pos"]["x"] == pytest.approx(3.0)
    assert world.metric("mmod_joins_total", result="resumed") == 1


def test_a_live_session_can_be_resumed_when_its_cable_was_cut_in_silence(world):
    first = world.join()
    first.input(5)
    world.run(0.5)
    second = world.join(resume=first.ack["resumeToken"])
    assert second.ack["resumed"] is True
    assert first.error == "replaced"


def test_a_token_is_good_once(world):
    token = world.join().ack["resumeToken"]
    assert world.join(resume=token).ack["resumed"] is True
    assert world.join(resume=token).ack["resumed"] is False


def test_of_two_joins_with_one_token_at_once_one_resumes(world):
    token = world.join().ack["resumeToken"]
    world.store.prompt = False
    clients = [world.join(resume=token), world.join(resume=token)]
    while world.store.asked("claim"):
        world.store.asked("claim")[0].answer()
    assert [client.ack["resumed"] for client in clients] == [True, False]


@pytest.mark.parametrize("token", ["", "token-2", "foreign", "TOKEN-1", "token-1 "])
def test_a_wrong_token_gives_a_plain_join_with_one_and_the_same_answer(world, token):
    world.join().gone()
    client = world.join(resume=token)
    assert client.kinds() == ["join_ack"]
    assert client.ack["resumed"] is False


def test_the_token_of_another_player_does_not_resume(world):
    token = world.join("Ada").ack["resumeToken"]
    assert world.join("Bob", resume=token).ack["resumed"] is False
    assert world.join("Ada", resume=token).ack["resumed"] is True


def test_after_ten_failed_resumes_of_a_player_every_token_has_to_wait_and_no_other_join(world):
    tokens = {"ada": world.join("Ada").ack["resumeToken"], "bob": world.join("Bob").ack["resumeToken"]}
    for bad in ("wrong", tokens["bob"], tokens["ada"], "", tokens["ada"][:-1]) * 2:
        failed = world.join("Ada", resume=bad)
        assert (failed.kinds(), failed.ack["resumed"]) == (["join_ack"], False)
    good = failed.ack["resumeToken"]
    refused = [world.join("Ada", resume=token) for token in ("wrong", good)]
    assert [(client.error, client.wire.closed) for client in refused] == [("rate_limited", (4002, "rate_limited"))] * 2
    assert refused[0].messages == refused[1].messages
    assert failed.joined
    assert world.join("Bob", resume=tokens["bob"]).ack["resumed"] is True
    world.turn(60.0)
    assert world.join("Ada", resume=good).ack["resumed"] is True


def test_a_join_without_a_token_does_not_wait_for_failed_resumes(world):
    for _ in range(10):
        world.join(resume="wrong")
    assert world.join().joined


@pytest.mark.parametrize(("seconds", "resumed"), [(59.0, True), (61.0, False)])
def test_a_token_is_good_for_a_minute_after_the_connection_ended(world, seconds, resumed):
    first = world.join()
    world.run(5.0)
    first.gone()
    world.run(seconds)
    assert world.join(resume=first.ack["resumeToken"]).ack["resumed"] is resumed


@pytest.mark.parametrize("killed", [False, True])
def test_a_token_is_good_after_a_restart(killed):
    before = World()
    first = before.join()
    first.input(7)
    before.run(1.0)
    if not killed:
        first.gone()
    else:
        before.persistence.save_soon("ada")
    before.turn(0.1)
    after = World(memory=before.memory, clock=before.clock)
    second = after.join(resume=first.ack["resumeToken"])
    assert (second.ack["resumed"], second.ack["ack"]) == (True, 7)


def test_without_a_resume_the_sequences_begin_anew(world):
    first = world.join()
    first.input(9)
    world.tick(2)
    second = world.join()
    assert second.ack["ack"] == 0
    second.input(1)
    world.tick(2)
    assert second.of("state")[-1]["ack"] == 1


def test_a_session_that_did_not_resume_begins_its_sequences_in_the_store_too():
    before = World()
    first = before.join()
    first.input(9)
    first.unequip(7)
    before.run(1.0)
    first.gone()
    before.run(1.0)
    second = before.join()
    before.turn(0.1)
    after = World(memory=before.memory, clock=before.clock, name="after-")
    third = after.join(resume=second.ack["resumeToken"])
    assert (third.ack["resumed"], third.ack["ack"]) == (True, 0)
    third.unequip(7)
    assert [result["seq"] for result in third.of("equipment_result")] == [7]


# --- from memory ------------------------------------------------------------------------------------------------------


def test_a_player_in_the_world_resumes_while_the_store_is_away(world):
    first = world.join()
    first.input(5)
    world.run(1.0)
    first.gone()
    world.run(1.0)
    go_away(world)
    second = world.join(resume=first.ack["resumeToken"])
    assert (second.ack["resumed"], second.ack["ack"]) == (True, 5)
    assert not world.store.asked("claim")
    come_back(world)
    second.gone()
    assert world.join(resume=second.ack["resumeToken"]).ack["resumed"] is True


def test_a_connected_player_is_taken_over_while_the_store_is_away(world):
    first = world.join()
    go_away(world)
    second = world.join()
    assert (first.error, first.wire.closed) == ("replaced", (4003, "replaced"))
    assert (second.joined, second.ack["resumed"]) == (True, False)
    assert second.ack["resumeToken"] != first.ack["resumeToken"]


def test_a_token_is_good_once_while_the_store_is_away_too_and_afterwards(world):
    token = world.join().ack["resumeToken"]
    go_away(world)
    assert [world.join(resume=token).ack["resumed"] for _ in range(2)] == [True, False]
    come_back(world)
    assert world.join(resume=token).ack["resumed"] is False


def test_a_player_whose_claim_fails_joins_from_memory_and_one_that_is_not_there_is_refused(world):
    first = world.join("Ada")
    world.store.prompt = False
    again, stranger = world.join("Ada", resume=first.ack["resumeToken"]), world.join("Bob")
    while world.store.asked("claim"):
        world.store.asked("claim")[0].fail()
    assert (again.joined, again.ack["resumed"]) == (True, True)
    assert stranger.error == "unavailable"


def test_the_token_of_a_claim_that_failed_is_given_to_nobody(world):
    first = world.join()
    world.store.prompt = False
    second = world.join(resume=first.ack["resumeToken"])
    late = world.store.only("claim")
    late.fail()
    (request,) = late.asked
    assert second.joined
    assert token_hash(second.ack["resumeToken"]) != request.next_token_hash


def test_a_silent_store_is_waited_for_no_longer_than_its_timeout_before_memory_must_do(world):
    first = world.join()
    world.store.prompt = False
    second = world.join(resume=first.ack["resumeToken"])
    world.turn(1.999)
    assert second.messages == []
    world.turn(0.002)
    assert second.ack["resumed"] is True


def test_a_player_that_left_the_world_unsaved_comes_back_with_what_it_had(world):
    first = world.join()
    item = world.give("ada")
    first.input(5)
    world.run(1.0)
    go_away(world)
    settled(world, first)
    assert world.engine.player("ada") is None
    second = world.join(resume=first.ack["resumeToken"])
    assert (second.ack["resumed"], second.ack["ack"]) == (True, 5)
    assert second.ack["pos"]["x"] == pytest.approx(3.0)
    assert second.ack["inventory"]["items"][0]["instance"]["instance_id"] == item


def test_a_client_gone_while_its_claim_failed_spends_no_token(world):
    first = world.join()
    world.store.prompt = False
    second = world.join(resume=first.ack["resumeToken"])
    second.gone()
    world.store.only("claim").fail()
    assert first.joined
    go_away(world)
    assert world.join(resume=first.ack["resumeToken"]).ack["resumed"] is True


@pytest.mark.parametrize(("session", "resumed"), [(0, False), (1, True)])
def test_after_a_restart_the_token_of_the_join_from_memory_is_the_good_one(session, resumed):
    before = World()
    first = before.join()
    first.gone()
    go_away(before)
    second = before.join(resume=first.ack["resumeToken"])
    come_back(before)
    after = World(memory=before.memory, clock=before.clock, name="after-")
    token = (first, second)[session].ack["resumeToken"]
    assert after.join(resume=token).ack["resumed"] is resumed


# --- several at once, in every order ----------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_three_joins_at_once_the_last_to_be_authenticated_wins(world, order):
    world.gate.shut = True
    clients = {f"dev:{name}": world.join(name) for name in ("ADA", "Ada", "ada")}
    tokens = list(clients)
    for number in order:
        waiting = [token for token, _ in world.gate.waiting]
        world.gate.open_for(waiting.index(tokens[number]))
    world.turn()
    *losers, winner = (clients[tokens[number]] for number in order)
    assert winner.joined
    assert [client.error for client in losers] == ["replaced", "replaced"]
    assert world.engine.players() == ("ada",)
    assert world.engine.player("ada").name == tokens[order[-1]].removeprefix("dev:")


_EVENTS = st.one_of(
    st.tuples(st.just("hello"), st.sampled_from(["Ada", "Bob"]), st.booleans()),
    st.tuples(st.sampled_from(["authenticate", "answer", "fail", "leave", "wait", "tick"]), st.integers(0, 5)),
)


@given(st.lists(_EVENTS, max_size=30))
def test_whatever_the_order_of_answers_a_player_has_one_session_and_everybody_an_answer(events):
    world = World()
    world.gate.shut, world.store.prompt = True, False
    clients, present = [], []
    for kind, *arguments in events:
        match kind:
            case "hello":
                name, resumes = arguments
                tokens = [client.ack["resumeToken"] for client in clients if client.of("join_ack")]
                more = {"resume": tokens[-1]} if resumes and tokens else {}
                clients.append(world.join(name, **more))
                present.append(clients[-1])
            case "authenticate" if world.gate.waiting:
                world.gate.open_for(arguments[0] % len(world.gate.waiting))
            case "answer" if world.store.questions:
                world.store.questions[arguments[0] % len(world.store.questions)].answer()
            case "fail" if world.store.questions:
                world.store.questions[arguments[0] % len(world.store.questions)].fail()
            case "leave" if present:
                present.pop(arguments[0] % len(present)).gone()
            case "wait":
                world.turn(arguments[0] / 4)
            case "tick":
                world.tick(arguments[0])
        assert_one_session_each(world, clients)
    while world.gate.waiting:
        world.gate.open_for(0)
    for _ in range(30):
        for question in list(world.store.questions):
            question.answer()
        world.turn(0.1)
        assert_one_session_each(world, clients)
    assert all(client.answered for client in present)


def assert_one_session_each(world, clients):
    live = [client.connection for client in clients if client.joined]
    rostered = [viewer.connection for _, viewer in world.shard.roster]
    assert set(live) == set(rostered)
    assert len(rostered) == len({player_id for player_id, _ in world.shard.roster})
    assert all(world.engine.player(player_id) is not None for player_id, _ in world.shard.roster)
