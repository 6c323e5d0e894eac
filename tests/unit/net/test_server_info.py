import json

from jsonschema import Draft202012Validator

from mmod import __version__
from mmod.items.rulebook import Rulebook
from mmod.items.rules import SLOTS, ItemRules
from mmod.items.templates import parse_catalogue, shipped_catalogue
from mmod.net.server_info import server_file, server_info, server_info_schema

BOOK = Rulebook(ItemRules(equip_cooldown=1.5), shipped_catalogue())


def published(book=BOOK, *, dev=False, auth="jwt"):
    file = server_file(server_info(book, dev=dev, auth=auth))
    assert file.media_type == "application/json"
    return json.loads(file.content)


def test_it_says_which_server_it_is_and_how_one_comes_in():
    told = published(dev=True, auth="dev")
    assert (told["version"], told["dev"], told["auth"]) == (__version__, True, "dev")
    assert published()["dev"] is False


def test_it_holds_the_whole_catalogue():
    catalogue = published()["catalogue"]
    assert list(catalogue) == list(BOOK.catalogue)
    assert catalogue["sword_iron"] == {
        "display_name": "Iron Sword",
        "slots": [["main_hand"]],
        "weight": 3.5,
        "bulk": 2.0,
        "damage_type": "slash",
        "skills": {"melee": 10},
    }
    assert catalogue["rock_small"]["slots"] == []
    assert catalogue["rock_small"]["damage_type"] is None


def test_an_item_for_either_of_two_slots_has_two_ways_to_wear_it_in_the_order_of_the_slots():
    catalogue = parse_catalogue('[rod]\nname = "Rod"\nslots = ["off_hand", "main_hand"]', "test")
    told = published(Rulebook(ItemRules(), catalogue))
    assert told["catalogue"]["rod"]["slots"] == [["main_hand"], ["off_hand"]]


def test_it_names_the_slots_and_their_cooldown():
    told = published()
    assert tuple(told["slots"]) == SLOTS
    assert told["equip_cooldown"] == 1.5


def test_it_is_as_published():
    schema = server_info_schema()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator({**schema, "additionalProperties": False}).validate(published())
    assert set(schema["required"]) == set(schema["properties"])
