from pathlib import Path

import pytest

from mmod.config.keys import KEYS
from mmod.config.load import DEFAULT_STATE_DIR, Given, load_settings, parse_assignment, read_file, toml_or_text
from mmod.errors import ConfigError

#: One value that each key refuses, and what the refusal says is allowed.
REFUSED = {
    "listen.public": (1, "endpoint"),
    "listen.admin": ("", "endpoint"),
    "listen.max_connections": (0, "from 1 to"),
    "listen.max_connections_per_address": (-1, "from 0 to"),
    "listen.request_timeout": (0, "above 0"),
    "world.tick_hz": (0, "from 1 to 1000"),
    "world.snapshot_hz": (1001, "from 1 to 1000"),
    "world.cell_size": (0.5, "at least 1"),
    "world.aoi_radius": (0, "at least 0.1"),
    "world.handover_hysteresis": (-1, "at least 0"),
    "world.move_speed": (float("inf"), "at most 1e+06"),
    "world.bounds": (1e7, "at most 1e+06"),
    "world.spawn": ([1], "a point [x, z]"),
    "world.spawn_radius": (-0.1, "at least 0"),
    "world.max_players": (0, "from 1 to"),
    "world.linger": (float("nan"), "at least 0"),
    "world.seed": (2**63, "from 0 to"),
    "bots.target_per_cell": (-1, "from 0 to"),
    "bots.max": (1.5, "from 0 to"),
    "bots.speed": ("fast", "a number"),
    "bots.retarget_min": (0, "above 0"),
    "bots.retarget_max": (-1, "above 0"),
    "bots.separation": (1e4, "at most 1000"),
    "session.hello_timeout": (0, "above 0"),
    "session.idle_timeout": (0.0, "above 0"),
    "session.resume_ttl": (-1, "at least 0"),
    "session.max_message_bytes": (1023, "from 1024 to"),
    "session.message_rate": (0.5, "at least 1"),
    "session.message_burst": (0, "from 1 to"),
    "session.ping_interval": (0, "above 0"),
    "session.ping_timeout": (True, "above 0"),
    "session.unsent_limit": (1, "from 1024 to"),
    "session.unsent_timeout": (0, "above 0"),
    "session.allowed_origins": ("https://game.example", "a list of origins"),
    "items.catalogue": (["x"], "the path"),
    "items.starting_items": ({"rock_small": 0}, "quantities"),
    "items.starting_skills": ({"melee": -1}, "levels"),
    "items.weight_limit": (0, "above 0"),
    "items.compartment_caps": ({"backpack": "big"}, "compartments"),
    "items.equip_cooldown": (-1, "at least 0"),
    "items.penalty_from": (1.1, "at most 1"),
    "items.penalty_at_limit": (-0.1, "at most 1"),
    "store.url": ("", "a database URL"),
    "store.checkpoint_interval": (0, "above 0"),
    "store.commit_delay": (11, "at most 10"),
    "store.timeout": (0, "above 0"),
    "store.shutdown_timeout": (0, "above 0"),
    "store.audit_at_start": (1, "true or false"),
    "auth.kind": (1, "a kind of authentication"),
    "auth.algorithm": ("HS512", "one of HS256, RS256, EdDSA"),
    "auth.key_file": (7, "the path"),
    "auth.audience": ("", "a text"),
    "auth.issuer": ("", "a text"),
    "auth.leeway": (-1, "at least 0"),
    "auth.url": (1, "the URL"),
    "auth.timeout": (0, "above 0"),
    "auth.max_in_flight": (0, "from 1 to"),
    "auth.arguments": (1, "a text"),
    "admin.token": (1234, "a text"),
    "admin.hosts": ([1], "a list of host names"),
}


def fault(*given, config=None, dev=False):
    with pytest.raises(ConfigError) as caught:
        load_settings(config, [Given(*entry) for entry in given], dev=dev)
    return str(caught.value)


def write(tmp_path, text):
    path = tmp_path / "mmod.toml"
    path.write_text(text, encoding="utf-8")
    return path


# --- every key --------------------------------------------------------------------------------------------------------


def test_every_key_has_an_example_of_what_it_refuses():
    assert sorted(REFUSED) == sorted(KEYS)


@pytest.mark.parametrize("key", REFUSED)
def test_a_refusal_names_the_source_the_key_the_value_and_what_is_allowed(key):
    value, allowed = REFUSED[key]
    text = fault((key, value, "game.toml"))
    assert text.startswith(f"game.toml: {key}: must be ")
    assert allowed in text
    if key in ("admin.token", "store.url"):
        assert "not its value" in text
        assert repr(value) == "''" or repr(value) not in text
    else:
        assert text.endswith(f"not {value!r}")


@pytest.mark.parametrize("key", ["admin.token", "store.url"])
def test_a_secret_is_never_shown(key):
    assert "hunter2" not in fault((key, ["hunter2"], "game.toml"))
    assert "hunter2" not in fault((key, "hunter2\n", "game.toml"))


# --- precedence -------------------------------------------------------------------------------------------------------


def test_defaults_then_file_then_overrides_in_their_order(tmp_path):
    path = write(tmp_path, "[world]\ntick_hz = 40\nsnapshot_hz = 20\nmove_speed = 4\n")
    overrides = [
        Given("world.snapshot_hz", 5, "--a"),
        Given("world.move_speed", 5, "--a"),
        Given("world.move_speed", 6, "--set"),
    ]
    world = load_settings(path, overrides).settings.engine.world
    assert (world.cell_size, world.tick_hz, world.snapshot_hz, world.move_speed) == (256.0, 40, 5, 6.0)


def test_even_a_value_that_is_overridden_is_checked(tmp_path):
    path = write(tmp_path, "[world]\ntick_hz = 0\n")
    assert "tick_hz" in fault(("world.tick_hz", 20, "--set"), config=path)


def test_a_fault_names_where_the_value_came_from(tmp_path):
    path = write(tmp_path, "[world]\ntick_hz = 0\n")
    assert fault(config=path).startswith(f"{path}: world.tick_hz: ")
    assert fault(("world.tick_hz", 0, "--set")).startswith("--set: world.tick_hz: ")


def test_without_anything_the_state_is_kept_here():
    settings = load_settings(None).settings
    assert settings.state_dir == DEFAULT_STATE_DIR.absolute() == Path.cwd() / "mmod-state"
    assert settings.store.url == f"sqlite:///{Path.cwd()}/mmod-state/players.sqlite"


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[world", "is not TOML"),
        ("world = 1", "world: is not a section; allowed are listen, world, bots"),
        ("[wrold]\ntick_hz = 1", "wrold.tick_hz: there is no such setting; sections are listen, world"),
        ("[world]\ntick = 1", "world.tick: there is no such setting; in [world] there are world.tick_hz"),
        ("[world.tick_hz]\nx = 1", "world.tick_hz: must be a whole number"),
        ("[auth]\nkind = 'dev'\nsecret = 'x'", "auth.secret: there is no such setting"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path, text, words):
    path = write(tmp_path, text)
    message = fault(config=path)
    assert message.startswith(f"{path}: ")
    assert words in message
    assert "\n" not in message


def test_a_file_that_cannot_be_read_says_why(tmp_path):
    assert fault(config=tmp_path / "nowhere.toml").endswith("nowhere.toml: cannot be read: No such file or directory")
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    assert "is not TOML" in fault(config=binary)


def test_an_empty_file_gives_nothing(tmp_path):
    assert list(read_file(write(tmp_path, "# nothing\n[world]\n"))) == []


# --- assignments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("1.5", 1.5),
        ("true", True),
        ('"1"', "1"),
        ("[1, 2]", [1, 2]),
        ("{ a = 1 }", {"a": 1}),
        ("tcp:8080", "tcp:8080"),
        ("memory:", "memory:"),
        ("", ""),
        ("a b", "a b"),
        ("1\nother = 2", "1\nother = 2"),
        ("1 # comment", 1),
        ("[", "["),
    ],
)
def test_a_value_on_the_command_line_is_toml_or_else_a_plain_text(text, value):
    assert toml_or_text(text) == value
    assert parse_assignment(f"world.seed={text}") == Given("world.seed", value, "--set")


def test_an_assignment_may_have_spaces_around_its_equals_sign():
    assert parse_assignment("world.seed = 7") == Given("world.seed", 7, "--set")


@pytest.mark.parametrize("assignment", ["", "world.seed", "world.seed:7"])
def test_what_is_no_assignment_is_refused(assignment):
    with pytest.raises(ConfigError, match=r"must be section\.key=value"):
        parse_assignment(assignment)


@pytest.mark.parametrize("assignment", ["=1", "seed=1", "world=1", "world.=1", ".seed=1", "world.seed.x=1"])
def test_an_assignment_to_no_setting_is_refused(assignment):
    with pytest.raises(ConfigError, match="there is no such setting"):
        load_settings(None, [parse_assignment(assignment)])
