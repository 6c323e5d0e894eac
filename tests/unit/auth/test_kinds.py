import shutil
import sys
from pathlib import Path

import pytest
from twisted.internet.testing import MemoryReactorClock

import twisted.plugins
from mmod.auth.dev import DevChecker
from mmod.auth.http import HttpChecker, HttpRules
from mmod.auth.jwt import JwtChecker, JwtRules
from mmod.auth.kinds import DevRules, PluginRules, checker, kind_of, plugin_kinds, plugin_rules
from mmod.auth.portal import HelloToken
from mmod.errors import AuthRefused
from mmod.session.identity import Identity

EXAMPLE = Path(__file__).parents[3] / "examples" / "auth_plugin" / "twisted" / "plugins"


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The example plugin as Twisted finds one: a copy, since Twisted keeps a cache beside it."""
    shutil.copy(EXAMPLE / "tokenfile_plugin.py", tmp_path)
    monkeypatch.setattr(twisted.plugins, "__path__", [*twisted.plugins.__path__, str(tmp_path)])
    yield
    sys.modules.pop("twisted.plugins.tokenfile_plugin")


@pytest.fixture
def players(tmp_path):
    path = tmp_path / "players.txt"
    path.write_text("s3cret 17 Ada Lovelace\n\nother 18 Ben\n", encoding="utf-8")
    return path


def answer(checking, token):
    results = []
    checking.requestAvatarId(HelloToken(token)).addErrback(lambda failure: failure.value).addCallback(results.append)
    return results[0]


@pytest.mark.parametrize(
    ("rules", "kind"),
    [
        (DevRules(because_unconfigured=True), DevChecker),
        (JwtRules("HS256", b"x" * 32), JwtChecker),
        (HttpRules("https://login.example"), HttpChecker),
    ],
)
def test_each_built_in_kind_has_its_checker(rules, kind):
    assert type(checker(rules, MemoryReactorClock())) is kind


@pytest.mark.parametrize(
    ("rules", "kind"),
    [
        (DevRules(because_unconfigured=True), "dev"),
        (JwtRules("HS256", b"x" * 32), "jwt"),
        (HttpRules("https://login.example"), "http"),
        (PluginRules("own", DevChecker()), "own"),
    ],
)
def test_rules_know_their_kind(rules, kind):
    assert kind_of(rules) == kind


def test_http_asks_over_the_reactor_it_was_given():
    reactor = MemoryReactorClock()
    asking = checker(HttpRules("http://127.0.0.1:4711/mmod"), reactor)
    asking.requestAvatarId(HelloToken("x")).addErrback(lambda failure: None)
    ((host, port, *_),) = reactor.tcpClients
    assert (host, port) == ("127.0.0.1", 4711)


def test_a_plugin_brings_its_own_checker():
    own = DevChecker()
    assert checker(PluginRules("own", own), MemoryReactorClock()) is own


def test_an_unknown_kind_is_told_what_there_is():
    with pytest.raises(ValueError, match=r"^must be one of dev, jwt, http, not 'pigeon'$"):
        plugin_rules("pigeon", "")


def test_checkers_of_other_credentials_are_no_kinds():
    """Twisted ships checkers for passwords; they do not take a token."""
    assert "memory" not in plugin_kinds()
    with pytest.raises(ValueError, match="must be one of"):
        plugin_rules("memory", "ada:secret")


def test_an_unknown_kind_is_told_of_the_plugins_too(installed):
    assert plugin_kinds() == ["tokenfile"]
    with pytest.raises(ValueError, match=r"^must be one of dev, jwt, http, tokenfile, not 'pigeon'$"):
        plugin_rules("pigeon", "")


def test_the_example_plugin_knows_the_tokens_in_its_file(installed, players):
    rules = plugin_rules("tokenfile", str(players))
    assert rules.kind == "tokenfile"
    checking = checker(rules, MemoryReactorClock())
    assert answer(checking, "s3cret") == Identity("17", "Ada Lovelace")
    assert answer(checking, "other") == Identity("18", "Ben")


@pytest.mark.parametrize("token", ["", "s3cre", "s3crett", "17", "s\u00e9cret"])
def test_the_example_plugin_refuses_every_other_token(installed, players, token):
    checking = plugin_rules("tokenfile", str(players)).checker
    assert isinstance(answer(checking, token), AuthRefused)


def test_a_plugin_says_what_is_wrong_with_its_arguments(installed, tmp_path):
    with pytest.raises(ValueError, match=r"nowhere cannot be read: No such file"):
        plugin_rules("tokenfile", str(tmp_path / "nowhere"))
