import pytest
from twisted.internet.defer import CancelledError

from mmod.client import (
    Closed,
    CommandRefused,
    ConnectionFailed,
    Dialect,
    Disconnected,
    GaveUp,
    HandedOver,
    Joined,
    JoinRefused,
    Kicked,
    Measured,
    Point,
    Replaced,
    Warned,
)
from mmod.client.link import SILENCE
from mmod.errors import Unavailable
from mmod.session.closing import CloseCode
from mmod.session.closing import Kicked as KickedByOperator
from mmod.spatial.vector import Vector
from mmod.world.commands import SetSkill, Teleport

from .endpoint import Play


@pytest.fixture
def play():
    return Play()


def worn(player):
    return {slot: each.instance.instance_id for slot, each in player.equipment.slots.items()}


def of(kind, events):
    """Return the events of a kind that have come."""
    return [event for event in events._values if isinstance(event, kind)]


# --- in the world -----------------------------------------------------------------------------------------------------


def test_a_block_is_a_player_in_the_world_and_its_end_leaves_it(play):
    async def main():
        async with play.connect("Ada") as me:
            assert (me.id, me.connected, me.pos) == ("ada", True, Point(0.0, 0.0))
            assert play.world.shard.connected == 1
        assert not me.connected

    play.result(main())
    play.run(1)
    assert play.world.shard.connected == 0


@pytest.mark.parametrize("dialect", Dialect)
def test_a_player_walks_and_sees_the_others(play, dialect):
    me, _ = play.joined("Ada", dialect=dialect)
    play.joined("Ben")
    me.walk(1, 0)
    play.run(1)
    assert 2.5 < me.pos.x <= 3.0
    assert me.state.vel == Point(3.0, 0.0)
    assert [(entity.id, entity.name, entity.kind) for entity in me.entities] == [("ben", "Ben", "player")]
    assert [player.id for player in me.state.players] == ["ben"]


def test_walking_as_fast_as_states_come_or_faster_never_says_more_than_the_server_takes():
    play = Play(message_rate=60, message_burst=120)
    me, _ = play.joined()
    for step in range(2000):
        me.walk(1, step % 7)
        if step % 20 == 0:
            play.run(0.05)
    assert me.connected


def test_who_stands_still_is_not_taken_for_idle(play):
    me, _ = play.joined()
    play.run(100)
    assert me.connected
    assert play.endpoint.attempts == 1


def test_an_equip_gives_its_result_and_shows_in_the_next_state(play):
    me, _ = play.joined()
    club = play.world.give("ada", "club_oak")
    result = play.result(me.equip(club, "main_hand"))
    assert (result.operation, result.slot, result.success) == ("equip", "main_hand", True)
    play.run(0.2)
    assert worn(me) == {"main_hand": club}
    assert 1.0 < me.state.cooldown("main_hand") < 2.0
    assert play.result(me.unequip("main_hand")).success
    play.run(0.2)
    assert worn(me) == {}
    assert [stowed.instance.instance_id for stowed in me.inventory.items] == [club]


def test_a_refused_command_raises_with_its_code_and_changes_nothing(play):
    me, _ = play.joined()
    sword = play.world.give("ada", "sword_iron")
    with pytest.raises(CommandRefused) as refused:
        play.result(me.equip(sword, "main_hand"))
    assert refused.value.code == "skill_gate"
    assert worn(me) == {}


def test_commands_go_out_one_after_the_other_in_order(play):
    me, _ = play.joined()
    club, cap = play.world.give("ada", "club_oak"), play.world.give("ada", "cap_wool")
    asked = [play.start(me.equip(club, "main_hand")), play.start(me.equip(cap, "head"))]
    asked.append(play.start(me.unequip("head")))
    assert [play.result(one).seq for one in asked] == [1, 2, 3]


def test_a_state_always_holds_everything_whichever_ones_a_reader_leaves_out(play):
    me, _ = play.joined()
    states = me.states()
    play.run(0.5)
    play.world.give("ada", "club_oak")
    play.world.shard.apply(SetSkill("ada", "melee", 7))
    play.run(2)
    newest = play.result(states.__anext__())
    assert newest is me.state
    assert newest.skills["melee"] == 7
    assert [stowed.instance.template_id for stowed in newest.inventory.items] == ["club_oak"]
    assert newest.encumbrance.current_weight > 0


def test_a_handover_is_an_event_and_moves_the_cell(play):
    me, _ = play.joined()
    events = me.events()
    play.world.shard.apply(Teleport("ada", Vector(300.0, 0.0)))
    play.run(0.5)
    (moved,) = of(HandedOver, events)
    assert (moved.origin.cx, moved.target.cx, me.state.cell.cx) == (0, 1, 1)


def test_telemetry_comes_by_itself(play):
    me, _ = play.joined()
    events = me.events()
    play.run(3)
    assert me.telemetry in of(Measured, events)
    assert me.telemetry.tick_rate == pytest.approx(20, abs=1)


def test_a_complaint_of_the_server_is_an_event_and_no_end(play):
    me, _ = play.joined()
    events = me.events()
    play.cable.client.sendMessage(b"{}")
    play.run(0.2)
    assert [event.code for event in of(Warned, events)] == ["bad_request"]
    assert me.connected


# --- joining ----------------------------------------------------------------------------------------------------------


def test_a_refused_token_raises_at_once(play):
    with pytest.raises(JoinRefused) as refused:
        play.joined(token="nonsense")
    assert refused.value.code == "auth"
    play.run(30)
    assert play.endpoint.attempts == 1


def test_a_first_attempt_that_finds_nobody_raises_at_once(play):
    play.endpoint.refusing = True
    with pytest.raises(ConnectionFailed):
        play.joined()


def test_a_store_that_is_away_refuses_the_first_join_with_its_code(play):
    play.world.gate.shut = True
    joining = play.start(play.connect().__aenter__())
    play.run(0.2)
    play.world.gate.fail_for(0, Unavailable("the store is away"))
    with pytest.raises(JoinRefused) as refused:
        play.result(joining)
    assert refused.value.code == "unavailable"


def test_a_join_that_is_cancelled_leaves_nothing_behind(play):
    play.endpoint.silent = True
    joining = play.start(play.connect().__aenter__())
    joining.cancel()
    with pytest.raises(CancelledError):
        play.result(joining)
    assert not [call for call in play.clock.getDelayedCalls() if "client" in repr(call.func)]


def test_a_token_that_expires_is_asked_for_anew(play):
    given = []

    def token():
        given.append(f"dev:Ada{len(given) * 0}")
        return "dev:Ada"

    me, _ = play.joined(token=token)
    play.cable.end()
    play.run(1)
    assert me.connected
    assert len(given) == 2


def test_a_token_that_cannot_be_had_ends_the_player_with_that_error(play):
    def token():
        raise LookupError("no token today")

    with pytest.raises(LookupError):
        play.joined(token=token)


# --- lost connections -------------------------------------------------------------------------------------------------


def test_a_lost_connection_is_made_again_for_the_same_player_where_it_was(play):
    me, _ = play.joined()
    events = me.events()
    me.walk(1, 0)
    play.run(1)
    play.cable.end()
    play.run(2)
    assert play.endpoint.attempts == 2
    lost, joined = of((Disconnected, Joined), events)
    assert (lost.stopping, joined) == (False, Joined("ada", resumed=True))
    assert me.connected
    assert me.pos.x > 4


def test_it_walks_on_as_it_did_without_being_told(play):
    me, _ = play.joined()
    me.walk(0, 1)
    play.run(0.2)
    play.cable.end()
    play.run(1)
    assert me.state.vel == Point(0.0, 3.0)


def test_what_is_said_while_the_connection_is_lost_is_said_after_it(play):
    me, _ = play.joined()
    club = play.world.give("ada", "club_oak")
    play.cable.end()
    play.flow()
    assert not me.connected
    me.walk(0, -1)
    equipped = play.start(me.equip(club, "main_hand"))
    assert play.result(equipped).success
    play.run(0.2)
    assert me.state.vel == Point(0.0, -3.0)


def test_a_server_that_stops_says_so_and_is_tried_again(play):
    me, _ = play.joined()
    events = me.events()
    play.world.shard.close_all(CloseCode.SERVICE_RESTART, "shutdown")
    play.endpoint.refusing = True
    play.run(3)
    assert of(Disconnected, events)[0].stopping
    assert not me.connected
    play.endpoint.refusing = False
    play.run(6)
    assert me.connected


def test_a_silent_connection_is_given_up_and_made_again(play):
    me, _ = play.joined()
    play.cable.deaf = True
    play.run(SILENCE - 1)
    assert play.endpoint.attempts == 1
    play.run(3)
    assert play.endpoint.attempts == 2
    assert me.connected


def test_a_server_that_never_answers_a_hello_is_tried_again(play):
    me, _ = play.joined()
    play.cable.end()
    play.endpoint.silent = True
    play.run(60)
    assert not me.connected
    assert play.endpoint.attempts == 2, "the endpoint has a time limit of its own"


def test_the_pauses_grow_and_have_an_end(play):
    me, _ = play.joined()
    events = me.events()
    play.endpoint.refusing = True
    play.cable.end()
    play.run(60)
    pauses = [lost.retry_in for lost in of(Disconnected, events)]
    assert pauses[0] <= 0.2 < 2.5 <= pauses[-1] <= 5
    assert 12 <= len(pauses) <= 25


def test_patience_has_an_end_when_it_is_given_one(play):
    me, _ = play.joined(patience=10.0)
    states = me.states()
    play.endpoint.refusing = True
    play.cable.end()
    play.run(15)
    with pytest.raises(GaveUp):
        me.walk(1, 0)
    play.result(states.__anext__())
    with pytest.raises(GaveUp):
        play.result(states.__anext__())


def test_a_connection_that_sends_nonsense_is_given_up(play):
    me, _ = play.joined()
    events = me.events()
    play.cable.client.onMessage(b'{"type":"state","data":{}}', False)
    play.run(1)
    assert "cannot be read" in of(Disconnected, events)[0].reason
    assert me.connected


def test_a_message_of_a_type_that_is_new_is_let_through(play):
    me, _ = play.joined()
    play.cable.client.onMessage(b'{"type":"weather","data":{"rain":true}}', False)
    play.run(0.2)
    assert me.connected
    assert play.endpoint.attempts == 1


# --- the end ----------------------------------------------------------------------------------------------------------


def test_the_same_player_elsewhere_is_the_end_of_this_one(play):
    me, _ = play.joined()
    other, _ = play.joined()
    play.run(10)
    assert other.connected
    with pytest.raises(Replaced):
        me.walk(1, 0)
    assert play.endpoint.attempts == 2


def test_a_kick_is_the_end_with_the_operators_reason(play):
    me, _ = play.joined()
    asked = play.start(me.until(lambda state: False))
    play.world.shard.roster.get("ada").connection.refuse(KickedByOperator("mind your language"))
    with pytest.raises(Kicked, match="mind your language"):
        play.result(asked)


def test_a_closed_player_ends_its_iterators_and_fails_its_commands(play):
    me, block = play.joined()
    club = play.world.give("ada", "club_oak")
    play.cable.deaf = True
    seen = []

    async def watch():
        async for state in me.states():
            seen.append(state.tick)
        return "over"

    watching, asked = play.start(watch()), play.start(me.equip(club, "main_hand"))
    play.run(0.2)
    play.result(block.__aexit__(None, None, None))
    assert play.result(watching) == "over"
    with pytest.raises(Closed):
        play.result(asked)
    with pytest.raises(Closed):
        play.result(me.until(lambda state: False))


def test_closing_cuts_off_a_server_that_does_not_answer(play):
    _, block = play.joined()
    play.cable.mute = play.cable.deaf = True
    play.result(block.__aexit__(None, None, None), within=2.0)
    assert play.cable.ended


def test_closing_while_the_connection_is_lost_ends_the_attempts(play):
    _, block = play.joined()
    play.endpoint.refusing = True
    play.cable.end()
    play.run(1)
    play.result(block.__aexit__(None, None, None), within=0.1)
    attempts = play.endpoint.attempts
    play.run(30)
    assert play.endpoint.attempts == attempts


def test_a_player_may_be_closed_by_whoever_hears_of_the_loss(play):
    me, _ = play.joined()

    async def close_at_a_loss():
        async for event in me.events():
            if isinstance(event, Disconnected):
                await me.close()

    watching = play.start(close_at_a_loss())
    play.cable.end()
    play.result(watching, within=1.0)
    play.run(10)
    assert play.endpoint.attempts == 1


def test_a_token_refused_at_a_later_join_is_the_end(play):
    tokens = iter(["dev:Ada", "expired"])
    me, _ = play.joined(token=lambda: next(tokens))
    play.cable.end()
    play.run(2)
    with pytest.raises(JoinRefused, match="auth"):
        me.walk(0, 0)


# --- a command whose answer was lost ----------------------------------------------------------------------------------


def cut_after_asking(play, me, *, reaches_server):
    """Ask for a club in the hand, and cut the cable before the answer comes."""
    club = play.world.give("ada", "club_oak")
    play.run(0.2)
    play.cable.mute, play.cable.deaf = not reaches_server, True
    asked = play.start(me.equip(club, "main_hand"))
    play.run(0.5)
    play.cable.end()
    return club, asked


@pytest.mark.parametrize("reaches_server", [True, False])
@pytest.mark.parametrize("absence", ["short", "too long"])
def test_a_command_is_carried_out_once_and_answered_whenever_the_connection_broke(play, reaches_server, absence):
    me, _ = play.joined()
    club, asked = cut_after_asking(play, me, reaches_server=reaches_server)
    if absence == "too long":
        play.endpoint.refusing = True
        play.run(100)
        play.endpoint.refusing = False
    result = play.result(asked)
    assert (result.success, result.operation, result.slot) == (True, "equip", "main_hand")
    play.run(0.2)
    assert worn(me) == {"main_hand": club}
    assert play.world.metric("mmod_equipment_operations_total", operation="equip", code="success") == 1


def test_a_refusal_into_the_dead_connection_is_asked_for_again(play):
    me, _ = play.joined()
    sword = play.world.give("ada", "sword_iron")
    play.run(0.2)
    play.cable.deaf = True
    asked = play.start(me.equip(sword, "main_hand"))
    play.run(0.2)
    play.cable.end()
    with pytest.raises(CommandRefused, match="skill_gate"):
        play.result(asked)


def test_a_success_that_waits_for_the_store_is_waited_for_over_a_lost_connection(play):
    me, _ = play.joined()
    club = play.world.give("ada", "club_oak")
    play.run(0.2)
    asked = play.start(me.equip(club, "main_hand"))
    play.flow()
    play.cable.end()
    assert play.result(asked).success
    play.run(1)
    assert worn(me) == {"main_hand": club}


def test_after_a_resume_further_commands_are_answered(play):
    me, _ = play.joined()
    club, asked = cut_after_asking(play, me, reaches_server=True)
    play.result(asked)
    assert play.result(me.unequip("main_hand")).success
    play.run(3)
    assert play.result(me.equip(club, "main_hand")).success
