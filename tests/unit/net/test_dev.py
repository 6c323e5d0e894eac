import json

import pytest

from tests.unit.shard.bench import COMMIT_DELAY

from .wire import PublicEndpoint, request


@pytest.fixture
def endpoint():
    return PublicEndpoint(dev=True)


@pytest.fixture
def ada(endpoint):
    client = endpoint.world.join("Ada")
    endpoint.world.turn(0.1)
    return client


def post(endpoint, path, body, *headers):
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = ("Content-Type: application/json", f"Content-Length: {len(payload)}", *headers)
    return endpoint.browser().send(request(f"POST {path} HTTP/1.1", *lines, body=payload)).turn()


def asked(endpoint, path, body, *headers):
    """Post, let a commit pass, and return status and answer."""
    browser = post(endpoint, path, body, *headers).turn(COMMIT_DELAY).turn()
    return browser.status, json.loads(browser.body)


def code_of(answer):
    return answer[0], answer[1]["error"]["code"]


def carried(endpoint):
    return endpoint.world.engine.player("ada").inventory.items


def test_an_item_is_given_to_the_player_of_the_token_and_answered_when_it_is_durable(endpoint, ada):
    browser = post(endpoint, "/dev/items", {"token": "dev:Ada", "template_id": "potion_health", "quantity": 3})
    assert browser.written == b""
    browser.turn(COMMIT_DELAY).turn()
    assert browser.status == 201
    (stowed,) = carried(endpoint)
    assert json.loads(browser.body) == {"instance_id": stowed.instance.instance_id}
    assert (stowed.instance.template_id, stowed.instance.quantity, stowed.compartment) == (
        "potion_health",
        3,
        "backpack",
    )
    (move,) = endpoint.world.memory.moves("ada", 10).result
    assert (move.event.cause, move.event.movement.instance_id) == ("grant", stowed.instance.instance_id)


def test_a_compartment_can_be_chosen(endpoint, ada):
    asked(endpoint, "/dev/items", {"token": "dev:Ada", "template_id": "potion_health", "compartment": "belt"})
    assert [stowed.compartment for stowed in carried(endpoint)] == ["belt"]


def test_an_idempotency_key_gives_once(endpoint, ada):
    wanted = {"token": "dev:Ada", "template_id": "potion_health"}
    answers = [asked(endpoint, "/dev/items", wanted, "Idempotency-Key: one") for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(carried(endpoint)) == 1


def test_a_skill_is_set(endpoint, ada):
    wanted = {"token": "dev:Ada", "skill": "melee", "level": 12}
    assert asked(endpoint, "/dev/skills", wanted) == (200, {"skill": "melee", "level": 12})
    assert endpoint.world.engine.player("ada").skills == {"melee": 12}


def test_a_position_is_taken_up_and_its_cell_follows(endpoint, ada):
    wanted = {"token": "dev:Ada", "x": 300, "z": -1}
    told = {"pos": {"x": 300.0, "z": -1.0}, "cell": {"cx": 1, "cz": -1}}
    assert asked(endpoint, "/dev/position", wanted) == (200, told)


GIFTS = {
    "/dev/items": {"token": "dev:Ada", "template_id": "rock_small"},
    "/dev/skills": {"token": "dev:Ada", "skill": "melee", "level": 1},
    "/dev/position": {"token": "dev:Ada", "x": 1, "z": 1},
}


@pytest.mark.parametrize("path", GIFTS)
def test_a_token_that_proves_nobody_is_refused(endpoint, ada, path):
    assert code_of(asked(endpoint, path, {**GIFTS[path], "token": "nonsense"})) == (403, "auth")


@pytest.mark.parametrize("path", GIFTS)
def test_a_player_who_is_not_in_the_world_is_unknown(endpoint, path):
    assert code_of(asked(endpoint, path, GIFTS[path])) == (404, "unknown_player")


@pytest.mark.parametrize("path", ["/dev/items", "/dev/skills"])
def test_nothing_that_could_not_be_kept_is_given_while_the_store_is_away(endpoint, ada, path):
    endpoint.world.writer.start()
    endpoint.world.store.prompt = False
    endpoint.world.run(4.0)
    assert endpoint.world.writer.away
    assert code_of(asked(endpoint, path, GIFTS[path])) == (503, "unavailable")
    assert carried(endpoint) == ()
    endpoint.world.writer.stop()


@pytest.mark.parametrize(
    ("path", "change", "refusal"),
    [
        ("/dev/items", {"template_id": "spoon"}, (400, "unknown_template")),
        ("/dev/items", {"template_id": "anvil_iron", "quantity": 2}, (409, "exceeds_weight")),
        ("/dev/items", {"compartment": "pocket"}, (409, "unknown_compartment")),
        ("/dev/items", {"quantity": 0}, (400, "bad_request")),
        ("/dev/items", {"colour": "red"}, (400, "bad_request")),
        ("/dev/items", {"token": ""}, (400, "bad_request")),
        ("/dev/items", {"token": 7}, (400, "bad_request")),
        ("/dev/skills", {"level": -1}, (400, "bad_request")),
        ("/dev/position", {"x": 1e13}, (400, "bad_request")),
    ],
)
def test_what_may_not_be_is_refused_as_the_admin_api_does(endpoint, ada, path, change, refusal):
    assert code_of(asked(endpoint, path, {**GIFTS[path], **change})) == refusal


@pytest.mark.parametrize("path", GIFTS)
def test_without_dev_there_is_nothing(path):
    endpoint = PublicEndpoint()
    endpoint.world.join("Ada")
    for line in (f"GET {path} HTTP/1.1", f"POST {path} HTTP/1.1"):
        answer, other = (
            endpoint.browser().send(request(text, "Content-Type: application/json")).turn()
            for text in (line, line.replace("/dev/", "/nowhere/"))
        )
        assert (answer.status, answer.body) == (other.status, other.body)
    assert endpoint.browser().send(request(f"GET {path} HTTP/1.1")).turn().status == 404
    assert post(endpoint, path, GIFTS[path]).ended


def test_nothing_stands_beside_or_below_the_gifts(endpoint):
    for path in ("/dev", "/dev/", "/dev/other", "/dev/items/x"):
        assert endpoint.browser().send(request(f"GET {path} HTTP/1.1")).turn().status == 404
