"""The admin API and the store: players at rest, grants that are repeated, a store that is silent, the quarantine."""

import pytest
from attrs import evolve
from msgspec.structs import replace
from twisted.internet.defer import fail

from mmod.errors import StoreBusy
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.net.answers import PlayerDossier
from mmod.net.refusals import BUSY
from mmod.session.claims import ClaimRequest, Save
from mmod.session.resume import ResumeAttempt
from mmod.world.state import PlayerState
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


def damage(world):
    row = world.memory.rows["ada"]
    world.memory.rows["ada"] = evolve(row, columns=replace(row.columns, inventory="{damaged"))


def spoil(world):
    """Damage what is stored of a player at rest, and let it join, which sets the record aside, and leave again."""
    damage(world)
    world.join("Ada").gone()
    world.run(11.0)


# --- players ----------------------------------------------------------------------------------------------------------


def test_a_player_that_was_claimed_and_never_saved_is_told_without_belongings(world, office, ada):
    row = world.memory.rows["ada"]
    ada.gone()
    world.run(11.0)
    world.memory.rows["ada"] = evolve(row, columns=None)
    told = office.get("/players/ada").json
    assert told["name"] is told["pos"] is told["cell"] is told["rtt_ms"] is None
    assert not {"inventory", "equipment", "skills", "encumbrance", "unreadable"} & set(told)


def test_a_player_that_cannot_be_read_says_so(world, office, ada):
    ada.gone()
    world.run(11.0)
    damage(world)
    assert office.get("/players/ada").json["unreadable"]
    assert office.get("/players").json["players"][0]["unreadable"]


def test_a_player_in_the_world_is_told_with_everything(office, ada):
    told = office.get("/players/ada").json
    assert set(told) == set(PlayerDossier.__struct_encode_fields__) - {"unreadable"}


# --- idempotency keys -------------------------------------------------------------------------------------------------


def test_a_grant_with_a_key_can_be_repeated(office, ada):
    body = {"template_id": "potion_health", "quantity": 3}
    first = office.post(ITEMS, body, Idempotency_Key="gift 17")
    again = office.post(ITEMS, body, Idempotency_Key="gift 17")
    assert (first.status, first.json) == (again.status, again.json) == (201, first.json)
    assert len(office.get("/players/ada").json["inventory"]["items"]) == 1


def test_grants_without_a_key_are_grants_of_their_own(office, ada):
    body = {"template_id": "potion_health"}
    assert office.post(ITEMS, body).json != office.post(ITEMS, body).json


def test_a_key_that_gave_something_else_is_a_conflict(office, ada):
    office.post(ITEMS, {"template_id": "potion_health"}, Idempotency_Key="k")
    refused = office.post(ITEMS, {"template_id": "rock_small"}, Idempotency_Key="k")
    assert refused.refusal == (409, "idempotency_conflict")


# --- a store that does not answer -------------------------------------------------------------------------------------


def test_a_grant_that_is_not_durable_in_5_s_is_unavailable_and_its_repetition_gives_no_second_item(world, office, ada):
    world.store.prompt = False
    body = {"template_id": "potion_health"}
    call = office.ask("POST", ITEMS, body, Idempotency_Key="k")
    world.turn(4.999)
    assert call.answer is None
    world.turn(0.002)
    assert call.answer.refusal == (503, "unavailable")
    world.store.prompt = True
    world.store.only("save").answer()
    again = office.post(ITEMS, body, Idempotency_Key="k")
    assert again.status == 201
    assert [item["instance"]["instance_id"] for item in office.get("/players/ada").json["inventory"]["items"]] == [
        again.json["instance_id"]
    ]


@pytest.mark.parametrize(
    ("path", "body"),
    [(ITEMS, {"template_id": "rock_small"}), ("/players/ada/skills", {"skill": "melee", "level": 1})],
)
def test_while_the_store_is_known_to_be_away_nothing_is_changed(world, office, ada, path, body):
    world.store.prompt = False
    world.writer.start()
    world.turn(2.0)
    assert office.post(path, body).refusal == (503, "unavailable")
    told = office.get("/players/ada").json
    assert (told["inventory"]["items"], told["skills"]) == ([], {})


def test_a_store_that_refuses_is_unavailable_without_its_words(world, office, ada):
    world.memory.close()
    refused = office.get("/players")
    assert refused.refusal == (503, "unavailable")
    assert "not open" not in refused.json["error"]["message"]


def test_a_store_that_is_too_busy_to_be_asked_is_unavailable_and_says_so(world, office):
    world.store.moves = lambda player_id, limit: fail(StoreBusy("100 questions wait"))
    refused = office.get("/players/ada/ledger")
    assert refused.refusal == (503, "unavailable")
    assert refused.json["error"]["message"] == BUSY


# --- quarantine -------------------------------------------------------------------------------------------------------


def test_what_was_set_aside_is_listed_and_can_be_put_back(world, office, ada):
    ada.gone()
    world.run(11.0)
    spoil(world)
    (record,) = office.get("/quarantine").json["quarantined"]
    assert set(record) == {"id", "player_id", "reason", "set_aside_at"}
    assert (record["player_id"], record["set_aside_at"]) == ("ada", pytest.approx(world.wall(), abs=12.0))
    assert "unreadable" not in office.get("/players/ada").json
    restored = office.post(f"/quarantine/{record['id']}/restore")
    assert (restored.status, restored.json) == (200, {"player_id": "ada"})
    assert office.get("/players/ada").json["unreadable"] == record["reason"]
    (replaced,) = office.get("/quarantine").json["quarantined"]
    assert replaced["id"] != record["id"]


def test_a_record_of_a_player_in_the_world_is_not_put_back(world, office, ada):
    ada.gone()
    world.run(11.0)
    spoil(world)
    (record,) = office.get("/quarantine").json["quarantined"]
    world.join("Ada")
    assert office.post(f"/quarantine/{record['id']}/restore").refusal == (409, "player_present")


def test_a_record_with_an_item_that_another_has_by_now_is_not_put_back(world, office):
    state = PlayerState("Cy", inventory=Inventory((Stowed(ItemInstance("cap-1", "cap_wool"), "backpack"),)))
    world.memory.replace("cy", state)
    world.memory.quarantine("cy", 1, "unknown item")
    world.memory.claim([ClaimRequest("ben", "Ben", ResumeAttempt(None, 0.0, 0.0, 0.0), b"")])
    world.memory.save([Save("ben", 1, 1, state)])
    (record,) = office.get("/quarantine").json["quarantined"]
    refused = office.post(f"/quarantine/{record['id']}/restore")
    assert refused.refusal == (409, "item_taken")
    assert "'cap-1' is player 'ben''s" in refused.json["error"]["message"]


@pytest.mark.parametrize("path", ["/quarantine/7/restore", f"/quarantine/{9**99}/restore"])
def test_what_was_never_set_aside_cannot_be_put_back(office, path):
    assert office.post(path).refusal == (404, "unknown_record")
