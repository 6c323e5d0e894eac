import pytest

from tests.unit.shard.bench import World

from .office import Office

ITEMS = "/players/ada/items"


@pytest.fixture
def world():
    return World()


@pytest.fixture
def office(world):
    return Office(world)


@pytest.fixture
def ada(world):
    client = world.join("Ada")
    world.turn(0.1)
    return client


@pytest.mark.parametrize("key", ["", "x" * 129, "caf\xe9", "tab\there", ["one", "two"], ["one", "one"]])
def test_a_key_that_is_none_is_refused_and_gives_nothing(office, ada, key):
    refused = office.post(ITEMS, {"template_id": "potion_health"}, Idempotency_Key=key)
    assert refused.refusal == (400, "bad_request")
    assert "Idempotency-Key" in refused.json["error"]["message"]
    assert office.get("/players/ada").json["inventory"]["items"] == []


@pytest.mark.parametrize("key", ["k", "x" * 128, 'a "quoted" ~ one!'])
def test_any_printable_ascii_is_a_key(office, ada, key):
    assert office.post(ITEMS, {"template_id": "potion_health"}, Idempotency_Key=key).status == 201


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"\xff", b"[" * 10_000])
def test_a_body_that_is_no_object_is_refused_where_none_is_needed_too(world, office, body):
    assert office.post("/drain", body).refusal == (400, "bad_request")
    assert not world.shard.draining


def test_a_body_that_does_not_fit_is_told_where(office, ada):
    refused = office.post(ITEMS, {"template_id": "rock_small", "quantity": "2"})
    assert refused.refusal == (400, "bad_request")
    assert "$.quantity" in refused.json["error"]["message"]


@pytest.mark.parametrize("number", ["", "x", "1.5", "1e3", "+1", "1_0", "%EF%BC%91", "9" * 10, "%FF"])
def test_a_parameter_that_is_no_number_is_named(office, number):
    refused = office.get(f"/entities?cx=0&cz={number}")
    assert refused.refusal == (400, "bad_request")
    assert "cz" in refused.json["error"]["message"]


def test_the_farthest_cells_are_empty_and_no_fault(office):
    assert office.get("/entities?cx=-999999999&cz=999999999").json == {"entities": []}
