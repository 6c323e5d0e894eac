"""What can be told of the browser's modules without running them; what they do is tested in a browser."""

import posixpath
import re
from importlib.resources import files
from pathlib import Path

import pytest

from mmod import errors
from mmod.items.rules import SLOTS

WEB = Path(str(files("mmod"))) / "web"
STATIC = WEB / "static"

#: Where a browser finds what is in a folder.
FOLDERS = {"/static/": STATIC, "/client/": WEB / "client"}

#: All modules by address.  Those of the client library are tested in node, and are here because the page imports them.
MODULES = {
    address + str(path.relative_to(folder)): path.read_text(encoding="utf-8")
    for address, folder in FOLDERS.items()
    for path in sorted(folder.glob("**/*.js"))
}
SCRIPTS = [address for address in MODULES if address.startswith("/static/")]

#: Rules that only the admin API can break.
ADMIN_ONLY = {"unknown_template", "duplicate_instance"}

IMPORT = re.compile(r'^import \{([^}]*)\} from "((?:\.|/client/)[\w./]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:const|class|(?:async )?function\*?) (\w+)", re.MULTILINE)

#: Tables of words that only these tests look into from outside.
READ_BY_TESTS = {"CLOSES", "ERRORS"}

#: The name of SVG's elements, which nobody asks for as an address.
SVG_NAMESPACE = "http://www.w3.org/2000/svg"

#: Everything in a browser that makes elements or programs out of text.
MARKUP_OR_CODE = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|setHTML"
    r"|\beval\(|new Function|javascript:"
)


def imports(script: str) -> dict[str, set[str]]:
    """Return what a script of the page imports: the names, by address."""
    found = IMPORT.findall(MODULES[script])
    folder = posixpath.dirname(script)
    return {posixpath.normpath(posixpath.join(folder, at)): set(re.findall(r"\w+", names)) for names, at in found}


def exports(module: str) -> set[str]:
    """Return what a module offers, itself or from its siblings."""
    passed_on = re.findall(r"^export \{([^}]*)\} from", MODULES[module], re.MULTILINE)
    return {*EXPORT.findall(MODULES[module]), *re.findall(r"\w+", " ".join(passed_on))}


def keys(script: str, table: str) -> set[str]:
    body = re.search(
        rf"^export const {table} = Object\.freeze\(\{{(.*?)^\}}\);",
        MODULES[f"/static/{script}"],
        re.MULTILINE | re.DOTALL,
    )
    assert body is not None
    return set(re.findall(r"^  (\w+):", body[1], re.MULTILINE))


def subclasses(root: type[errors.RemoteError]) -> set[type[errors.RemoteError]]:
    return {found for child in root.__subclasses__() for found in {child} | subclasses(child)}


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_import_is_a_module_that_exports_the_name(script: str) -> None:
    assert len(imports(script)) == len(re.findall(r"^\s*import\b|\bimport\(", MODULES[script], re.MULTILINE))
    for module, names in imports(script).items():
        assert names <= exports(module)


@pytest.mark.parametrize("script", SCRIPTS)
def test_whatever_is_imported_is_used(script: str) -> None:
    body = IMPORT.sub("", MODULES[script])
    assert not {name for names in imports(script).values() for name in names if not re.search(rf"\b{name}\b", body)}


@pytest.mark.parametrize("script", SCRIPTS)
def test_whatever_is_offered_is_wanted(script: str) -> None:
    wanted = {name for other in SCRIPTS for name in imports(other).get(script, set())}
    assert exports(script) <= wanted | READ_BY_TESTS


def test_every_module_is_reached_from_the_page() -> None:
    reached: set[str] = set()
    waiting = ["/static/app.js"]
    while waiting:
        script = waiting.pop()
        reached.add(script)
        waiting.extend(module for module in imports(script).keys() - reached if module in SCRIPTS)
    assert reached == set(SCRIPTS)


@pytest.mark.parametrize("script", SCRIPTS)
def test_text_never_becomes_markup_or_code(script: str) -> None:
    assert not MARKUP_OR_CODE.search(MODULES[script])


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_other_host_is_asked(script: str) -> None:
    assert set(re.findall(r"\b(?:https?|wss?)://[\w./]+", MODULES[script])) <= {SVG_NAMESPACE}


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_element_it_asks_for_is_on_the_page(script: str) -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    made = set(re.findall(r'(?:\bid: |\bfield\(|\bchoice\()"([\w-]+)"', MODULES[script]))
    asked = {
        name for call in re.findall(r"byId\(([^()]*)\)", MODULES[script]) for name in re.findall(r'"([^"]+)"', call)
    }
    assert asked <= made | set(re.findall(r'\bid="([^"]+)"', page))


def test_every_slot_has_its_place_beside_the_figure() -> None:
    areas = re.search(r"grid-template:((?:[^;]|\n)*);", (STATIC / "bag.css").read_text(encoding="utf-8"))
    assert areas is not None
    assert set(SLOTS) <= set(re.findall(r"\w+", areas[1]))


def test_it_has_words_for_every_refusal_of_an_item_command() -> None:
    rules = {violation.code for violation in subclasses(errors.RuleViolation)}
    assert keys("words.js", "REFUSALS") == rules - ADMIN_ONLY | {errors.Unavailable.code}


def test_it_has_words_for_every_error_of_the_protocol() -> None:
    assert keys("words.js", "ERRORS") == {
        "auth",
        "bad_record",
        "bad_request",
        "hello_timeout",
        "idle_timeout",
        "kicked",
        "rate_limited",
        "replaced",
        "unavailable",
        "unknown_type",
        "world_full",
    }


def test_it_has_words_for_every_close_of_the_protocol() -> None:
    protocol = {"1002", "1007", "1009", "1012", "1013", "4000", "4001", "4002", "4003", "4004", "4005", "4006"}
    assert protocol <= keys("words.js", "CLOSES")
