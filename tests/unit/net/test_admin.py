import json

import pytest

from mmod.items.rulebook import Rulebook
from mmod.items.rules import ItemRules
from mmod.metrics.resource import MetricsResource
from mmod.net.admin import PAGE, AdminApi, Desk
from mmod.net.dossiers import Dossiers
from mmod.net.guard import Guard, GuardedSite
from mmod.net.livemap.streams import Streams
from mmod.net.movements import Movements
from mmod.net.readiness import Readiness, ReadinessResource
from mmod.net.server_info import server_info
from mmod.shard.quarantine import Quarantine
from tests.unit.shard.bench import CATALOGUE, COMMIT_DELAY, World

from .office import MAP, PAGES
from .wire import Browser, request

JSON = "Content-Type: application/json"


class AdminEndpoint:
    """The admin site over a real world."""

    def __init__(self, token="", hosts=()):
        self.world = World()
        self.readiness = Readiness()
        self.streams = Streams(self.world.shard, self.world.clock, self.world.instruments)
        desk = Desk(
            shard=self.world.shard,
            operations=self.world.operations,
            dossiers=Dossiers(self.world.shard, self.world.store, Rulebook(ItemRules(), CATALOGUE)),
            movements=Movements(self.world.store),
            quarantine=Quarantine(self.world.shard, self.world.store),
            settings=[],
            metrics=MetricsResource(self.world.instruments.registry),
            readiness=ReadinessResource(self.readiness),
            server=server_info(Rulebook(ItemRules(), CATALOGUE), dev=False, auth="dev"),
            streams=self.streams,
            page=MAP,
        )
        api = AdminApi(desk, self.world.clock)
        self.site = GuardedSite(Guard(token, hosts, PAGES), api.app.resource(), self.world.clock, 10.0)

    def ask(self, line, *headers, host="127.0.0.1:9090", body=b""):
        data = request(f"{line} HTTP/1.1", *headers, host=host, body=body)
        return Browser(self.site, self.world.clock).send(data).turn()

    def get(self, path):
        browser = self.ask(f"GET {path}")
        return browser.status, json.loads(browser.body)

    def send(self, path, body=None):
        payload = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask(f"POST {path}", JSON, f"Content-Length: {len(payload)}", body=payload)

    def post(self, path, body=None):
        """Post, let a commit pass, and return status and answer."""
        browser = self.send(path, body).turn(COMMIT_DELAY).turn()
        return browser.status, json.loads(browser.body)


@pytest.fixture
def endpoint():
    return AdminEndpoint()


@pytest.fixture
def ada(endpoint):
    client = endpoint.world.join("Ada")
    endpoint.world.turn(0.1)
    return client


def code_of(answer):
    return answer[0], answer[1]["error"]["code"]


# --- the live map -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "name"), [("/", "index.html"), ("/map/index.html", "index.html"), ("/map/app.js", "app.js")]
)
def test_the_page_and_its_files_are_served_and_may_reach_nothing_else(endpoint, path, name):
    browser = endpoint.ask(f"GET {path}")
    assert (browser.status, browser.body) == (200, MAP[name].content)
    assert browser.header("Content-Type") == [MAP[name].media_type]
    (policy,) = browser.header("Content-Security-Policy")
    assert policy.startswith("default-src 'none'; script-src 'self'")


@pytest.mark.parametrize(
    "path", ["/map/", "/map/nothing.js", "/map/../app.js", "/map/%2e%2e/app.js", "/map/%ff", "/app.js"]
)
def test_nothing_else_is_a_file_of_the_page(endpoint, path):
    assert endpoint.ask(f"GET {path}").status in (400, 404)


def test_the_catalogue_is_told(endpoint):
    status, answer = endpoint.get("/server")
    assert status == 200
    assert set(answer["catalogue"]) == set(CATALOGUE)


# --- looking ----------------------------------------------------------------------------------------------------------


def test_players_are_listed_those_at_rest_included(endpoint, ada):
    bob = endpoint.world.join("Bob")
    endpoint.world.turn(0.1)
    bob.gone()
    endpoint.world.run(11.0)
    status, answer = endpoint.get("/players")
    assert status == 200
    entry = {"pos": {"x": 0, "z": 0}, "cell": {"cx": 0, "cz": 0}, "rtt_ms": None, "epoch": 1}
    assert answer["players"] == [
        {"id": "ada", "name": "Ada", "connected": True, **entry},
        {"id": "bob", "name": "Bob", "connected": False, **entry},
    ]


def test_players_come_in_pages(endpoint):
    for number in range(5):
        endpoint.world.join(f"p{number}")
    assert [player["id"] for player in endpoint.get("/players?limit=2&after=p1")[1]["players"]] == ["p2", "p3"]
    assert len(endpoint.get(f"/players?limit={PAGE * 10}")[1]["players"]) == 5
    assert len(endpoint.get("/players?limit=-1")[1]["players"]) == 1


def test_a_player_is_told_whole(endpoint, ada):
    item = endpoint.world.give("ada")
    status, answer = endpoint.get("/players/ada")
    assert status == 200
    assert answer["inventory"]["items"][0]["instance"]["instance_id"] == item
    assert set(answer) >= {"id", "pos", "cell", "epoch", "equipment", "skills", "encumbrance"}


def test_a_player_at_rest_is_told_from_the_store(endpoint, ada):
    item = endpoint.world.give("ada")
    ada.gone()
    endpoint.world.run(11.0)
    status, answer = endpoint.get("/players/ada")
    assert (status, answer["connected"]) == (200, False)
    assert answer["inventory"]["items"][0]["instance"]["instance_id"] == item
    assert answer["encumbrance"]["current_weight"] == 0.5


def test_the_round_trip_is_in_milliseconds(endpoint, ada):
    endpoint.world.turn(1.0)
    endpoint.world.turn(0.25)
    ada.pong()
    assert endpoint.get("/players/ada")[1]["rtt_ms"] == 250.0


def test_an_unknown_player_is_not_found_and_not_reflected(endpoint):
    assert code_of(endpoint.get("/players/canary")) == (404, "unknown_player")
    assert b"canary" not in endpoint.ask("GET /players/canary").written


def test_entities_of_a_cell_are_listed(endpoint, ada):
    assert endpoint.get("/entities?cx=0&cz=0") == (
        200,
        {
            "entities": [
                {"id": "ada", "kind": "player", "name": "Ada", "pos": {"x": 0, "z": 0}, "vel": {"x": 0, "z": 0}}
            ]
        },
    )
    assert endpoint.get("/entities?cx=5&cz=-5") == (200, {"entities": []})


@pytest.mark.parametrize(
    "query", ["", "?cx=1", "?cx=a&cz=1", "?cx=1.5&cz=1", "?cx=&cz=1", "?cx=%ff&cz=1", "?cx=1&cz=" + "9" * 5000]
)
def test_a_cell_needs_two_whole_numbers(endpoint, query):
    assert code_of(endpoint.get(f"/entities{query}")) == (400, "bad_request")


@pytest.mark.parametrize("number", [2**31, 2**63, -(2**63) - 1, 10**30])
def test_a_cell_beyond_the_world_is_empty_or_refused(endpoint, ada, number):
    assert endpoint.get(f"/entities?cx={number}&cz=0")[0] in (200, 400)


def test_active_cells_are_listed(endpoint, ada):
    endpoint.world.tick(1)
    status, answer = endpoint.get("/cells")
    assert status == 200
    assert {"cx": 0, "cz": 0, "players": 1, "bots": 0} in answer["cells"]
    assert len(answer["cells"]) == 9


# --- doing ------------------------------------------------------------------------------------------------------------


def test_a_grant_is_answered_when_it_is_durable(endpoint, ada):
    browser = endpoint.send("/players/ada/items", {"template_id": "rock_small", "quantity": 2, "compartment": "belt"})
    assert browser.written == b""
    browser.turn(COMMIT_DELAY)
    assert browser.status == 201
    assert json.loads(browser.body)["instance_id"] in endpoint.world.stored("ada").columns.inventory


def test_a_client_that_is_gone_before_its_answer_does_no_harm(endpoint, ada):
    browser = endpoint.send("/players/ada/items", {"template_id": "rock_small"})
    browser.socket.end()
    browser.turn(COMMIT_DELAY)
    assert len(endpoint.world.engine.player("ada").inventory.items) == 1


def test_a_skill_is_set(endpoint, ada):
    assert endpoint.post("/players/ada/skills", {"skill": "melee", "level": 10}) == (
        200,
        {"skill": "melee", "level": 10},
    )
    assert endpoint.world.engine.player("ada").skills == {"melee": 10}


def test_a_teleport_says_where_the_player_is_now(endpoint, ada):
    assert endpoint.post("/players/ada/position", {"x": 1e9, "z": -1}) == (
        200,
        {"pos": {"x": 100_000, "z": -1}, "cell": {"cx": 390, "cz": -1}},
    )


def test_a_kick_ends_the_session(endpoint, ada):
    assert endpoint.post("/players/ada/kick", {"reason": "be nice"}) == (200, {})
    assert ada.of("error") == [{"code": "kicked", "message": "be nice"}]


def test_a_checkpoint_is_answered_when_it_is_stored(endpoint, ada):
    browser = endpoint.send("/players/ada/checkpoint")
    assert browser.written == b""
    assert browser.turn(COMMIT_DELAY).status == 200


def test_a_drain_sends_everybody_away(endpoint, ada):
    assert endpoint.post("/drain") == (202, {})
    assert ada.wire.closed == (1012, "drained")


# --- refusing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("items", {"template_id": "unobtainium"}, 400, "unknown_template"),
        ("items", {"template_id": "anvil_iron", "compartment": "belt"}, 409, "exceeds_bulk"),
        ("items", {"template_id": "rock_small", "quantity": 500}, 409, "exceeds_weight"),
        ("items", {"template_id": "rock_small", "compartment": "sleeve"}, 409, "unknown_compartment"),
        ("items", {}, 400, "bad_request"),
        ("items", {"template_id": "rock_small", "quantity": 0}, 400, "bad_request"),
        ("items", {"template_id": "rock_small", "quantity": 1.5}, 400, "bad_request"),
        ("items", {"template_id": "rock_small", "quantity": 2**64}, 400, "bad_request"),
        ("items", {"template_id": "rock_small", "colour": "red"}, 400, "bad_request"),
        ("items", b"{", 400, "bad_request"),
        ("items", b"[]", 400, "bad_request"),
        ("items", b"\xff", 400, "bad_request"),
        ("items", b"[" * 10_000, 400, "bad_request"),
        ("skills", {"skill": "", "level": 1}, 400, "bad_request"),
        ("skills", {"skill": "a\0", "level": 1}, 400, "bad_request"),
        ("skills", {"skill": "melee", "level": -1}, 400, "bad_request"),
        ("skills", {"skill": "melee", "level": True}, 400, "bad_request"),
        ("position", {"x": 1}, 400, "bad_request"),
        ("position", b'{"x":NaN,"z":0}', 400, "bad_request"),
        ("position", b'{"x":1e999,"z":0}', 400, "bad_request"),
        ("position", {"x": 1e13, "z": 0}, 400, "bad_request"),
        ("kick", {"reason": "x" * 1001}, 400, "bad_request"),
    ],
)
def test_what_cannot_be_is_refused_with_its_status_and_code_and_changes_nothing(
    endpoint, ada, path, body, status, code
):
    before = endpoint.world.engine.player_state("ada")
    assert code_of(endpoint.post(f"/players/ada/{path}", body)) == (status, code)
    assert endpoint.world.engine.player_state("ada") == before


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("items", {"template_id": "rock_small"}),
        ("skills", {"skill": "melee", "level": 1}),
        ("position", {"x": 1, "z": 1}),
        ("kick", {}),
        ("checkpoint", None),
    ],
)
def test_nothing_can_be_done_to_a_player_who_is_not_in_the_world(endpoint, path, body):
    assert code_of(endpoint.post(f"/players/nobody/{path}", body)) == (404, "unknown_player")


def test_while_the_store_is_away_requests_are_answered_503(endpoint, ada):
    world = endpoint.world
    world.store.prompt = False
    world.writer.start()
    world.turn(2.0)
    assert code_of(endpoint.post("/players/ada/items", {"template_id": "rock_small"})) == (503, "unavailable")


def test_a_store_that_fails_is_answered_503_without_its_words(endpoint):
    endpoint.world.memory.close()
    browser = endpoint.ask("GET /players")
    assert browser.status == 503
    assert json.loads(browser.body)["error"]["code"] == "unavailable"


@pytest.mark.parametrize(("line", "status"), [("GET /canary", 404), ("GET /drain", 405), ("DELETE /players/ada", 405)])
def test_what_is_not_there_is_refused_without_an_echo(endpoint, line, status):
    browser = endpoint.ask(line, JSON)
    assert browser.status == status
    assert b"canary" not in browser.written
    assert json.loads(browser.body)["error"]["code"] in ("not_found", "method_not_allowed")


def test_a_fault_of_ours_shows_nothing_of_itself(endpoint, ada):
    endpoint.world.operations._new_instance_id = lambda: {}["hunter2"]
    browser = endpoint.send("/players/ada/items", {"template_id": "rock_small"})
    assert (browser.status, json.loads(browser.body)["error"]["code"]) == (500, "internal_error")
    assert b"hunter2" not in browser.written


# --- for machines -----------------------------------------------------------------------------------------------------


def test_readiness_says_why_not(endpoint):
    assert (endpoint.ask("GET /readyz").status, endpoint.ask("GET /readyz").body) == (503, b"starting\n")
    endpoint.readiness.ready()
    assert (endpoint.ask("GET /readyz").status, endpoint.ask("GET /readyz").body) == (200, b"ok\n")
    endpoint.readiness.not_ready("stopping")
    assert endpoint.ask("GET /readyz").body == b"stopping\n"


def test_health_and_metrics_are_there(endpoint):
    assert endpoint.ask("GET /healthz").body == b"ok\n"
    metrics = endpoint.ask("GET /metrics")
    assert metrics.status == 200
    assert b"mmod_ticks_total 0.0" in metrics.body


@pytest.mark.parametrize("line", ["GET /players", "GET /metrics", "GET /healthz", "GET /nowhere", "POST /drain"])
def test_the_software_is_not_named(endpoint, line):
    assert endpoint.ask(line, JSON).header("Server") == []
