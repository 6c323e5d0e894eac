from pathlib import Path

import pytest

from mmod.errors import CatalogueError
from mmod.items.rules import SLOTS
from mmod.items.templates import KEYS, Catalogue, ItemTemplate, parse_catalogue, shipped_catalogue

REPOSITORY = Path(__file__).parents[3]
MANUAL = REPOSITORY / "etc" / "items.toml"

AMOUNT = "must be a number from 0 to 1000000000"
NAME = "must be 1 to 80 printable characters"
LEVELS = "must be a table of skill names and least levels, whole numbers from 1"
ID = "an id must be 1 to 80 characters out of a-z, 0-9, _ . and -"


def test_every_key_of_a_table_arrives_in_its_field() -> None:
    text = """
        [sword_iron]
        name = "Iron Sword"
        slots = ["main_hand", "off_hand"]
        weight = 3
        bulk = 2.5
        damage_type = "slash"
        skills = { melee = 10, strength = 1 }
    """
    assert parse_catalogue(text, "items.toml")["sword_iron"] == ItemTemplate(
        template_id="sword_iron",
        display_name="Iron Sword",
        slots=frozenset({"main_hand", "off_hand"}),
        weight=3.0,
        bulk=2.5,
        damage_type="slash",
        skill_req={"melee": 10, "strength": 1},
    )


def test_only_the_name_is_required() -> None:
    assert parse_catalogue('[rock]\nname = "Rock"', "f") == Catalogue({"rock": ItemTemplate("rock", "Rock")})


def test_templates_keep_the_order_of_the_file() -> None:
    assert list(parse_catalogue('b.name = "B"\na.name = "A"\n"c.d".name = "C"', "f")) == ["b", "a", "c.d"]


def test_an_empty_file_is_an_empty_catalogue() -> None:
    assert parse_catalogue("", "f") == Catalogue.empty()


@pytest.mark.parametrize("text", ["[rock", "rock", "a = 1\na = 2", "a = 1" + "0" * 5000, "a = " + "[" * 5000])
def test_what_is_not_toml_is_refused_with_the_file(text: str) -> None:
    with pytest.raises(CatalogueError, match=r"^etc/mine\.toml: not TOML: ."):
        parse_catalogue(text, "etc/mine.toml")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("wieght = 1", "unknown key 'wieght'; there are name, slots, weight, bulk, damage_type, skills"),
        ("weight = -0.1", f"weight {AMOUNT}, not -0.1"),
        ("weight = nan", f"weight {AMOUNT}, not nan"),
        ("weight = inf", f"weight {AMOUNT}, not inf"),
        ("weight = 1000000001", f"weight {AMOUNT}, not 1000000001"),
        ("weight = true", f"weight {AMOUNT}, not True"),
        ('weight = "3"', f"weight {AMOUNT}, not '3'"),
        ("bulk = -1", f"bulk {AMOUNT}, not -1"),
        ("bulk = nan", f"bulk {AMOUNT}, not nan"),
        ("bulk = -inf", f"bulk {AMOUNT}, not -inf"),
        ('slots = ["nose"]', f"slots must be a list of slots out of {', '.join(SLOTS)}, not ['nose']"),
        ('slots = "head"', f"slots must be a list of slots out of {', '.join(SLOTS)}, not 'head'"),
        ("slots = [1, []]", f"slots must be a list of slots out of {', '.join(SLOTS)}, not [1, []]"),
        ("damage_type = 1", f"damage_type {NAME}, not 1"),
        ('damage_type = ""', f"damage_type {NAME}, not ''"),
        ("skills = { melee = 0 }", f"skills {LEVELS}, not {{'melee': 0}}"),
        ("skills = { melee = 1.5 }", f"skills {LEVELS}, not {{'melee': 1.5}}"),
        ("skills = { melee = true }", f"skills {LEVELS}, not {{'melee': True}}"),
        ('skills = { "" = 1 }', f"skills {LEVELS}, not {{'': 1}}"),
        ('skills = ["melee"]', f"skills {LEVELS}, not ['melee']"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_file_item_and_key(line: str, complaint: str) -> None:
    with pytest.raises(CatalogueError) as refusal:
        parse_catalogue(f'[stone]\nname = "Stone"\n\n[rock]\nname = "Rock"\n{line}', "mine.toml")
    assert str(refusal.value) == f"mine.toml: item 'rock': {complaint}"


@pytest.mark.parametrize(
    "value", ['""', '"  "', '"Iron\\nSword"', '"\\u001b[31mSword"', '"Sword\\u202e"', f'"{"x" * 81}"', "7", "['a']"]
)
def test_a_name_that_cannot_be_shown_is_refused(value: str) -> None:
    with pytest.raises(CatalogueError, match=f"^f: item 'rock': name {NAME}, not "):
        parse_catalogue(f"[rock]\nname = {value}", "f")


@pytest.mark.parametrize("name", ["x" * 80, "Épée d'Éowyn", "剣", "Sword +1"])
def test_a_name_may_be_any_printable_text(name: str) -> None:
    assert parse_catalogue(f'[rock]\nname = "{name}"', "f")["rock"].display_name == name


def test_a_missing_name_is_refused() -> None:
    with pytest.raises(CatalogueError) as refusal:
        parse_catalogue("[rock]\nweight = 1", "f")
    assert str(refusal.value) == f"f: item 'rock': name is missing; it {NAME}"


def test_a_value_in_the_place_of_a_table_is_refused() -> None:
    with pytest.raises(CatalogueError) as refusal:
        parse_catalogue("rock = 3", "f")
    assert str(refusal.value) == "f: item 'rock': must be a table, not 3"


@pytest.mark.parametrize("template_id", ["", "Rock", "iron sword", "épée", "a/b", "x" * 81, "rock\\n"])
def test_an_id_outside_its_alphabet_is_refused(template_id: str) -> None:
    with pytest.raises(CatalogueError) as refusal:
        parse_catalogue(f'["{template_id}"]\nname = "Rock"', "f")
    assert str(refusal.value).endswith(ID)


@pytest.mark.parametrize("template_id", ["x" * 80, "a-b_c.d9", "0"])
def test_an_id_within_its_alphabet_is_taken(template_id: str) -> None:
    assert list(parse_catalogue(f'["{template_id}"]\nname = "Rock"', "f")) == [template_id]


def test_a_complaint_about_an_endless_value_is_short() -> None:
    with pytest.raises(CatalogueError) as refusal:
        parse_catalogue(f'[rock]\nname = "Rock"\nweight = "{"9" * 100_000}"', "f")
    assert len(str(refusal.value)) < 200


# --- the shipped catalogue ---


@pytest.mark.parametrize(
    "template",
    [
        ItemTemplate("sword_iron", "Iron Sword", frozenset({"main_hand"}), 3.5, 2.0, "slash", {"melee": 10}),
        ItemTemplate("shield_wood", "Wooden Shield", frozenset({"off_hand"}), 2.0, 3.0, "blunt", {"defense": 5}),
        ItemTemplate("armor_leather", "Leather Armor", frozenset({"chest"}), 5.0, 4.0),
        ItemTemplate("potion_health", "Health Potion", weight=0.1, bulk=1.0),
        ItemTemplate("anvil_iron", "Iron Anvil", weight=85.0, bulk=25.0),
        ItemTemplate("rock_small", "Small Rock", weight=0.5, bulk=1.0),
    ],
    ids=lambda template: template.template_id,
)
def test_the_designs_items_are_shipped(template: ItemTemplate) -> None:
    assert shipped_catalogue()[template.template_id] == template


@pytest.mark.parametrize("slot", SLOTS)
@pytest.mark.parametrize("skilled", [False, True], ids=["without skills", "with skills"])
def test_every_slot_is_usable(slot: str, skilled: bool) -> None:
    assert [item for item in shipped_catalogue().values() if item.fits(slot) and bool(item.skill_req) == skilled]


def test_some_shipped_item_fits_several_slots() -> None:
    assert shipped_catalogue()["dagger_bronze"].slots == {"main_hand", "off_hand"}


def test_the_package_ships_the_file_that_operators_read() -> None:
    assert shipped_catalogue() == parse_catalogue(MANUAL.read_text("utf-8"), "etc/items.toml")


def test_the_files_opening_comment_explains_every_key() -> None:
    opening = MANUAL.read_text("utf-8").split("\n\n", 1)[0].splitlines()
    explained = [words[1] for words in map(str.split, opening) if len(words) > 2 and words[1] in KEYS]
    assert explained == list(KEYS)


# --- slots ---


def test_a_template_fits_only_slots_that_exist() -> None:
    charm = ItemTemplate("charm", "Charm", frozenset({"neck", "head"}))
    assert [slot for slot in (*SLOTS, "neck") if charm.fits(slot)] == ["head"]
