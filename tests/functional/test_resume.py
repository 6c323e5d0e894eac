"""protocol.md, "Resume"."""

import pytest

from mmod.wire.messages import EquipmentResult, Error

from .conftest import unique
from .harness.database import DURABLE_STORES, SQLITE
from .harness.raw import RawClient

#: Ticks per second.
HZ = 20


def worn_out(client):
    """Use the input sequence up to 7 and the command sequence up to 3, so that a resume has something to keep."""
    client.walk(0, 0, seq=7)
    client.unequip("head", seq=3)
    client.expect(EquipmentResult)
    client.state(lambda state: state.ack == 7)


def assert_goes_on(client):
    """The sequences are where they were."""
    client.unequip("head", seq=3)
    client.unequip("head", seq=4)
    assert client.expect(EquipmentResult).seq == 4


def test_a_resumed_session_keeps_its_ack_and_sequences(daemon, join):
    name = unique("ada")
    first = join(daemon, name)
    worn_out(first)
    first.cut()
    second = join(daemon, name, resume=first.joined.resumeToken, lastSeq=9)
    assert (second.joined.resumed, second.joined.ack) == (True, 7)
    assert second.state().ack == 7
    second.walk(1, 0, seq=7)
    assert second.state().player.vel.x == 0
    assert_goes_on(second)


def test_a_join_without_a_token_begins_anew(daemon, join):
    name = unique("ada")
    first = join(daemon, name)
    worn_out(first)
    first.close()
    second = join(daemon, name)
    assert (second.joined.resumed, second.joined.ack) == (False, 0)
    second.unequip("head", seq=3)
    assert second.expect(EquipmentResult).seq == 3


def test_a_resumed_player_is_where_it_was(daemon, join):
    name = unique("ada")
    first = join(daemon, name)
    daemon.operator.teleport(name, 33, -44)
    first.state(lambda state: state.player.pos.x == 33)
    first.cut()
    second = join(daemon, name, resume=first.joined.resumeToken)
    assert (second.joined.pos.x, second.joined.pos.z) == (33, -44)


def test_a_silent_connection_is_replaced_by_the_resumed_one(daemon, join):
    name = unique("ada")
    silent = join(daemon, name)
    worn_out(silent)
    second = join(daemon, name, resume=silent.joined.resumeToken)
    assert (second.joined.resumed, second.joined.ack) == (True, 7)
    assert silent.expect(Error).code == "replaced"
    assert silent.closed() == 4003
    assert_goes_on(second)


def test_a_token_is_good_once(daemon, join):
    name = unique("ada")
    token = join(daemon, name).joined.resumeToken
    assert join(daemon, name, resume=token).joined.resumed
    assert not join(daemon, name, resume=token).joined.resumed


def test_a_new_join_takes_the_old_token_away(daemon, join):
    name = unique("ada")
    token = join(daemon, name).joined.resumeToken
    join(daemon, name)
    assert not join(daemon, name, resume=token).joined.resumed


def test_of_two_who_use_a_token_at_once_one_resumes(daemon, join, connect):
    name = unique("ada")
    first = join(daemon, name)
    first.cut()
    rivals = [connect(daemon) for _ in range(2)]
    for rival in rivals:
        rival.hello(f"dev:{name}", resume=first.joined.resumeToken)
    (loser,) = [rival for rival in rivals if not stays(rival)]
    (winner,) = [rival for rival in rivals if rival is not loser]
    resumed = [rival.joined.resumed for rival in rivals if rival.frames[0].startswith('{"type":"join_ack"')]
    assert sorted(resumed) in ([True], [False, True])
    assert loser.closed() == 4003
    assert winner.state().player.id == name


def stays(client):
    """Tell whether a client that has said hello is in the world for half a second."""
    try:
        began = client.state().tick
        return bool(client.state(lambda state: state.tick >= began + HZ // 2))
    except AssertionError:
        return False


def mangled(kind, token, foreign):
    return {
        "foreign": foreign,
        "cut": token[:-1],
        "longer": token + "A",
        "of one's own": "A" * len(token),
        "empty": "",
    }[kind]


@pytest.mark.parametrize("kind", ["foreign", "cut", "longer", "of one's own", "empty"])
def test_a_token_that_is_no_good_joins_all_the_same_and_always_alike(daemon, join, kind):
    name = unique("ada")
    first = join(daemon, name)
    worn_out(first)
    foreign = join(daemon, unique("ben")).joined.resumeToken
    second = join(daemon, name, resume=mangled(kind, first.joined.resumeToken, foreign))
    assert (second.joined.resumed, second.joined.ack) == (False, 0)
    assert second.joined.resumeToken not in (first.joined.resumeToken, foreign)
    second.state()
    assert not second.heard(Error)


def test_a_foreign_token_is_still_good_for_its_owner(daemon, join):
    name = unique("ada")
    token = join(daemon, name).joined.resumeToken
    join(daemon, unique("eve"), resume=token)
    assert join(daemon, name, resume=token).joined.resumed


def test_a_token_does_not_stand_for_authentication(daemon, join, connect):
    token = join(daemon, unique("ada")).joined.resumeToken
    eve = connect(daemon)
    eve.hello("nonsense", resume=token)
    assert eve.expect(Error).code == "auth"


@pytest.mark.stores(SQLITE)
def test_a_token_is_stored_only_as_a_hash(launch, join):
    daemon = launch()
    token = join(daemon, "ada").joined.resumeToken
    daemon.operator.checkpoint("ada")
    daemon.stop()
    for file in daemon.state_dir.iterdir():
        assert token.encode() not in file.read_bytes()
    assert token not in daemon.log


@pytest.mark.stores(*DURABLE_STORES)
def test_a_token_outlives_the_daemon(launch, join):
    daemon = launch()
    first = join(daemon, "ada")
    worn_out(first)
    daemon.stop()
    daemon.start()
    second = join(daemon, "ada", resume=first.joined.resumeToken)
    assert (second.joined.resumed, second.joined.ack) == (True, 7)
    assert_goes_on(second)


def test_a_token_is_too_old_when_its_time_is_over(launch, join):
    daemon = launch(settings={"session.resume_ttl": 0.3, "world.linger": 0})
    first, watcher = join(daemon, "ada"), join(daemon, "ben")
    first.cut()
    began = watcher.state().tick
    watcher.state(lambda state: state.tick > began + 0.5 * HZ)
    assert not join(daemon, "ada", resume=first.joined.resumeToken).joined.resumed


def test_a_lost_player_lingers_and_then_leaves_the_world(launch, join):
    daemon = launch(settings={"world.linger": 1})
    ben, ada = join(daemon, "ben"), join(daemon, "ada")
    ada.walk(1, 0)
    ben.state(lambda state: any(entity.id == "ada" and entity.vel.x == 3 for entity in state.entities))
    ada.cut()
    stopped = ben.state(lambda state: any(entity.id == "ada" and entity.vel.x == 0 for entity in state.entities))
    gone = ben.state(lambda state: all(entity.id != "ada" for entity in state.entities))
    assert 0.8 * HZ <= gone.tick - stopped.tick <= 1.2 * HZ
    assert not daemon.operator.player("ada")["connected"]


def test_a_player_that_comes_back_in_time_never_leaves(launch, join):
    daemon = launch(settings={"world.linger": 0.5})
    ben, ada = join(daemon, "ben"), join(daemon, "ada")
    ben.state(lambda state: any(entity.id == "ada" for entity in state.entities))
    ada.cut()
    join(daemon, "ada", resume=ada.joined.resumeToken)
    for _ in range(12):
        assert [entity.id for entity in ben.state().entities if entity.kind == "player"] == ["ada"]


def test_a_recorded_conversation_has_no_effect_a_second_time(daemon, join):
    name = unique("ada")
    first = join(daemon, name)
    said = [
        {"type": "input", "seq": 50, "dt": 0.05, "intent": {"x": 1, "z": 0}},
        {"type": "unequip", "seq": 9, "slot": "head"},
    ]
    for message in said:
        first.send(message)
    first.expect(EquipmentResult)
    second = join(daemon, name, resume=first.joined.resumeToken)
    second.walk(0, 0, seq=51)
    for message in said:
        second.send(message)
    shown = second.state(lambda state: state.ack == 51)
    assert second.state().player.vel.x == 0
    assert shown.ack == second.state().ack
    assert not second.heard(EquipmentResult)


def test_a_reset_connection_leaves_a_session_to_resume(daemon, join):
    name = unique("ada")
    with RawClient(daemon.port) as raw:
        raw.join(f"dev:{name}")
        token = raw.join_ack()["resumeToken"]
    assert join(daemon, name, resume=token).joined.resumed
