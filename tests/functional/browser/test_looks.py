"""How each state looks: on a desktop and on a phone, by day and by night, with nothing cut off, covered or too faint.

The pictures of these states are taken here, when they are asked for.
"""

from functools import cache
from pathlib import Path

import pytest

from ..conftest import unique
from ..harness.page import DESKTOP, HANDHELD

HARNESS = Path(__file__).parents[1] / "harness"

#: How the page is looked at, by the name of the picture's end.
VIEWS = {
    "": {"color_scheme": "light"},
    "-dark": {"color_scheme": "dark"},
    "-phone": {"color_scheme": "light", **HANDHELD},
    "-phone-dark": {"color_scheme": "dark", **HANDHELD},
}

#: What a traveller carries and wears: each kind of tile, slot and compartment.
LUGGAGE = [("dagger_bronze", 1, "belt"), ("rock_small", 7, "craft_bag"), ("potion_health", 3, "backpack")]
CLOTHES = {
    "sword_iron": "main_hand",
    "shield_wood": "off_hand",
    "armor_leather": "chest",
    "boots_leather": "feet",
    "cap_wool": "head",
}


@cache
def script(name):
    return (HARNESS / name).read_text(encoding="utf-8")


def looks_right(page):
    assert page.page.evaluate(script("layout.js")) == []
    assert page.page.evaluate(script("contrast.js")) == []


def at_rest(page):
    """Wait until nothing moves that only moves for a while: panels that slide in, the camera that comes down."""
    page.until("document.getAnimations().every(({ playState }) => playState === 'finished')", "animations have ended")
    page.when(lambda state: state["camera"]["scale"] == 9 * state["camera"]["ratio"], "the camera has come down")


@pytest.fixture(params=VIEWS, ids=lambda end: end.strip("-") or "light")
def end(request):
    return request.param


@pytest.fixture
def view(open_tab, daemon, end):
    """The page as it is looked at here."""
    return open_tab(daemon, **VIEWS[end])


@pytest.fixture
def traveller(view, daemon):
    """The page with somebody in the world who owns a bit of everything, in company."""
    name = unique("Amber Heron")
    view.join(name)
    operator = daemon.operator
    for skill in ("melee", "defense"):
        operator.train(name.lower(), skill, 12)
    worn = [(operator.grant(name.lower(), template), slot) for template, slot in CLOTHES.items()]
    carried = [operator.grant(name.lower(), *luggage) for luggage in LUGGAGE]
    view.carries(*carried, *(item for item, _ in worn))
    return view


def test_the_door(view, end, picture):
    view.until("document.getAnimations().every(({ playState }) => playState === 'finished')", "the door has risen")
    looks_right(view)
    picture(view, f"door{end}")


def test_the_world_with_everything_in_it(traveller, end, picture):
    at_rest(traveller)
    looks_right(traveller)
    picture(traveller, f"joined{end}")
    if "phone" in end:
        traveller.page.tap("#bag-toggle")
    at_rest(traveller)
    looks_right(traveller)
    picture(traveller, f"belongings{end}")
    traveller.page.click("#gifts-toggle")
    at_rest(traveller)
    looks_right(traveller)
    picture(traveller, f"gifts{end}")
    if "phone" in end:
        traveller.page.tap("#pulse-toggle")
        at_rest(traveller)
        looks_right(traveller)


def test_day_and_night_are_as_the_system_has_them_or_as_one_chooses(tab):
    ground = "getComputedStyle(document.body).backgroundColor"
    day = tab.page.evaluate(ground)
    tab.page.emulate_media(color_scheme="dark")
    night = tab.page.evaluate(ground)
    assert night != day
    tab.page.click("#join-theme")
    assert (tab.state["theme"], tab.page.evaluate(ground)) == ("light", day)
    tab.page.reload()
    tab.when(lambda state: state and state["theme"] == "light", "the choice is kept")
    assert tab.page.evaluate(ground) == day
    tab.page.click("#join-theme")
    assert (tab.state["theme"], tab.page.evaluate(ground)) == ("dark", night)


def test_who_wants_no_motion_gets_none_that_need_not_be(open_tab, daemon, player):
    calm = open_tab(daemon, reduced_motion="reduce", viewport=DESKTOP)
    calm.join(player)
    state = calm.state
    assert state["camera"]["scale"] == 9 * state["camera"]["ratio"], "the camera is there at once"
    calm.page.click("#gifts-toggle")
    longest = "Math.max(0, ...document.getAnimations().map(({ effect }) => effect.getComputedTiming().duration))"
    assert calm.page.evaluate(longest) <= 1
