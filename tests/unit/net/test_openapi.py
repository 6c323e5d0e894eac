import json
import re

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from mmod.net.admin import AdminApi
from mmod.net.openapi import openapi
from mmod.net.routes import DESCRIBED
from tests.unit.shard.bench import World

from .office import Office

DOCUMENT = openapi()
OPERATIONS = {
    operation["operationId"]: (method, path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def routes():
    """Return method, path and function of every route, with parameters as the document writes them."""
    for rule in AdminApi.app.url_map.iter_rules():
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            yield method.lower(), re.sub(r"<.*?(\w+)>", r"{\1}", rule.rule), rule.endpoint


def schema_of(reference):
    """Return a schema of the document that stands on its own."""
    return {**reference, "components": DOCUMENT["components"]}


def body_schema(operation):
    return schema_of(operation["requestBody"]["content"]["application/json"]["schema"])


def fits(operation, answer):
    content = operation["responses"][str(answer.status)]["content"]["application/json"]
    Draft202012Validator(schema_of(content["schema"])).validate(answer.json)


def test_it_is_openapi_3_1():
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_every_route_is_in_it_and_nothing_else():
    assert {(method, path, name) for name, (method, path, _) in OPERATIONS.items()} == set(routes())


def test_nothing_is_described_that_is_no_route():
    assert set(DESCRIBED) == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_says_what_it_does_and_what_can_go_wrong(name):
    _, path, operation = OPERATIONS[name]
    assert operation["summary"].endswith(".")
    assert set(re.findall(r"{(\w+)}", path)) == {
        parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "path"
    }
    assert any(status.startswith("2") for status in operation["responses"])
    assert "403" in operation["responses"]
    if "requestBody" in operation:
        assert {"400", "415"} <= set(operation["responses"])


def test_all_but_health_and_the_page_needs_the_token():
    assert DOCUMENT["security"] == [{"bearer": []}]
    unlocked = {name for name, (_, _, operation) in OPERATIONS.items() if operation.get("security") == []}
    assert unlocked == {"healthz", "readyz", "page", "page_file"}


@pytest.mark.parametrize("name", [name for name, (method, _, _) in OPERATIONS.items() if method == "get"])
def test_the_guard_opens_what_is_said_to_be_open(name):
    _, path, operation = OPERATIONS[name]
    answer = Office(World()).get(path.replace("{name}", "app.js"), Authorization="")
    assert (answer.status != 401) == (operation.get("security") == [])


def test_every_schema_is_one_of_2020_12():
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_bodies_may_leave_out_what_has_a_default_and_answers_are_whole():
    schemas = DOCUMENT["components"]["schemas"]
    assert schemas["GrantBody"]["required"] == ["template_id"]
    assert schemas["GrantBody"]["additionalProperties"] is False
    assert {"quantity", "durability"} <= set(schemas["ItemInstance"]["required"])
    assert "unreadable" not in schemas["PlayerSummary"]["required"]


# --- what is really answered ------------------------------------------------------------------------------------------


@pytest.fixture
def office():
    world = World()
    world.join("Ada")
    world.tick()
    world.turn(0.1)
    office = Office(world)
    office.post("/players/ada/items", {"template_id": "dagger_bronze"})
    return office


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("server", "/server"),
        ("config", "/config"),
        ("players", "/players"),
        ("player", "/players/ada"),
        ("player", "/players/nobody"),
        ("player_ledger", "/players/ada/ledger"),
        ("player_ledger", "/players/ada/ledger?limit=few"),
        ("player_ledger", "/players/nobody/ledger"),
        ("item", "/items/nothing"),
        ("entities", "/entities?cx=0&cz=0"),
        ("entities", "/entities"),
        ("cells", "/cells"),
        ("quarantine", "/quarantine"),
    ],
)
def test_what_is_shown_is_as_published(office, name, path):
    fits(OPERATIONS[name][2], office.get(path))


def test_every_picture_of_the_live_map_is_as_published(office):
    call = office.ask("GET", "/events?west=-1&south=-1&east=1&north=1")
    office.world.run(1.0)
    lines = [line for line in call.answer.body.decode().splitlines() if line.startswith("data: ")]
    content = OPERATIONS["events"][2]["responses"]["200"]["content"]["text/event-stream"]
    for line in lines:
        Draft202012Validator(schema_of(content["schema"])).validate(json.loads(line.removeprefix("data: ")))
    assert len(lines) > 2
    fits(OPERATIONS["events"][2], office.get("/events?west=1"))


@pytest.mark.parametrize(
    ("name", "path", "body", "status"),
    [
        ("grant", "/players/ada/items", {"template_id": "potion_health", "quantity": 2}, 201),
        ("grant", "/players/ada/items", {"template_id": "spoon"}, 400),
        ("grant", "/players/ada/items", {"template_id": "anvil_iron", "quantity": 2}, 409),
        ("grant", "/players/nobody/items", {"template_id": "potion_health"}, 404),
        ("skill", "/players/ada/skills", {"skill": "melee", "level": 3}, 200),
        ("position", "/players/ada/position", {"x": 300, "z": 0}, 200),
        ("kick", "/players/ada/kick", {}, 200),
        ("checkpoint", "/players/ada/checkpoint", {}, 200),
        ("restore", "/quarantine/1/restore", {}, 404),
        ("drain", "/drain", {}, 202),
    ],
)
def test_what_is_done_is_asked_and_answered_as_published(office, name, path, body, status):
    operation = OPERATIONS[name][2]
    answer = office.post(path, body)
    assert answer.status == status
    fits(operation, answer)
    Draft202012Validator(body_schema(operation)).validate(body)


@pytest.mark.parametrize(
    ("name", "path", "body"),
    [
        ("grant", "items", {}),
        ("grant", "items", {"template_id": "potion_health", "quantity": 0}),
        ("grant", "items", {"template_id": "potion_health", "colour": "red"}),
        ("skill", "skills", {"skill": "", "level": 1}),
        ("skill", "skills", {"skill": "melee", "level": -1}),
        ("position", "position", {"x": 1e13, "z": 0}),
        ("kick", "kick", {"reason": None}),
        ("checkpoint", "checkpoint", []),
    ],
)
def test_a_body_that_is_not_as_published_is_refused(office, name, path, body):
    operation = OPERATIONS[name][2]
    assert not Draft202012Validator(body_schema(operation)).is_valid(body)
    assert office.post(f"/players/ada/{path}", json.dumps(body).encode()).refusal == (400, "bad_request")
