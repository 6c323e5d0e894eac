"""What can be told of the browser's modules without running them; what they do is tested in a browser."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from mmod import errors
from mmod.items.rules import SLOTS
from mmod.wire.messages import SUBPROTOCOL

WEB = Path(str(files("mmod"))) / "web"
STATIC = WEB / "static"
#: Those of the client library are tested in node, and take part here because the page imports them.
LIBRARY = {path.name: path.read_text(encoding="utf-8") for path in sorted((WEB / "client").glob("*.js"))}
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(STATIC.glob("**/*.js"))}

#: Rules that only the admin API can break.
ADMIN_ONLY = {"unknown_template", "duplicate_instance"}

IMPORT = re.compile(r'^import \{([^}]*)\} from "(\./|\.\./client/|/client/)([\w.]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?:const|class|function\*?) (\w+)", re.MULTILINE)

#: Everything in a browser that makes elements or programs out of text.
MARKUP_OR_CODE = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|setHTML"
    r"|\beval\(|new Function|javascript:"
)


def imports(script: str) -> dict[str, set[str]]:
    """Return what a script of the page imports: the names, by file as it is read on the server."""
    found = IMPORT.findall(SCRIPTS[script])
    return {("" if at == "./" else "client/") + module: set(re.findall(r"\w+", names)) for names, at, module in found}


def exports(module: str) -> set[str]:
    """Return what a file offers, itself or from its siblings."""
    text = LIBRARY[module.removeprefix("client/")] if module.startswith("client/") else SCRIPTS[module]
    passed_on = re.findall(r"^export \{([^}]*)\} from", text, re.MULTILINE)
    return {*EXPORT.findall(text), *re.findall(r"\w+", " ".join(passed_on))}


def keys(script: str, table: str) -> set[str]:
    body = re.search(
        rf"^export const {table} = Object\.freeze\(\{{(.*?)^\}}\);", SCRIPTS[script], re.MULTILINE | re.DOTALL
    )
    assert body is not None
    return set(re.findall(r"^  (\w+):", body[1], re.MULTILINE))


def subclasses(root: type[errors.RemoteError]) -> set[type[errors.RemoteError]]:
    return {found for child in root.__subclasses__() for found in {child} | subclasses(child)}


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_import_is_a_sibling_that_exports_the_name(script: str) -> None:
    assert len(imports(script)) == len(re.findall(r"^\s*import\b|\bimport\(", SCRIPTS[script], re.MULTILINE))
    for module, names in imports(script).items():
        assert names <= exports(module)


def test_every_module_is_reached_from_the_page() -> None:
    reached: set[str] = set()
    waiting = ["app.js"]
    while waiting:
        script = waiting.pop()
        reached.add(script)
        waiting.extend(module for module in imports(script).keys() - reached if not module.startswith("client/"))
    assert reached == SCRIPTS.keys()


@pytest.mark.parametrize("script", SCRIPTS)
def test_text_never_becomes_markup_or_code(script: str) -> None:
    assert not MARKUP_OR_CODE.search(SCRIPTS[script])


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_other_host_is_asked(script: str) -> None:
    assert not re.search(r"\b(?:https?|wss?)://", SCRIPTS[script])


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_element_it_asks_for_is_on_the_page(script: str) -> None:
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    asked = {
        name for call in re.findall(r"byId\(([^()]*)\)", SCRIPTS[script]) for name in re.findall(r'"([^"]+)"', call)
    }
    assert asked <= set(re.findall(r'\bid="([^"]+)"', page))


def test_it_speaks_the_protocol_of_the_server() -> None:
    assert f'SUBPROTOCOL = "{SUBPROTOCOL}"' in SCRIPTS["connection.js"]


def test_it_offers_every_slot_in_the_order_of_the_rules() -> None:
    listed = re.search(r"SLOTS = Object\.freeze\(\[(.*?)\]\)", SCRIPTS["belongings.js"])
    assert listed is not None
    assert tuple(re.findall(r'"(\w+)"', listed[1])) == SLOTS


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
