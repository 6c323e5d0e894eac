"""The admin API and the metrics page, as an operator meets them."""

from urllib.parse import urlsplit

import httpx
import pytest

from mmod.wire.messages import EquipmentResult, Error

from .conftest import unique
from .harness.operator import Operator
from .harness.raw import RawClient
from .harness.waiting import eventually

PLAYER_FIELDS = {"id", "name", "pos", "cell", "connected", "rtt_ms", "epoch"}
POST_PATHS = ("items", "skills", "position", "kick", "checkpoint")


@pytest.fixture
def ada(daemon, join):
    """The name of a joined player."""
    name = unique("ada")
    join(daemon, name)
    return name


def refusal(answer):
    """Return status and code of a refused request."""
    error = answer.json()["error"]
    assert set(error) == {"code", "message"}
    assert error["message"]
    return answer.status_code, error["code"]


# --- looking ----------------------------------------------------------------------------------------------------------


def test_players_are_listed(daemon, ada):
    daemon.operator.teleport(ada, 300, -1)
    listed = {player["id"]: player for player in daemon.operator.get("/players")["players"]}
    assert set(listed[ada]) == PLAYER_FIELDS
    assert listed[ada]["name"] == ada
    assert listed[ada]["pos"] == {"x": 300, "z": -1}
    assert listed[ada]["cell"] == {"cx": 1, "cz": -1}
    assert listed[ada]["connected"] is True
    assert listed[ada]["epoch"] == 1


def test_players_come_in_pages(daemon, join):
    names = sorted(unique("page") for _ in range(3))
    for name in names:
        join(daemon, name)
    page = daemon.operator.get(f"/players?after={names[0]}&limit=1")["players"]
    assert [player["id"] for player in page] == [names[1]]


def test_one_player_is_told_in_full(daemon, ada):
    daemon.operator.train(ada, "melee", 3)
    player = daemon.operator.player(ada)
    assert set(player) == PLAYER_FIELDS | {"inventory", "equipment", "skills", "encumbrance"}
    assert player["skills"] == {"melee": 3}


def test_the_round_trip_is_told_after_the_first_pong(daemon, ada):
    assert 0 <= eventually(lambda: daemon.operator.player(ada)["rtt_ms"], "a round trip was measured") < 1000


def test_a_player_at_rest_is_told_from_the_store(launch, join):
    daemon = launch(settings={"world.linger": 0})
    client = join(daemon, "ada")
    daemon.operator.grant("ada", "club_oak")
    daemon.operator.teleport("ada", 300, 0)
    client.close()
    entities = eventually(lambda: all_gone(daemon), "the player has left")
    assert entities
    player = daemon.operator.player("ada")
    assert (player["connected"], player["rtt_ms"], player["pos"]) == (False, None, {"x": 300, "z": 0})
    assert [stowed["instance"]["template_id"] for stowed in player["inventory"]["items"]] == ["club_oak"]
    assert refusal(daemon.operator.http.post("/players/ada/position", json={"x": 0, "z": 0}))[0] == 404


def all_gone(daemon):
    return not daemon.operator.player("ada")["connected"] and daemon.operator.metrics()["mmod_players"] == 0


def test_an_unknown_player_is_404_for_everything(daemon):
    assert refusal(daemon.operator.http.get("/players/nobody")) == (404, "unknown_player")
    bodies = {
        "items": {"template_id": "club_oak", "quantity": 1},
        "skills": {"skill": "melee", "level": 1},
        "position": {"x": 0, "z": 0},
        "kick": {"reason": "none"},
        "checkpoint": {},
    }
    for path in POST_PATHS:
        answer = daemon.operator.http.post(f"/players/nobody/{path}", json=bodies[path])
        assert refusal(answer) == (404, "unknown_player")


def test_entities_of_a_cell_are_listed_bots_included(daemon, ada):
    daemon.operator.teleport(ada, 3000, 3000)
    where = urlsplit("/entities?cx=11&cz=11").geturl()
    found = {entity["id"]: entity for entity in daemon.operator.get(where)["entities"]}
    assert found[ada]["kind"] == "player"
    bots = eventually(
        lambda: [entity for entity in daemon.operator.get(where)["entities"] if entity["kind"] == "bot"], "bots came"
    )
    assert all(bot["id"].startswith("bot-") for bot in bots)
    assert daemon.operator.get("/entities?cx=-99&cz=99") == {"entities": []}


@pytest.mark.parametrize("query", ["", "?cx=1", "?cx=1&cz=x", "?cx=1.5&cz=0", "?cx=%FF&cz=0"])
def test_a_cell_needs_two_whole_numbers(daemon, query):
    assert refusal(daemon.operator.http.get(f"/entities{query}")) == (400, "bad_request")


def test_active_cells_are_listed(daemon, ada):
    daemon.operator.teleport(ada, -3000, 3000)
    cells = {(cell["cx"], cell["cz"]): cell for cell in daemon.operator.get("/cells")["cells"]}
    assert cells[(-12, 11)]["players"] == 1
    assert cells[(-11, 12)]["players"] == 0
    assert set(cells[(-12, 11)]) == {"cx", "cz", "players", "bots"}


def test_the_ledger_tells_what_has_happened_to_items(daemon, join):
    name = unique("ada")
    client = join(daemon, name)
    club = daemon.operator.grant(name, "club_oak")
    seq = client.equip(club, "main_hand")
    assert client.expect(EquipmentResult).success
    history = daemon.operator.get(f"/items/{club}")["movements"]
    assert [(move["cause"], move["target"], move["seq"]) for move in history] == [
        ("grant", "carried:backpack", 0),
        ("equip", "worn:main_hand", seq),
    ]
    assert daemon.operator.get(f"/players/{name}/ledger?limit=1")["movements"] == history[1:]
    assert refusal(daemon.operator.http.get("/items/nothing")) == (404, "unknown_item")


# --- doing ------------------------------------------------------------------------------------------------------------


def test_an_item_is_given(daemon, ada):
    body = {"template_id": "rock_small", "quantity": 4, "compartment": "belt"}
    answer = daemon.operator.http.post(f"/players/{ada}/items", json=body)
    assert answer.status_code == 201
    (stowed,) = daemon.operator.player(ada)["inventory"]["items"]
    assert stowed["instance"]["instance_id"] == answer.json()["instance_id"]
    assert (stowed["instance"]["quantity"], stowed["compartment"]) == (4, "belt")


def test_items_go_into_the_backpack_unless_told_otherwise(daemon, ada):
    daemon.operator.http.post(f"/players/{ada}/items", json={"template_id": "rock_small"}).raise_for_status()
    (stowed,) = daemon.operator.player(ada)["inventory"]["items"]
    assert (stowed["instance"]["quantity"], stowed["compartment"]) == (1, "backpack")


def test_an_unknown_template_is_400(daemon, ada):
    answer = daemon.operator.http.post(f"/players/{ada}/items", json={"template_id": "spoon", "quantity": 1})
    assert refusal(answer) == (400, "unknown_template")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"template_id": "anvil_iron", "quantity": 2}, "exceeds_weight"),
        ({"template_id": "rock_small", "quantity": 51}, "exceeds_bulk"),
        ({"template_id": "rock_small", "quantity": 11, "compartment": "belt"}, "exceeds_bulk"),
        ({"template_id": "rock_small", "quantity": 1, "compartment": "pocket"}, "unknown_compartment"),
    ],
)
def test_what_a_rule_forbids_is_409_and_changes_nothing(daemon, ada, body, code):
    assert refusal(daemon.operator.http.post(f"/players/{ada}/items", json=body)) == (409, code)
    assert daemon.operator.player(ada)["inventory"]["items"] == []


BAD_BODIES = [
    ("items", b""),
    ("items", b"{"),
    ("items", b"[]"),
    ("items", b'{"template_id":7}'),
    ("items", b'{"template_id":"club_oak","quantity":0}'),
    ("items", b'{"template_id":"club_oak","quantity":1.5}'),
    ("items", b'{"template_id":"club_oak","quantity":true}'),
    ("items", b'{"template_id":"club_oak","quantity":1e999}'),
    ("items", b'{"template_id":"club_oak","colour":"red"}'),
    ("items", b'{"template_id":"\xff"}'),
    ("items", b'{"template_id":"club_oak","quantity":' + b"9" * 5000 + b"}"),
    ("skills", b'{"skill":"melee"}'),
    ("skills", b'{"skill":"","level":1}'),
    ("skills", b'{"skill":"melee","level":-1}'),
    ("skills", b'{"skill":"me\\u0000lee","level":1}'),
    ("position", b'{"x":1}'),
    ("position", b'{"x":NaN,"z":0}'),
    ("position", b'{"x":"1","z":0}'),
    ("kick", b'{"reason":7}'),
    ("kick", b"[" * 10_000),
]


@pytest.mark.parametrize(("path", "body"), BAD_BODIES)
def test_a_bad_body_is_400(daemon, ada, path, body):
    headers = {"Content-Type": "application/json"}
    answer = daemon.operator.http.post(f"/players/{ada}/{path}", content=body, headers=headers)
    assert refusal(answer) == (400, "bad_request")
    assert daemon.operator.player(ada)["connected"]


def test_a_skill_is_set_and_allows_what_it_gates(daemon, join):
    name = unique("ada")
    client = join(daemon, name)
    sword = daemon.operator.grant(name, "sword_iron")
    daemon.operator.train(name, "melee", 10)
    client.equip(sword, "main_hand")
    assert client.expect(EquipmentResult).success


def test_a_teleport_is_clamped_to_the_bounds(daemon, ada):
    answer = daemon.operator.http.post(f"/players/{ada}/position", json={"x": 1e9, "z": -1e9})
    assert answer.json() == {"pos": {"x": 100_000, "z": -100_000}, "cell": {"cx": 390, "cz": -391}}


def test_a_kick_has_a_reason_of_its_own_when_none_is_given(daemon, join):
    name = unique("ada")
    client = join(daemon, name)
    daemon.operator.http.post(f"/players/{name}/kick", json={}).raise_for_status()
    assert client.expect(Error).code == "kicked"


def test_a_kick_takes_a_lingering_player_out_at_once(daemon, join):
    name = unique("ada")
    join(daemon, name).close()
    eventually(lambda: not daemon.operator.player(name)["connected"], "the connection has ended")
    daemon.operator.kick(name, "gone")
    assert refusal(daemon.operator.http.post(f"/players/{name}/kick", json={}))[0] == 404


def test_a_checkpoint_is_answered_when_it_is_stored(daemon, ada):
    daemon.operator.teleport(ada, 77, 0)
    assert daemon.operator.http.post(f"/players/{ada}/checkpoint", json={}).json() == {}


def test_a_drain_is_acknowledged(launch):
    daemon = launch()
    assert daemon.operator.http.post("/drain", json={}).is_success


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", None])
def test_a_body_that_is_not_declared_as_json_is_refused(daemon, ada, content_type):
    headers = {"Content-Type": content_type} if content_type else {}
    answer = daemon.operator.http.post(f"/players/{ada}/kick", content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert daemon.operator.player(ada)["connected"]


@pytest.mark.parametrize("path", ["/players", "/metrics", "/healthz", "/readyz"])
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:9090", "localhost.evil.example", "127.0.0.1.evil.example"]
)
def test_a_foreign_host_is_refused(daemon, host, path):
    assert daemon.operator.http.get(path, headers={"Host": host}).status_code == 403


def test_names_of_this_machine_and_configured_ones_are_hosts(launch):
    operator = launch(settings={"admin.hosts": ["mmod.internal"]}).operator
    for host in ("localhost:9090", "127.0.0.1", "[::1]:9090", "MMOD.internal"):
        assert operator.http.get("/players", headers={"Host": host}).status_code == 200


def test_a_token_is_required_when_there_is_one(launch):
    token = "canary-admin-token"
    daemon = launch(settings={"admin.token": token})
    assert daemon.operator.http.get("/players").status_code == 401
    for wrong in ("Bearer canary-admin-toke", f"Bearer {token}2", "Bearer", f"Basic {token}", token):
        assert daemon.operator.http.get("/metrics", headers={"Authorization": wrong}).status_code == 401
    assert daemon.operator.http.get("/readyz").status_code == 200
    operator = Operator(daemon.admin_url, token)
    assert operator.get("/players") == {"players": []}
    operator.close()
    assert token not in daemon.log


def test_what_is_not_there_is_404_and_what_cannot_be_done_405(daemon):
    assert refusal(daemon.operator.http.get("/nothing")) == (404, "not_found")
    assert refusal(daemon.operator.http.get("/drain")) == (405, "method_not_allowed")
    assert refusal(daemon.operator.http.post("/players", json={})) == (405, "method_not_allowed")


def test_a_body_that_is_too_large_is_refused_before_it_is_read(daemon):
    with RawClient(daemon.admin_port) as raw:
        raw.send(
            b"POST /drain HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000000\r\n\r\n"
        )
        assert raw.rest().startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize(
    "path", ["/players", "/metrics", "/readyz", "/config", "/cells", "/drain", "/players/ada/kick"]
)
def test_nothing_of_it_is_on_the_public_port(daemon, path):
    assert httpx.get(daemon.url + path, trust_env=False).status_code == 404
    assert httpx.post(daemon.url + path, json={}, trust_env=False).status_code in (404, 405, 400, 413)


def test_the_settings_are_shown_without_secrets(launch):
    daemon = launch(settings={"admin.token": "canary-admin-token", "world.linger": 3})
    operator = Operator(daemon.admin_url, "canary-admin-token")
    text = operator.http.get("/config").raise_for_status().text
    operator.close()
    assert "linger" in text
    assert "canary-admin-token" not in text


# --- metrics ----------------------------------------------------------------------------------------------------------

METRICS = {
    "mmod_ticks_total",
    "mmod_ticks_dropped_total",
    "mmod_tick_errors_total",
    "mmod_tick_duration_seconds_count",
    "mmod_tick_lateness_seconds_count",
    "mmod_connections",
    "mmod_players",
    "mmod_bots",
    "mmod_messages_received_total",
    "mmod_message_errors_total",
    "mmod_snapshots_sent_total",
    "mmod_snapshots_dropped_total",
    "mmod_snapshot_bytes_count",
    "mmod_entities_in_sight_count",
    "mmod_rtt_seconds_count",
    "mmod_handovers_total",
    "mmod_handover_latency_seconds_count",
    'mmod_equipment_operations_total{code="success",operation="equip"}',
    "mmod_item_violations_total",
    "mmod_bad_records_total",
    "mmod_save_duration_seconds_count",
    "mmod_dirty_players",
    "mmod_store_away",
    "process_resident_memory_bytes",
}


def test_the_metrics_are_there_under_their_names(daemon):
    assert METRICS - set(daemon.operator.metrics()) == set()


def test_the_metrics_count_what_was_done(launch, join):
    daemon = launch()
    ada, ben = join(daemon, "ada"), join(daemon, "ben")
    daemon.operator.teleport("ada", 300, 0)
    cap = daemon.operator.grant("ada", "cap_wool")
    ada.equip(cap, "head")
    ada.expect(EquipmentResult)
    ada.state(lambda state: state.player.pos.x == 300)
    ben.close()
    closes = 'mmod_closes_total{reason="client"}'
    metrics = eventually(lambda: (now := daemon.operator.metrics()).get(closes) == 1 and now, "a close was counted")
    assert metrics["mmod_connections"] == 1
    assert metrics["mmod_players"] == 2
    assert metrics['mmod_joins_total{result="joined"}'] == 2
    assert metrics["mmod_messages_received_total"] == 3
    assert metrics["mmod_handovers_total"] == 1
    assert metrics['mmod_equipment_operations_total{code="success",operation="equip"}'] == 1
    assert metrics["mmod_tick_errors_total"] == metrics["mmod_message_errors_total"] == 0
    assert metrics["mmod_item_violations_total"] == 0


def test_no_name_of_a_client_is_in_the_metrics(daemon, join):
    name = unique("canary")
    client = join(daemon, name)
    client.send({"type": "canary-type"})
    client.equip("canary-item", "canary-slot")
    client.expect(EquipmentResult)
    assert "canary" not in daemon.operator.http.get("/metrics").text


def test_health_says_no_more_than_ok(daemon):
    for url in (f"{daemon.url}/healthz", f"{daemon.admin_url}/healthz", f"{daemon.admin_url}/readyz"):
        answer = httpx.get(url, trust_env=False)
        assert (answer.status_code, answer.text) == (200, "ok\n")
        assert "server" not in answer.headers
