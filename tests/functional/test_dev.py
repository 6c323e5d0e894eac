"""What a client may know before it joins, and what `--dev` lets players give themselves."""

import httpx
import pytest

from mmod.items.templates import shipped_catalogue

from .conftest import unique
from .harness.daemon import Daemon


@pytest.fixture
def guarded(tmp_path):
    """A daemon without `--dev`, where anyone may play all the same since nothing is configured."""
    daemon = Daemon(tmp_path).start()
    yield daemon
    daemon.stop()


def info(daemon):
    return httpx.get(f"{daemon.url}/client/server.json", trust_env=False).raise_for_status().json()


def give(daemon, what, **wanted):
    return httpx.post(f"{daemon.url}/dev/{what}", json=wanted, trust_env=False)


def test_a_client_learns_what_there_is_before_it_joins(daemon):
    told = info(daemon)
    assert (told["dev"], told["auth"], told["equip_cooldown"]) == (True, "dev", 2.0)
    assert set(told["catalogue"]) == set(shipped_catalogue())


def test_a_player_gives_itself_an_item_a_skill_and_another_place(daemon, join):
    name = unique("gifted")
    client = join(daemon, name)
    token = f"dev:{name}"
    skill = give(daemon, "skills", token=token, skill="melee", level=10)
    item = give(daemon, "items", token=token, template_id="sword_iron")
    place = give(daemon, "position", token=token, x=40, z=-7)
    assert [skill.status_code, item.status_code, place.status_code] == [200, 201, 200]
    client.state(lambda state: (state.player.pos.x, state.player.pos.z) == (40, -7))
    client.equip(item.json()["instance_id"], "main_hand")
    client.state(lambda state: state.equipment and "main_hand" in state.equipment.slots)
    moves = daemon.operator.get(f"/players/{name}/ledger")["movements"]
    assert [move["cause"] for move in moves][-1:] == ["grant"]


def test_without_dev_there_are_no_gifts(guarded, join):
    join(guarded, "ada")
    assert info(guarded)["dev"] is False
    for what in ("items", "skills", "position"):
        nowhere = httpx.post(f"{guarded.url}/nowhere/{what}", trust_env=False)
        gone = httpx.post(f"{guarded.url}/dev/{what}", trust_env=False)
        assert (gone.status_code, gone.text) == (nowhere.status_code, nowhere.text)
        assert httpx.get(f"{guarded.url}/dev/{what}", trust_env=False).status_code == 404
