"""What the routes of the admin API answer when there is nothing to do but to refuse, and the settings."""

import pytest
from twisted.logger import globalLogPublisher

from tests.unit.shard.bench import World

from .office import SETTINGS, TOKEN, Office


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


def test_the_settings_in_effect_are_shown_as_they_were_given_to_it(office):
    listed = office.get("/config").json["settings"]
    assert listed == [{"key": entry.key, "value": entry.value, "source": entry.source} for entry in SETTINGS]


@pytest.mark.parametrize("path", ["/nothing", "/quarantine/x/restore", "/quarantine/-1/restore"])
def test_a_path_that_is_none_is_not_found(office, path):
    assert office.post(path).refusal == (404, "not_found")


def test_a_method_that_is_not_allowed_names_those_that_are(office):
    refused = office.get("/drain")
    assert refused.refusal == (405, "method_not_allowed")
    assert "POST" in refused.headers["allow"]
    assert "POST" in refused.json["error"]["message"]


@pytest.mark.parametrize(
    ("headers", "refusal"),
    [
        ({"Authorization": "Bearer wrong"}, (401, "unauthorized")),
        ({"Host": "evil.example"}, (403, "forbidden")),
        ({"Content_Type": "text/plain"}, (415, "unsupported_media_type")),
    ],
)
def test_the_guard_says_what_is_wrong(office, headers, refusal):
    answer = office.post("/drain", **headers)
    assert answer.refusal == refusal
    assert TOKEN not in answer.body.decode()


def test_a_fault_of_ours_is_logged_and_not_shown(world, office, ada):
    logged = []
    globalLogPublisher.addObserver(logged.append)
    try:
        world.shard.engine.cells = lambda: 1 / 0
        refused = office.get("/cells")
    finally:
        globalLogPublisher.removeObserver(logged.append)
    assert refused.refusal == (500, "internal_error")
    assert b"zero" not in refused.body
    assert any("log_failure" in event for event in logged)
