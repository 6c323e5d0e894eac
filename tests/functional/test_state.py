"""protocol.md, `state` and `handover`."""

import json
import re

import pytest

from mmod.wire.messages import State

from .conftest import unique
from .harness.database import EVERY_STORE

pytestmark = pytest.mark.any_store

#: A number with its decimals, between what may stand around a number in JSON and in no name of ours.
NUMBER = re.compile(r"(?<=[:\[,])-?\d+(?:\.(\d+))?(?=[,}\]])")


def test_a_state_has_exactly_the_fields_of_the_protocol(daemon, join):
    client, other = join(daemon, unique("ada")), join(daemon, unique("ben"))
    client.state(lambda state: any(entity.id == other.joined.playerID for entity in state.entities))
    data = json.loads(client.frames[-1])["data"]
    assert set(data) == {"ack", "tick", "player", "entities"}
    assert set(data["player"]) == {"id", "pos", "vel"}
    for entity in data["entities"]:
        assert set(entity) == {"id", "pos", "vel", "kind", "name"}
        assert set(entity["pos"]) == set(entity["vel"]) == {"x", "z"}


def test_others_are_shown_and_the_player_itself_is_not_among_them(daemon, join):
    client, other = join(daemon, unique("ada")), join(daemon, unique("ben"))
    shown = client.state(lambda state: any(entity.id == other.joined.playerID for entity in state.entities))
    kinds = {entity.id: (entity.kind, entity.name) for entity in shown.entities}
    assert kinds[other.joined.playerID] == ("player", other.joined.playerID)
    assert client.joined.playerID not in kinds


def test_bots_are_shown_as_bots(launch, join):
    client = join(launch(settings={"bots.target_per_cell": 10}), "ada")
    shown = client.state(lambda state: bool(state.entities))
    assert all(entity.kind == "bot" and entity.id.startswith("bot-") for entity in shown.entities)


def test_every_number_has_at_most_three_decimals(daemon, join):
    client = join(daemon, unique("ada"))
    daemon.operator.teleport(client.joined.playerID, 1 / 3, -200 / 7)
    daemon.operator.grant(client.joined.playerID, "potion_health", 7)
    client.walk(0.123456789, -0.987654321)
    for _ in range(12):
        client.state()
    text = "".join(client.frames)
    decimals = [len(found[1] or "") for found in NUMBER.finditer(text)]
    assert len(decimals) > 50
    assert max(decimals) == 3
    assert not re.search(r"\d[eE][-+]?\d", re.sub(r'"[^"]*"', "", text))  # no exponent hides more of them


def test_states_come_with_every_second_tick(daemon, join):
    client = join(daemon, unique("ada"))
    ticks = [client.state().tick for _ in range(20)]
    assert ticks == list(range(ticks[0], ticks[0] + 40, 2))


def test_entities_are_those_within_the_radius(daemon, join):
    client, other = join(daemon, unique("ada")), join(daemon, unique("ben"))
    watcher, watched = client.joined.playerID, other.joined.playerID
    daemon.operator.teleport(watcher, 5000, 5000)
    for distance, seen in ((128, True), (128.001, False), (127.9, True)):
        daemon.operator.teleport(watched, 5000, 5000 + distance)
        client.state()
        shown = client.state(lambda state: state.player.pos.x == 5000)
        assert (watched in [entity.id for entity in shown.entities]) == seen


@pytest.mark.stores(*EVERY_STORE)
def test_a_teleport_into_another_cell_is_told_as_a_handover_before_the_state_that_shows_it(daemon, join):
    client = join(daemon, unique("ada"))
    client.state()
    daemon.operator.teleport(client.joined.playerID, -300, 700)
    client.state(lambda state: state.player.pos.x == -300)
    kinds = [json.loads(frame)["type"] for frame in client.frames]
    told = kinds.index("handover")
    assert json.loads(client.frames[told])["data"] == {"from": {"cx": 0, "cz": 0}, "to": {"cx": -2, "cz": 2}}
    before = [message for message in client.received[:told] if isinstance(message, State)]
    assert all(state.data.player.pos.x == 0 for state in before)


def test_a_teleport_within_the_cell_is_no_handover(daemon, join):
    client = join(daemon, unique("ada"))
    daemon.operator.teleport(client.joined.playerID, 100, 100)
    client.state(lambda state: state.player.pos.x == 100)
    assert "handover" not in [json.loads(frame)["type"] for frame in client.frames]
