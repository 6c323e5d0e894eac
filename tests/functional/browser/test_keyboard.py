"""Everything with the keyboard alone: the order of the focus, that it can be seen, and the keys of the tools."""

#: What can have the focus, in the order of the page.
REACHABLE = """() => [...document.querySelectorAll("button, input, select, [tabindex='0']")]
  .filter((element) => !element.disabled && element.checkVisibility() && !element.closest("[inert]"))
  .map(({ id }) => id)"""

#: What has the focus, and whether that can be seen.
FOCUS = """() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const seen = element.matches(":focus-visible") && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  return [element.id, seen];
}"""


def round_trip(page):
    """Press Tab until everything that has the focus has had it; return all ids from the first of the page on."""
    visited = []
    while True:
        page.page.keyboard.press("Tab")
        name, is_seen = page.page.evaluate(FOCUS)
        if name in visited:
            first = visited.index(page.page.evaluate(REACHABLE)[0])
            return visited[first:] + visited[:first]
        if name:
            assert is_seen, f"the focus on {name} cannot be seen"
            visited.append(name)


def test_tab_goes_through_the_whole_door(tab):
    order = round_trip(tab)
    assert order == tab.page.evaluate(REACHABLE)
    assert set(order) == {"guest-name", "another-name", "join-button", "use-token", "join-theme"}


def test_tab_goes_through_everything_in_the_world(inside, daemon, player):
    cap = daemon.operator.grant(player.lower(), "cap_wool")
    inside.carries(cap)
    inside.page.keyboard.press("g")
    order = round_trip(inside)
    assert order == inside.page.evaluate(REACHABLE)
    some = {"world", "slot-head", f"item-{cap}", "compartment-belt", "give-cap_wool", "bag-toggle", "theme", "leave"}
    assert some <= set(order)


def test_keys_open_and_close_panels_and_escape_goes_back_to_the_world(inside):
    keyboard = inside.page.keyboard
    for key, panel in {"i": "#bag", "p": "#pulse", "g": "#gifts"}.items():
        before = inside.sees(panel)
        keyboard.press(key)
        assert inside.sees(panel) is not before
        keyboard.press(key)
        assert inside.sees(panel) is before
    keyboard.press("g")
    inside.page.focus("#give-skill")
    keyboard.press("Escape")
    assert not inside.sees("#gifts")
    keyboard.press("Escape")
    assert inside.focused == "world"
    keyboard.down("w")
    inside.when(lambda state: state["velocity"]["z"] > 0, "the player walks again")
    keyboard.up("w")


def test_keys_zoom_and_survey(inside):
    keyboard = inside.page.keyboard
    scale = inside.when(lambda state: state["camera"]["scale"] == 9 * state["camera"]["ratio"], "it is there")["camera"]
    keyboard.press("+")
    inside.when(lambda state: state["camera"]["scale"] > scale["scale"], "nearer")
    keyboard.press("m")
    inside.when(lambda state: state["camera"]["scale"] < scale["scale"], "all that is in sight")
    inside.until("document.querySelector('#survey').ariaPressed === 'true'", "the tool says so")


def test_what_one_types_does_not_walk(inside):
    inside.page.keyboard.press("g")
    inside.page.focus("#gift-x")
    inside.page.keyboard.press("ArrowUp")
    inside.page.focus("#gift-skill")
    inside.page.keyboard.press("d")
    assert inside.state["intent"] == {"x": 0, "z": 0}
    assert inside.page.input_value("#gift-x") == "1"
