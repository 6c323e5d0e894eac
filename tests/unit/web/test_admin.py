"""The live map keeps the promises of its Content-Security-Policy, and its parts fit together."""

import os
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from mmod.web import admin_files

ADMIN = Path(str(files("mmod"))) / "web" / "admin"
PAGE = (ADMIN / "index.html").read_text(encoding="utf-8")
STYLE = (ADMIN / "style.css").read_text(encoding="utf-8")
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(ADMIN.glob("*.js"))}
IDS = set(re.findall(r'\bid="([^"]+)"', PAGE))

IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:const|class|function\*?) (\w+)", re.MULTILINE)

#: Everything in a browser that makes elements or programs out of text, or keeps a token.
FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|setHTML"
    r"|\beval\(|new Function|javascript:|localStorage|sessionStorage|document\.cookie"
)

#: WCAG 2.2, 1.4.3: the least contrast of text of ordinary size.
LEAST_CONTRAST = 4.5


needs_node = pytest.mark.skipif(
    shutil.which("node") is None and os.environ.get("CI") != "true", reason="node is not installed"
)


@needs_node
def test_the_parts_that_need_no_browser_do_what_they_say(tmp_path):
    """They run from a copy beside a package.json: only that tells every node that they are modules."""
    scripts = tmp_path / "admin"
    shutil.copytree(ADMIN, scripts)
    (scripts / "package.json").write_text('{"type": "module"}')
    done = subprocess.run(
        ["node", "--test", str(Path(__file__).with_name("admin.test.mjs"))],
        env={**os.environ, "MMOD_ADMIN_SCRIPTS": f"{scripts.as_uri()}/"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def imports(script):
    return {module: {name.strip() for name in names.split(",")} for names, module in IMPORT.findall(SCRIPTS[script])}


def test_every_file_is_served():
    assert set(admin_files()) == {path.name for path in ADMIN.iterdir()}


def test_the_page_has_no_script_or_style_of_its_own():
    assert re.findall(r"<script[^>]*>([^<]*)", PAGE) == [""]
    assert not re.search(r"<style|\sstyle=|\son\w+=", PAGE)


def test_the_page_names_only_files_that_are_served():
    addresses = re.findall(r'(?:src|href)="([^"]+)"', PAGE)
    assert "/map/app.js" in addresses
    assert {address.removeprefix("/map/") for address in addresses} <= set(admin_files())


def test_every_id_is_given_once_and_every_field_has_a_name():
    assert len(re.findall(r'\bid="', PAGE)) == len(IDS)
    fields = re.findall(r"<(?:input|select)\b([^>]*)>", PAGE)
    labelled = set(re.findall(r'<label for="([^"]+)"', PAGE)) | {"allow"}
    assert fields
    for field in fields:
        assert "aria-label" in field or re.search(r'id="([^"]+)"', field)[1] in labelled


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_import_is_a_sibling_that_exports_the_name(script):
    assert len(imports(script)) == len(re.findall(r"^\s*import\b|\bimport\(", SCRIPTS[script], re.MULTILINE))
    for module, names in imports(script).items():
        assert names <= set(EXPORT.findall(SCRIPTS[module]))


def test_every_module_is_reached_from_the_page():
    reached, waiting = set(), ["app.js"]
    while waiting:
        script = waiting.pop()
        reached.add(script)
        waiting.extend(imports(script).keys() - reached)
    assert reached == SCRIPTS.keys()


@pytest.mark.parametrize("script", SCRIPTS)
def test_text_never_becomes_markup_or_code_and_no_token_is_kept(script):
    assert not FORBIDDEN.search(SCRIPTS[script])


@pytest.mark.parametrize("name", [*SCRIPTS, "style.css"])
def test_no_other_host_is_asked(name):
    text = (ADMIN / name).read_text(encoding="utf-8")
    assert not re.search(r"\b(?:https?|wss?)://|url\(|@import|@font-face", text)


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_element_it_asks_for_is_on_the_page(script):
    assert set(re.findall(r'byId\("([^"]+)"\)', SCRIPTS[script])) <= IDS


def test_the_canvas_takes_its_colours_from_the_style_sheet():
    names = re.search(r"NAMES = \[(.*?)\]", SCRIPTS["palette.js"], re.DOTALL)
    assert set(re.findall(r'"(\w+)"', names[1])) <= {name for name, _, _ in COLOURS}


COLOURS = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", STYLE)
SCHEMES = {"light": {name: day for name, day, _ in COLOURS}, "dark": {name: night for name, _, night in COLOURS}}


def luminance(colour):
    shares = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("text", "behind"),
    [
        ("ink", "panel"),
        ("ink", "ground"),
        ("muted", "panel"),
        ("muted", "land"),
        ("alarm", "panel"),
        ("good", "panel"),
        ("accent", "panel"),
        ("player", "panel"),
        ("on-accent", "accent"),
        ("on-alarm", "alarm"),
        ("player", "land"),
        ("bot", "land"),
    ],
)
def test_text_stands_out_from_what_is_behind_it(scheme, text, behind):
    assert contrast(SCHEMES[scheme][text], SCHEMES[scheme][behind]) >= LEAST_CONTRAST
