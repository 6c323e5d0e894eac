"""The page and its style sheet keep the promises of its Content-Security-Policy and of its palette."""

import re
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

STATIC = Path(str(files("mmod"))) / "web" / "static"
STYLE = (STATIC / "style.css").read_text(encoding="utf-8")
SHEETS = {path.name: path.read_text(encoding="utf-8") for path in sorted(STATIC.glob("*.css"))}

#: WCAG 2.2, 1.4.3: the least contrast of text of ordinary size.
LEAST_CONTRAST = 4.5

Attributes = dict[str, str | None]


class Elements(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, Attributes]] = []
        self.texts: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.found:
            tag, _ = self.found[-1]
            self.texts[tag] = self.texts.get(tag, "") + data.strip()

    def having(self, name: str) -> list[str]:
        return [attributes[name] or "" for _, attributes in self.found if name in attributes]


PAGE = Elements((STATIC / "index.html").read_text(encoding="utf-8"))


def test_the_page_has_no_script_or_style_of_its_own() -> None:
    attributes = {name for _, attributes in PAGE.found for name in attributes}
    assert PAGE.texts.get("script", "") == ""
    assert "style" not in {tag for tag, _ in PAGE.found} | attributes
    assert not [name for name in attributes if name.startswith("on")]


def test_the_page_names_only_files_that_are_served() -> None:
    addresses = PAGE.having("src") + PAGE.having("href")
    assert "/static/app.js" in addresses
    for address in addresses:
        assert address.startswith("/static/")
        assert (STATIC / address.removeprefix("/static/")).is_file()


def test_every_id_is_given_once() -> None:
    assert all(one != other for one, other in pairwise(sorted(PAGE.having("id"))))


def test_every_input_has_a_label() -> None:
    inputs = {attributes["id"] for tag, attributes in PAGE.found if tag == "input"}
    assert inputs
    assert inputs <= set(PAGE.having("for"))


def test_every_control_says_what_it_is() -> None:
    buttons = [attributes for tag, attributes in PAGE.found if tag == "button" and "data-icon" in attributes]
    assert buttons
    assert all(attributes.get("aria-label") for attributes in buttons)


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_style_sheet_asks_for_nothing_else(sheet: str) -> None:
    assert not re.search(r"url\(|@import|@font-face", SHEETS[sheet])


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_style_sheet_is_linked(sheet: str) -> None:
    assert f"/static/{sheet}" in PAGE.having("href")


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_style_sheet_uses_only_properties_that_are_defined(sheet: str) -> None:
    assert set(re.findall(r"var\(--([\w-]+)\)", SHEETS[sheet])) <= set(re.findall(r"--([\w-]+):", STYLE))


def schemes() -> tuple[dict[str, str], dict[str, str]]:
    """Return the colours of the light and of the dark scheme by name."""
    pairs = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", STYLE)
    return {name: light for name, light, _ in pairs}, {name: dark for name, _, dark in pairs}


def test_the_dark_scheme_changes_every_colour() -> None:
    light, dark = schemes()
    assert light
    assert all(light[name] != dark[name] for name in light)


def test_the_canvas_takes_its_colours_from_the_style_sheet() -> None:
    script = (STATIC / "scene" / "palette.js").read_text(encoding="utf-8")
    lists = re.findall(r"^const [A-Z]+ = \[(.*?)\];", script, re.MULTILINE | re.DOTALL)
    assert lists
    assert {name for names in lists for name in re.findall(r'"(\w+)"', names)} <= schemes()[0].keys()


def luminance(colour: str) -> float:
    shares = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", schemes(), ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "behind"),
    [
        ("ink", "panel"),
        ("ink", "ground"),
        ("muted", "panel"),
        ("muted", "ground"),
        ("accent", "panel"),
        ("alarm", "panel"),
        ("alarm", "ground"),
        ("on-alarm", "alarm"),
        ("on-accent", "accent"),
        ("panel", "ink"),
        ("self", "panel"),
        ("player", "panel"),
        ("bot", "panel"),
    ],
)
def test_text_stands_out_from_what_is_behind_it(scheme: dict[str, str], text: str, behind: str) -> None:
    assert contrast(scheme[text], scheme[behind]) >= LEAST_CONTRAST
