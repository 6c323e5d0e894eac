"""The item ledger in the admin API."""

import pytest

from tests.unit.shard.bench import World

from .office import Office


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


def grant(office, template="club_oak"):
    return office.post("/players/ada/items", {"template_id": template}).json["instance_id"]


def moves(answer):
    assert answer.status == 200
    return [(move["instance_id"], move["cause"], move["origin"], move["target"]) for move in answer.json["movements"]]


def test_the_history_of_an_item_is_told_oldest_first_with_its_circumstances(world, office, ada):
    club = grant(office)
    grant(office, "potion_health")
    ada.equip(7, club)
    world.turn(0.1)
    answer = office.get(f"/items/{club}")
    assert moves(answer) == [
        (club, "grant", None, "carried:backpack"),
        (club, "equip", "carried:backpack", "worn:main_hand"),
    ]
    given, worn = answer.json["movements"]
    assert (given["player_id"], given["epoch"], given["seq"], worn["seq"]) == ("ada", 1, 0, 7)
    assert (given["template_id"], given["quantity"]) == ("club_oak", 1)
    assert given["entry_id"] < worn["entry_id"]
    assert given["at"] <= worn["at"] == pytest.approx(world.wall(), abs=1.0)


def test_the_ledger_of_a_player_is_told_newest_first_and_as_much_as_is_asked_for(office, ada):
    items = [grant(office, "potion_health") for _ in range(3)]
    assert [move[0] for move in moves(office.get("/players/ada/ledger"))] == items[::-1]
    assert [move[0] for move in moves(office.get("/players/ada/ledger?limit=2"))] == items[:0:-1]
    for limit in (0, -5):
        assert len(moves(office.get(f"/players/ada/ledger?limit={limit}"))) == 1
    assert len(moves(office.get("/players/ada/ledger?limit=999999999"))) == 3


def test_a_player_without_items_has_an_empty_ledger(office, ada):
    assert moves(office.get("/players/ada/ledger")) == []


@pytest.mark.parametrize("limit", ["few", "1.5", "", "9999999999"])
def test_a_limit_that_is_no_number_is_refused(office, ada, limit):
    assert office.get(f"/players/ada/ledger?limit={limit}").refusal == (400, "bad_request")


def test_who_and_what_nobody_knows_is_404(office, ada):
    assert office.get("/players/nobody/ledger").refusal == (404, "unknown_player")
    assert office.get("/items/nothing").refusal == (404, "unknown_item")
    assert office.get("/items/a%00b").refusal == (404, "unknown_item")


def test_ids_may_hold_slashes(world, office):
    world.join("A/B")
    world.turn(0.1)
    assert moves(office.get("/players/a%2Fb/ledger")) == []
    assert office.get("/items/a/b").refusal == (404, "unknown_item")


def test_a_store_that_is_away_is_unavailable(world, office, ada):
    world.memory.close()
    for path in ("/players/ada/ledger", "/items/x"):
        assert office.get(path).refusal == (503, "unavailable")
