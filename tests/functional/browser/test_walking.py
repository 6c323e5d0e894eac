"""Walking with keys, mouse and finger, and what the page shows of it."""

import math

import pytest

from ..harness.page import HANDHELD

#: Where each key leads: east and north.
WAYS = {
    "w": (0, 1),
    "a": (-1, 0),
    "s": (0, -1),
    "d": (1, 0),
    "ArrowUp": (0, 1),
    "ArrowLeft": (-1, 0),
    "ArrowDown": (0, -1),
    "ArrowRight": (1, 0),
}

#: So near (m) to where the pointer was is there.
THERE = 1.0


def sign(number):
    return (number > 0) - (number < 0)


def way(state):
    return sign(state["velocity"]["x"]), sign(state["velocity"]["z"])


def apart(one, other):
    return math.hypot(one["x"] - other["x"], one["z"] - other["z"])


def stands(tab):
    return tab.when(lambda state: way(state) == (0, 0), "the player stands still")


def pixel(tab, east, north):
    """The pixel over a point so far (m) from the player."""
    size, metre = tab.page.viewport_size, tab.state["camera"]["scale"] / tab.state["camera"]["ratio"]
    return size["width"] / 2 + east * metre, size["height"] / 2 - north * metre


def looks_at(tab, state):
    """How far east the middle of the window is, in whole pixels (a ninth of a metre)."""
    camera = state["camera"]
    return camera["x"] + tab.page.viewport_size["width"] / 2 * camera["ratio"] / camera["scale"]


def settled(tab):
    """Wait until the camera has come down to the player."""
    seen = []

    def is_still(state):
        seen.append(state["camera"]["scale"])
        return len(seen) > 1 and seen[-1] == seen[-2] and seen[-1] >= 9

    tab.when(is_still, "the camera has come down")


def test_the_page_joins_and_shows_where_it_is(inside, player, daemon):
    state = inside.when(lambda state: state["telemetry"], "telemetry has come")
    assert state["playerId"] == player.lower()
    assert inside.sees("#hud")
    assert not inside.sees("#join")
    assert inside.text("#player-name") == player
    assert inside.text("#status-cell") == "0, 0"
    inside.shows("#status-rtt", "ms")
    assert daemon.operator.player(player.lower())["connected"]


def test_each_key_walks_its_way_until_it_comes_up_and_two_walk_between(inside):
    for key, direction in WAYS.items():
        inside.page.keyboard.down(key)
        inside.when(lambda state, direction=direction: way(state) == direction, f"{key} walks")
        inside.page.keyboard.up(key)
        stands(inside)
    inside.page.keyboard.down("w")
    inside.page.keyboard.down("d")
    inside.when(lambda state: way(state) == (1, 1), "the player walks north-east")
    inside.page.keyboard.down("a")
    inside.when(lambda state: way(state) == (0, 1), "east and west cancel each other")
    for key in "wda":
        inside.page.keyboard.up(key)
    stands(inside)


def test_the_player_walks_for_the_server_too_and_the_camera_follows(inside, player, daemon):
    before = inside.state
    inside.page.keyboard.down("d")
    inside.when(lambda state: state["position"]["x"] > before["position"]["x"] + 2, "the player has walked east")
    inside.page.keyboard.up("d")
    after = stands(inside)
    assert daemon.operator.player(player.lower())["pos"]["x"] > before["position"]["x"] + 2
    at = inside.when(lambda state: apart(state["predicted"], state["position"]) < 0.1, "both agree")["predicted"]
    assert at["x"] == pytest.approx(after["position"]["x"], abs=0.1)
    settled(inside)
    inside.when(
        lambda state: looks_at(inside, state) == pytest.approx(state["predicted"]["x"], abs=0.1),
        "the camera is over the player",
    )


def test_a_click_on_the_ground_leads_there(inside):
    settled(inside)
    start = inside.state["position"]
    inside.page.mouse.click(*pixel(inside, -4, 3))
    inside.when(lambda state: state["target"], "the page knows where to")
    inside.when(lambda state: apart(state["position"], start) > 3, "the player walks")
    inside.when(lambda state: state["target"] is None, "the player is there")
    at = stands(inside)["position"]
    assert apart(at, {"x": start["x"] - 4, "z": start["z"] + 3}) < THERE


def test_a_held_button_leads_on_until_it_comes_up(inside):
    settled(inside)
    inside.page.mouse.move(*pixel(inside, 0, -5))
    inside.page.mouse.down()
    start = inside.state["position"]["z"]
    inside.when(lambda state: state["position"]["z"] < start - 7, "the player walks on, beyond where it pointed")
    assert way(inside.state) == (0, -1)
    inside.page.mouse.up()
    stands(inside)


def test_a_key_that_is_held_while_the_window_loses_the_focus_walks_no_longer(inside):
    inside.page.keyboard.down("d")
    inside.when(lambda state: way(state) == (1, 0), "the player walks")
    inside.page.evaluate("window.dispatchEvent(new Event('blur'))")
    stands(inside)
    inside.page.keyboard.up("d")


def test_the_stick_walks_with_a_thumb(open_tab, daemon, player):
    phone = open_tab(daemon, **HANDHELD)
    phone.join(player)
    x, y = phone.middle("#stick")
    phone.touch("touchStart", (x, y))
    phone.touch("touchMove", (x, y - 50))
    phone.when(lambda state: way(state) == (0, 1), "the player walks north")
    phone.touch("touchMove", (x + 50, y))
    phone.when(lambda state: way(state) == (1, 0), "the player turns east")
    phone.touch("touchEnd")
    stands(phone)


def test_a_tap_on_the_ground_leads_there(open_tab, daemon, player):
    phone = open_tab(daemon, **HANDHELD)
    phone.join(player)
    settled(phone)
    start = phone.state["position"]
    phone.page.touchscreen.tap(*pixel(phone, 4, 3))
    phone.when(lambda state: apart(state["position"], start) > 3, "the player walks")
    at = stands(phone)["position"]
    assert apart(at, {"x": start["x"] + 4, "z": start["z"] + 3}) < THERE


def test_a_heavy_load_slows_and_the_page_says_so(inside, player, daemon):
    daemon.operator.grant(player.lower(), "anvil_iron")
    inside.when(lambda state: state["encumbrance"]["movement_penalty"] < 1, "the load is known")
    inside.shows("#pace-words", "laden")
    inside.page.keyboard.down("d")
    state = inside.when(lambda state: way(state) == (1, 0), "the player walks")
    inside.page.keyboard.up("d")
    assert 0 < state["velocity"]["x"] < state["config"]["move_speed"]
    assert inside.page.get_attribute("#weight-bar", "data-full") is not None
