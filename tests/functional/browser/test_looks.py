"""How each state looks: on a desktop and on a phone, by day and by night, with nothing cut off, covered or too faint.

The pictures of these states are taken here, when they are asked for.
"""

from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from ..harness.client import Client
from ..harness.daemon import Daemon
from ..harness.page import DESKTOP, HANDHELD

HARNESS = Path(__file__).parents[1] / "harness"

#: How the page is looked at, by the name of the picture's end.
VIEWS = {
    "": {"color_scheme": "light", "viewport": DESKTOP},
    "-dark": {"color_scheme": "dark", "viewport": DESKTOP},
    "-phone": {"color_scheme": "light", **HANDHELD},
    "-phone-dark": {"color_scheme": "dark", **HANDHELD},
}

#: Windows between a desktop's and a phone's: a small laptop's, a tablet's on end, and a wide one.
SIZES = [(1024, 640), (820, 1180), (1600, 900)]

#: Who is looked at there: all of them in one world.
NAMES = {"": "Amber Heron", "-dark": "Silver Owl", "-phone": "Merry Finch", "-phone-dark": "Starlit Lynx"}

#: What a traveller carries and wears: each kind of tile, slot and compartment.
LUGGAGE = [("dagger_bronze", 1, "belt"), ("rock_small", 7, "craft_bag"), ("potion_health", 3, "backpack")]
CLOTHES = {
    "sword_iron": "main_hand",
    "shield_wood": "off_hand",
    "armor_leather": "chest",
    "boots_leather": "feet",
    "cap_wool": "head",
}


#: Where they stand: with water, trees and the borders of cells in sight, in m.
SPOT = (34, 22)

#: Others who stand around, so far (m) from there.
COMPANY = {
    "Quiet Otter": (5, 4),
    "Mossy Wren": (-8, 3),
    "Copper Hare": (9, -6),
    "Early Lark": (-5, -9),
    "Velvet Toad": (2, -14),
    "Windy Crane": (-3, 11),
}

#: What puts an item on whether its panel is open or not.
DOUBLE_CLICK = "new MouseEvent('dblclick', {bubbles: true})"


@cache
def script(name):
    return (HARNESS / name).read_text(encoding="utf-8")


def looks_right(page):
    assert page.page.evaluate(script("layout.js")) == []
    assert page.page.evaluate(script("contrast.js")) == []


def at_rest(page):
    """Wait until nothing moves that only moves for a while: panels that slide in, the camera that comes down."""
    page.settle()
    page.when(lambda state: state["camera"]["scale"] == 9 * state["camera"]["ratio"], "the camera has come down")


@pytest.fixture(scope="package")
def shared_stage(tmp_path_factory):
    """A daemon whose players begin at a fine spot and go at once, so that nobody stands in the picture of another."""
    settings = {"world.spawn": list(SPOT), "world.linger": 0, "bots.target_per_cell": 8}
    daemon = Daemon(tmp_path_factory.mktemp("stage"), "--dev", settings=settings).start()
    yield daemon
    daemon.stop()


@pytest.fixture
def stage(shared_stage):
    yield shared_stage
    shared_stage.check_log()


@pytest.fixture(params=VIEWS, ids=lambda end: end.strip("-") or "light")
def end(request):
    return request.param


@pytest.fixture
def view(open_tab, stage, end):
    """The page as it is looked at here."""
    return open_tab(stage, **VIEWS[end])


@pytest.fixture
def company(stage):
    """Others who stand around."""
    with ExitStack() as stack:
        for name, (east, north) in COMPANY.items():
            stack.enter_context(Client(stage.ws_url)).join(f"dev:{name}")
            stage.operator.teleport(name.lower(), SPOT[0] + east, SPOT[1] + north)
        yield


@pytest.fixture
def traveller(view, stage, company, end):
    """The page with somebody in the world who carries and wears a bit of everything, in company."""
    name = NAMES[end]
    view.join(name)
    operator = stage.operator
    for skill in ("melee", "defense"):
        operator.train(name.lower(), skill, 12)
    for luggage in LUGGAGE:
        operator.grant(name.lower(), *luggage)
    for template, slot in CLOTHES.items():
        item = operator.grant(name.lower(), template)
        view.carries(item)
        view.page.evaluate(f"document.getElementById('item-{item}').dispatchEvent({DOUBLE_CLICK})")
        view.wears(item, slot)
    return view


def test_the_door(view, end, picture):
    view.settle()
    looks_right(view)
    picture(view, f"door{end}")


def test_the_world_with_everything_in_it(traveller, end, picture):
    if "phone" not in end:
        traveller.page.keyboard.press("i")
        traveller.page.keyboard.press("p")
    at_rest(traveller)
    looks_right(traveller)
    picture(traveller, f"joined{end}")
    traveller.page.click("#bag-toggle")
    at_rest(traveller)
    looks_right(traveller)
    picture(traveller, f"belongings{end}")
    traveller.page.click("#gifts-toggle")
    at_rest(traveller)
    looks_right(traveller)
    picture(traveller, f"gifts{end}")
    traveller.page.click("#pulse-toggle")
    at_rest(traveller)
    looks_right(traveller)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_window_of_another_size_has_room_for_all_panels(open_tab, stage, player, size):
    width, height = size
    page = open_tab(stage, viewport={"width": width, "height": height})
    page.join(player)
    at_rest(page)
    looks_right(page)
    page.page.keyboard.press("g")
    at_rest(page)
    looks_right(page)


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
    calm = open_tab(daemon, reduced_motion="reduce")
    calm.join(player)
    state = calm.state
    assert state["camera"]["scale"] == 9 * state["camera"]["ratio"], "the camera is there at once"
    calm.page.click("#gifts-toggle")
    longest = "Math.max(0, ...document.getAnimations().map(({ effect }) => effect.getComputedTiming().duration))"
    assert calm.page.evaluate(longest) <= 1
