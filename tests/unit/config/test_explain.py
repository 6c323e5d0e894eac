import tomllib

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mmod.auth.dev import DevChecker
from mmod.auth.kinds import PluginRules
from mmod.config.explain import MASK, Explained, as_toml, explain, without_password
from mmod.config.keys import KEYS
from mmod.config.load import Given, Loaded, load_settings

CANARY = "canary-4711"


def explained(*given, **options):
    """Return what is shown for each key, and its source."""
    loaded = load_settings(None, [Given(key, value, "--set") for key, value in given], **options)
    return {entry.key: (entry.value, entry.source) for entry in explain(loaded)}


def test_every_setting_is_shown_in_the_order_of_the_manual():
    assert list(explained()) == list(KEYS)


def test_what_nobody_gave_is_a_default():
    assert explained()["world.tick_hz"] == (20, "default")


def test_what_somebody_gave_is_shown_with_its_source():
    assert explained(("world.tick_hz", 40))["world.tick_hz"] == (40, "--set")


def test_the_file_is_the_source_of_what_stands_in_it(tmp_path):
    path = tmp_path / "mmod.toml"
    path.write_text("[bots]\nmax = 5\n")
    found = {entry.key: entry for entry in explain(load_settings(path))}
    assert found["bots.max"] == Explained("bots.max", 5, str(path))


def test_a_default_that_depends_on_others_is_shown_as_it_is_used(tmp_path):
    found = explained(state_dir=tmp_path)
    assert found["store.url"] == (f"sqlite:///{tmp_path}/players.sqlite", "default")
    assert found["listen.public"] == ("tcp:8080:interface=127.0.0.1", "default")
    assert found["auth.kind"] == ("dev", "default")


def test_what_has_no_value_is_shown_as_nothing():
    assert explained()["auth.key_file"] == (None, "default")


def test_the_kind_of_authentication_is_shown_for_each_kind(tmp_path):
    key = tmp_path / "jwt.key"
    key.write_bytes(b"x" * 32)
    assert explained(("auth.kind", "jwt"), ("auth.key_file", str(key)))["auth.kind"][0] == "jwt"
    assert explained(("auth.kind", "http"), ("auth.url", "https://x"))["auth.kind"][0] == "http"
    loaded = load_settings(None)
    from_plugin = Loaded(plugged(loaded.settings), {}, {})
    assert {entry.key: entry.value for entry in explain(from_plugin)}["auth.kind"] == "pigeon"


def plugged(settings):
    """Return settings with a plugin's authentication."""
    return evolve(settings, auth=PluginRules("pigeon", DevChecker()))


@pytest.mark.parametrize(
    "given",
    [
        [("admin.token", CANARY)],
        [("store.url", f"postgresql://mmod:{CANARY}@db.example/mmod")],
        [("store.url", f"postgresql:///mmod?user=mmod&password={CANARY}")],
        [("auth.kind", "http"), ("auth.url", f"https://mmod:{CANARY}@login.example/")],
    ],
)
def test_secrets_are_masked(given):
    shown = repr(explained(*given))
    assert CANARY not in shown
    assert MASK in shown


def test_a_secret_that_is_not_set_is_shown_as_empty():
    assert explained()["admin.token"] == ("", "default")


@pytest.mark.parametrize(
    "url",
    [
        "memory:",
        "sqlite:///relative/players.sqlite",
        "sqlite:////var/lib/mmod/players.sqlite",
        "postgresql:///mmod",
        "postgresql:///mmod?user=mmod&host=/run/postgresql",
        "postgresql://mmod@one,two:5433/mmod?target_session_attrs=read-write&passfile=/etc/mmod/pgpass",
        "postgresql://[::1]:5432/mmod",
        "https://login.example:8443/mmod?world=1",
    ],
)
def test_a_url_without_a_password_is_shown_as_it_is(url):
    assert without_password(url) == url


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://mmod:secret@db/mmod", f"postgresql://mmod:{MASK}@db/mmod"),
        ("postgresql://mmod:se@cr:et@db/mmod", f"postgresql://mmod:{MASK}@db/mmod"),
        ("postgresql://mmod:se?cret@db/mmod", f"postgresql://mmod:{MASK}@db/mmod"),
        ("postgresql://mmod:se#cret@[::1]:5432/mmod?a=b", f"postgresql://mmod:{MASK}@[::1]:5432/mmod?a=b"),
        ("postgresql://:secret@db", f"postgresql://:{MASK}@db"),
        ("postgresql:///mmod?password=secret&user=mmod", f"postgresql:///mmod?{MASK}"),
        ("postgresql://db?sslpassword=secret", f"postgresql://db?{MASK}"),
    ],
)
def test_a_password_is_masked_and_nothing_else(url, shown):
    assert without_password(url) == shown


@given(st.text(st.characters(exclude_characters="/", codec="utf-8"), min_size=1))
def test_no_password_gets_through_whatever_characters_it_has(password):
    assert without_password(f"postgresql://mmod:{password}@db/mmod") == f"postgresql://mmod:{MASK}@db/mmod"


def test_the_settings_as_toml_can_be_read_back(tmp_path):
    given = [
        ("items.starting_items", {"potion_health": 2}),
        ("items.starting_skills", {'a "quoted" skill': 1, "Fähigkeit": 2}),
        ("world.spawn", [1, -2]),
        ("session.allowed_origins", ["https://game.example"]),
        ("world.seed", 2**63 - 1),
        ("auth.issuer", "back\\slash"),
        ("auth.kind", "http"),
        ("auth.url", "https://login.example"),
    ]
    loaded = load_settings(None, [Given(key, value, "--set") for key, value in given])
    document = tomllib.loads(as_toml(explain(loaded)))
    expected = {entry.key: entry.value for entry in explain(loaded) if entry.value is not None}
    read = {f"{section}.{name}": value for section, content in document.items() for name, value in content.items()}
    assert read == {key: list(value) if isinstance(value, tuple) else value for key, value in expected.items()}


def test_settings_printed_as_toml_are_the_same_settings_when_given_again(tmp_path):
    first = load_settings(None, [Given("bots.max", 7, "--set"), Given("world.spawn", [3, 4], "--set")], dev=True)
    path = tmp_path / "mmod.toml"
    path.write_text(as_toml(explain(first)))
    assert load_settings(path, dev=True).settings == first.settings


def test_each_line_of_toml_names_its_source():
    loaded = load_settings(None, [Given("bots.max", 7, "--set")])
    lines = as_toml(explain(loaded)).splitlines()
    assert "max = 7  # --set" in lines
    assert "tick_hz = 20  # default" in lines
    assert "# seed is not set  # default" in lines
