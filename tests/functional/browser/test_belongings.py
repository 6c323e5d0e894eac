"""Putting on and taking off: by dragging, with a finger, with clicks and with keys; and why not."""

import pytest

from ..harness.page import HANDHELD, worn


@pytest.fixture
def give(daemon, player, inside):
    """Give the player an item, and wait until the page shows it; return its id."""

    def given(template, quantity=1, compartment="backpack"):
        item = daemon.operator.grant(player.lower(), template, quantity, compartment)
        inside.carries(item)
        return item

    return given


def within(item, compartment):
    return f"document.querySelector('[data-compartment={compartment}] #item-{item}') !== null"


# --- by hand ---


def test_an_item_is_dragged_into_its_slot_and_back_into_another_compartment(inside, give, player, daemon):
    cap = give("cap_wool")
    inside.drag(f"#item-{cap}", "#slot-head")
    assert inside.result()["code"] == "success"
    inside.wears(cap, "head")
    assert "Wool Cap" in inside.text("#slot-head")
    inside.shows("#notices", "Wool Cap is on the head.")
    assert daemon.operator.player(player.lower())["equipment"]["slots"]["head"]["instance"]["instance_id"] == cap
    inside.drag("#slot-head", "#compartment-belt")
    inside.carries(cap)
    inside.until(within(cap, "belt"), "the cap is shown in the belt")
    assert worn(inside.state) == {}


def test_a_drag_that_ends_nowhere_changes_nothing(inside, give):
    cap = give("cap_wool")
    inside.drag(f"#item-{cap}", "#world")
    assert inside.page.get_attribute(f"#item-{cap}", "aria-pressed") == "false"
    assert not inside.sees(".dragged")
    inside.carries(cap)
    assert inside.state["result"] is None
    assert inside.state["target"] is None, "a drag is no walk"


def test_a_finger_drags_too(open_tab, daemon, player):
    phone = open_tab(daemon, **HANDHELD)
    phone.join(player)
    cap = daemon.operator.grant(player.lower(), "cap_wool")
    phone.carries(cap)
    phone.page.tap("#bag-toggle")
    slot = phone.middle("#slot-head")
    phone.touch("touchStart", phone.middle(f"#item-{cap}"))
    phone.touch("touchMove", slot)
    phone.touch("touchMove", slot)
    phone.touch("touchEnd")
    phone.wears(cap, "head")


def test_an_item_is_put_on_with_two_clicks(inside, give):
    cap = give("cap_wool")
    inside.page.click(f"#item-{cap}")
    assert inside.page.get_attribute("#slot-head", "data-legal") is not None
    assert inside.page.get_attribute("#slot-feet", "data-legal") is None
    inside.page.click("#slot-head")
    inside.wears(cap, "head")


def test_an_item_is_put_on_and_taken_off_with_keys_alone(inside, give):
    dagger = give("dagger_bronze")
    keyboard = inside.page.keyboard
    inside.page.focus(f"#item-{dagger}")
    keyboard.press("Enter")
    assert inside.focused == "slot-main_hand"
    keyboard.press("Escape")
    assert inside.focused == f"item-{dagger}"
    keyboard.press("Enter")
    keyboard.press("Enter")
    inside.wears(dagger, "main_hand")
    assert inside.focused == "slot-main_hand"
    keyboard.press("u")
    inside.carries(dagger)
    inside.page.focus(f"#item-{dagger}")
    keyboard.press("ArrowUp")
    assert inside.focused != f"item-{dagger}"


# --- refused ---


def refused(tab, slot):
    """Wait for a refusal; return its code, and what is said beside the slot."""
    code = tab.result()["code"]
    tab.until("document.querySelector('.bubble.refusal') !== null", "the page says why")
    assert code in tab.shows("#notices", code)
    beside, place = (tab.page.locator(selector).bounding_box() for selector in (".bubble.refusal", f"#slot-{slot}"))
    assert beside["x"] < place["x"] + place["width"], "it is said where it happened"
    assert place["x"] < beside["x"] + beside["width"]
    return code, tab.text(".bubble.refusal")


def test_a_missing_skill_is_named_with_what_is_asked_and_what_there_is(inside, give, player, daemon, picture):
    daemon.operator.train(player.lower(), "melee", 3)
    sword = give("sword_iron")
    inside.when(lambda state: state["skills"] == {"melee": 3}, "the skill is known")
    inside.shows("#skills", "melee", "3")
    inside.drag(f"#item-{sword}", "#slot-main_hand")
    code, words = refused(inside, "main_hand")
    assert code == "skill_gate"
    assert words == "Iron Sword: your skill is too low: melee 10 is asked, you have 3 (skill_gate)."
    picture(inside, "item-refused")
    inside.carries(sword)


def test_an_illegal_slot_is_refused_with_those_that_would_do(inside, give):
    boots = give("boots_leather")
    inside.drag(f"#item-{boots}", "#slot-head")
    code, words = refused(inside, "head")
    assert code == "illegal_slot"
    assert "on the feet" in words


def test_a_slot_cools_down_visibly_and_refuses_meanwhile(inside, give):
    club, dagger = give("club_oak"), give("dagger_bronze")
    inside.page.focus(f"#item-{club}")
    inside.page.keyboard.press("e")
    inside.wears(club, "main_hand")
    inside.until("!document.querySelector('#slot-main_hand .cooldown').hidden", "the ring runs")
    inside.page.focus(f"#item-{dagger}")
    inside.page.keyboard.press("e")
    inside.when(lambda state: state["result"]["code"] == "equip_locked", "the slot is locked")
    code, words = refused(inside, "main_hand")
    assert code == "equip_locked"
    assert "has just been used" in words
    inside.until("document.querySelector('#slot-main_hand .cooldown').hidden", "the ring has run down")
    assert worn(inside.state) == {"main_hand": club}


def test_what_does_not_fit_into_a_compartment_stays_worn(inside, give, player, daemon):
    armor = give("armor_leather")
    inside.page.focus(f"#item-{armor}")
    inside.page.keyboard.press("e")
    inside.wears(armor, "chest")
    cap = inside.state["inventory"]["compartment_caps"]["belt"]
    give("rock_small", quantity=int(cap), compartment="belt")
    inside.shows("[data-compartment=belt] .number", f"{cap:g} / {cap:g}")
    inside.shows("[data-compartment=belt] .count", f"{cap:g}")
    inside.shows("#weight-words", f"{5 + cap / 2:g} / 100")
    inside.drag("#slot-chest", "#compartment-belt")
    inside.when(lambda state: state["result"]["code"] == "exceeds_bulk", "there is no room")
    code, words = refused(inside, "chest")
    assert code == "exceeds_bulk"
    assert "no room" in words
    assert worn(inside.state) == {"chest": armor}
