"""The limits of every field a client may send (protocol.md, "Client to server")."""

import json

import msgspec
import pytest

from mmod.errors import BadRequest
from mmod.items.encumbrance import Encumbrance
from mmod.items.instances import ItemInstance, Stowed
from mmod.wire.codec import decode, encode
from mmod.wire.messages import (
    CellName,
    EntityView,
    EquipmentView,
    InventoryView,
    JoinAck,
    JoinAckData,
    PlayerView,
    Point,
    State,
    StateData,
    WorldConfig,
    WornItem,
)

GOOD = {
    "hello": {"type": "hello", "token": "dev:ada", "resume": "r", "lastSeq": 7},
    "input": {"type": "input", "seq": 1, "dt": 0.05, "intent": {"x": 0.5, "z": -1}},
    "equip": {"type": "equip", "seq": 1, "instance_id": "i", "slot": "head"},
    "unequip": {"type": "unequip", "seq": 1, "slot": "head", "compartment": "belt"},
}


class Raw(str):
    """JSON text that Python's encoder would not write."""


def sent(kind, field, value):
    """Decode a good message of a kind with one field replaced."""
    message = json.loads(json.dumps(GOOD[kind]))
    target = message
    *path, last = field.split(".")
    for name in path:
        target = target[name]
    target[last] = "PLACEHOLDER"
    raw = value if isinstance(value, Raw) else json.dumps(value)
    return decode(json.dumps(message).replace('"PLACEHOLDER"', raw).encode())


def assert_refused(kind, field, value):
    with pytest.raises(BadRequest) as caught:
        sent(kind, field, value)
    assert type(caught.value) is BadRequest


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_message_is_taken(kind):
    assert msgspec.to_builtins(decode(json.dumps(GOOD[kind]).encode())) == GOOD[kind]


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("hello", "token"),
        ("input", "seq"),
        ("input", "dt"),
        ("input", "intent"),
        ("equip", "seq"),
        ("equip", "instance_id"),
        ("equip", "slot"),
        ("unequip", "seq"),
        ("unequip", "slot"),
    ],
)
def test_a_required_field_is_required(kind, field):
    message = {name: value for name, value in GOOD[kind].items() if name != field}
    with pytest.raises(BadRequest, match=field):
        decode(json.dumps(message).encode())


@pytest.mark.parametrize("field", ["resume", "lastSeq"])
def test_what_is_optional_in_hello_may_be_absent_and_is_told_from_what_was_given(field):
    message = {name: value for name, value in GOOD["hello"].items() if name != field}
    assert getattr(decode(json.dumps(message).encode()), field) is msgspec.UNSET


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("hello", "token"),
        ("hello", "resume"),
        ("hello", "lastSeq"),
        ("input", "seq"),
        ("input", "dt"),
        ("input", "intent"),
        ("input", "intent.x"),
        ("equip", "slot"),
        ("unequip", "compartment"),
    ],
)
def test_null_is_not_absent(kind, field):
    assert_refused(kind, field, None)


def test_an_unequip_without_compartment_goes_to_the_backpack():
    assert decode(b'{"type":"unequip","seq":1,"slot":"head"}').compartment == "backpack"


# --- numbers ----------------------------------------------------------------------------------------------------------

_WRONG_INTEGERS = [
    -1,
    2**53,
    2**63,
    2**64,
    10**30,
    Raw("9" * 5_000),
    1.0,
    1.5,
    Raw("1e3"),
    Raw("1e999"),
    Raw("NaN"),
    Raw("Infinity"),
    Raw("01"),
    Raw("+1"),
    Raw("0x1"),
    True,
    False,
    "1",
    [1],
    {},
]


@pytest.mark.parametrize("value", [*_WRONG_INTEGERS, 0])
@pytest.mark.parametrize("kind", ["input", "equip", "unequip"])
def test_seq_is_a_whole_number_from_1_to_what_a_double_holds(kind, value):
    assert_refused(kind, "seq", value)


@pytest.mark.parametrize("kind", ["input", "equip", "unequip"])
@pytest.mark.parametrize("value", [1, 2**53 - 1])
def test_seq_may_be_at_its_bounds(kind, value):
    assert sent(kind, "seq", value).seq == value


@pytest.mark.parametrize("value", _WRONG_INTEGERS)
def test_last_seq_is_a_whole_number_from_0_to_what_a_double_holds(value):
    assert_refused("hello", "lastSeq", value)


@pytest.mark.parametrize("value", [0, 2**53 - 1])
def test_last_seq_may_be_at_its_bounds(value):
    assert sent("hello", "lastSeq", value).lastSeq == value


_WRONG_NUMBERS = [
    Raw("NaN"),
    Raw("-Infinity"),
    Raw("1e999"),
    Raw("-1e999"),
    Raw("9" * 5_000),
    Raw("1" + "0" * 400),
    Raw(".5"),
    Raw("5."),
    True,
    "1",
    [],
    {},
]


@pytest.mark.parametrize("value", _WRONG_NUMBERS)
@pytest.mark.parametrize("field", ["dt", "intent.x", "intent.z"])
def test_numbers_are_finite_numbers(field, value):
    assert_refused("input", field, value)


@pytest.mark.parametrize("value", [0, 0.0, -0.0, -0.05, Raw("1e-400")])
def test_dt_is_above_zero(value):
    assert_refused("input", "dt", value)


@pytest.mark.parametrize("value", [5e-324, 0.05, 1, 1e308])
def test_dt_may_be_any_number_above_zero(value):
    assert sent("input", "dt", value).dt == value


@pytest.mark.parametrize("value", [0, -0.0, 1, 1e6, -1e308, 2**100])
def test_an_intent_may_be_any_finite_number(value):
    assert sent("input", "intent.x", value).intent.x == value


@pytest.mark.parametrize("value", [{"x": 1}, {"z": 1}, {}, [1, 1], "x", 1])
def test_an_intent_has_both_components(value):
    assert_refused("input", "intent", value)


# --- texts ------------------------------------------------------------------------------------------------------------

_TEXTS = [
    ("hello", "token"),
    ("hello", "resume"),
    ("equip", "instance_id"),
    ("equip", "slot"),
    ("unequip", "slot"),
    ("unequip", "compartment"),
]


@pytest.mark.parametrize(("kind", "field"), _TEXTS)
@pytest.mark.parametrize("value", [1, True, ["a"], {"a": 1}, "\0", "a\0", "a\nb\0c", Raw('"\\ud800"')])
def test_texts_are_texts_without_nul_or_lone_surrogates(kind, field, value):
    assert_refused(kind, field, value)


@pytest.mark.parametrize(("kind", "field"), _TEXTS)
@pytest.mark.parametrize(
    "value", ["'; DROP TABLE player_state; --", "<b>", "\x1b[31m", "a\nb", "\u202eabc", "\U0001f600"]
)
def test_any_other_text_is_taken_exactly(kind, field, value):
    assert getattr(sent(kind, field, value), field) == value


def test_a_token_is_not_empty_but_a_resume_token_may_be():
    assert_refused("hello", "token", "")
    assert sent("hello", "resume", "").resume == ""


@pytest.mark.parametrize(("kind", "field"), _TEXTS[2:])
def test_names_have_at_most_256_characters(kind, field):
    assert getattr(sent(kind, field, "\N{SNOWMAN}" * 256), field) == "\N{SNOWMAN}" * 256
    assert_refused(kind, field, "a" * 257)


# --- the large server messages, to the letter -------------------------------------------------------------------------

LOAD = Encumbrance(3.5, 100.0, 2.0, 90.0, 0.035, 0.022, 1.0)
LOAD_JSON = (
    '{"current_weight":3.5,"max_weight":100.0,"current_bulk":2.0,"max_bulk":90.0,'
    '"weight_pct":0.035,"bulk_pct":0.022,"movement_penalty":1.0}'
)
SWORD = ItemInstance("i-1", "sword_iron")
SWORD_JSON = '{"instance_id":"i-1","template_id":"sword_iron","quantity":1,"durability":100}'
INVENTORY = InventoryView((Stowed(SWORD, "belt"),), {"backpack": 50.0, "belt": 10.0}, 100.0, LOAD)
INVENTORY_JSON = (
    f'{{"items":[{{"instance":{SWORD_JSON},"compartment":"belt"}}],'
    f'"compartment_caps":{{"backpack":50.0,"belt":10.0}},"weight_limit":100.0,"encumbrance":{LOAD_JSON}}}'
)
EQUIPMENT = EquipmentView({"main_hand": WornItem(SWORD, 1.4)})
EQUIPMENT_JSON = f'{{"slots":{{"main_hand":{{"instance":{SWORD_JSON},"cooldown_remaining":1.4}}}}}}'


def test_join_ack_is_exactly_this_json():
    data = JoinAckData(
        playerID="ada",
        cell=CellName(0, -1),
        resumeToken="secret",
        resumed=False,
        ack=0,
        tick=1234,
        pos=Point(0.5, -8.25),
        config=WorldConfig(20, 10, 128.0, 256.0, 2.0, 3.0),
        inventory=INVENTORY,
        equipment=EQUIPMENT,
        skills={"melee": 10},
        encumbrance=LOAD,
    )
    assert encode(JoinAck(data)).decode() == (
        '{"type":"join_ack","data":{"playerID":"ada","cell":{"cx":0,"cz":-1},"resumeToken":"secret","resumed":false,'
        '"ack":0,"tick":1234,"pos":{"x":0.5,"z":-8.25},'
        '"config":{"tick_hz":20,"snapshot_hz":10,"aoi_radius":128.0,"cell_size":256.0,"handover_hysteresis":2.0,'
        '"move_speed":3.0},'
        f'"inventory":{INVENTORY_JSON},"equipment":{EQUIPMENT_JSON},"skills":{{"melee":10}},"encumbrance":{LOAD_JSON}}}}}'
    )


def test_state_is_exactly_this_json_and_its_private_parts_are_absent_unless_given():
    player = PlayerView("ada", Point(0.9, 0.0), Point(3.0, 0.0))
    bot = EntityView("bot-7", Point(4.2, -8.0), Point(1.5, 0.0), "bot", "bot-7")
    bare = (
        '{"type":"state","data":{"ack":17,"tick":1240,'
        '"player":{"id":"ada","pos":{"x":0.9,"z":0.0},"vel":{"x":3.0,"z":0.0}},'
        '"entities":[{"id":"bot-7","pos":{"x":4.2,"z":-8.0},"vel":{"x":1.5,"z":0.0},"kind":"bot","name":"bot-7"}]'
    )
    assert encode(State(StateData(17, 1240, player, [bot]))).decode() == bare + "}}"
    whole = encode(State(StateData(17, 1240, player, [bot], INVENTORY, EQUIPMENT, {"melee": 10}))).decode()
    assert whole == f'{bare},"inventory":{INVENTORY_JSON},"equipment":{EQUIPMENT_JSON},"skills":{{"melee":10}}}}}}'
