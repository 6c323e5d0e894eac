import pytest

from mmod.auth.jwt import JwtRules
from mmod.auth.kinds import DevRules
from mmod.config.load import Given, load_settings
from mmod.errors import CatalogueError, ConfigError
from mmod.items.templates import shipped_catalogue
from mmod.shard.admission import StartingKit
from mmod.spatial.vector import Vector

SECRET = b"0123456789abcdef0123456789abcdef"


def load(tmp_path, dev=False, **given):
    """Load settings; `world__tick_hz=1` gives `world.tick_hz`."""
    overrides = [Given(key.replace("__", "."), value, "game.toml") for key, value in given.items()]
    return load_settings(None, overrides, dev=dev, state_dir=tmp_path).settings


def fault(tmp_path, dev=False, **given):
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, dev, **given)
    return str(caught.value)


@pytest.fixture
def jwt(tmp_path):
    path = tmp_path / "jwt.key"
    path.write_bytes(SECRET)
    return {"auth__kind": "jwt", "auth__key_file": str(path)}


# --- authentication and endpoints -------------------------------------------------------------------------------------


def test_with_nothing_configured_anyone_may_play_on_loopback_only(tmp_path):
    settings = load(tmp_path)
    assert settings.auth == DevRules(because_unconfigured=True)
    assert settings.listen.public == "tcp:8080:interface=127.0.0.1"


@pytest.mark.parametrize("endpoint", ["tcp:8080", "tcp:8080:interface=0.0.0.0", "systemd:domain=INET:name=x"])
def test_nobody_listens_to_the_world_without_saying_who_may_play(tmp_path, endpoint):
    text = fault(tmp_path, listen__public=endpoint)
    assert text.startswith(f"game.toml: listen.public: {endpoint} is open to others")


def test_another_local_endpoint_needs_no_authentication(tmp_path):
    assert load(tmp_path, listen__public="unix:/run/x").auth == DevRules(because_unconfigured=True)


def test_with_dev_anyone_may_play_wherever_the_operator_says(tmp_path):
    assert load(tmp_path, dev=True).listen.public == "tcp:8080:interface=127.0.0.1"
    settings = load(tmp_path, dev=True, listen__public="tcp:8080")
    assert (settings.auth, settings.listen.public) == (DevRules(because_unconfigured=False), "tcp:8080")


def test_the_settings_remember_whether_it_was_started_for_development(tmp_path, jwt):
    assert not load(tmp_path).dev
    assert load(tmp_path, dev=True).dev
    assert load(tmp_path, dev=True, **jwt).dev


def test_dev_authentication_must_be_allowed_on_the_command_line(tmp_path):
    assert "needs the option --dev" in fault(tmp_path, auth__kind="dev")
    assert load(tmp_path, dev=True, auth__kind="dev").auth == DevRules(because_unconfigured=False)


def test_with_jwt_the_public_endpoint_is_open(tmp_path, jwt):
    settings = load(tmp_path, **jwt)
    assert settings.listen.public == "tcp:8080"
    assert settings.auth == JwtRules("HS256", SECRET, "mmod", None, 30.0)


def test_jwt_counts_even_with_dev(tmp_path, jwt):
    assert isinstance(load(tmp_path, dev=True, **jwt).auth, JwtRules)


def test_every_rule_of_jwt_is_a_setting(tmp_path, jwt):
    rules = load(tmp_path, **jwt, auth__audience="game", auth__issuer="https://login.example", auth__leeway=5).auth
    assert (rules.audience, rules.issuer, rules.leeway) == ("game", "https://login.example", 5.0)


def test_jwt_needs_a_key_that_can_be_used(tmp_path, jwt):
    assert "jwt needs auth.key_file" in fault(tmp_path, auth__kind="jwt")
    missing = str(tmp_path / "nowhere")
    text = fault(tmp_path, auth__kind="jwt", auth__key_file=missing)
    assert text == f"game.toml: auth.key_file: {missing} cannot be read: No such file or directory"
    assert "public key in PEM" in fault(tmp_path, **jwt, auth__algorithm="RS256")


@pytest.mark.parametrize("key", ["auth__audience", "auth__issuer", "auth__key_file"])
def test_arguments_without_a_kind_are_a_mistake(tmp_path, key):
    assert "auth.kind is missing" in fault(tmp_path, **{key: "x"})


def test_arguments_that_say_what_is_the_default_anyway_need_no_kind(tmp_path):
    assert load(tmp_path, auth__algorithm="HS256", auth__leeway=30).auth == DevRules(because_unconfigured=True)


def test_a_key_is_not_in_the_settings_words(tmp_path, jwt):
    assert "0123456789" not in fault(tmp_path, **jwt, world__aoi_radius=999)


def test_an_admin_endpoint_that_others_reach_needs_a_token(tmp_path):
    text = fault(tmp_path, listen__admin="tcp:9090")
    assert text == "game.toml: listen.admin: tcp:9090 is open to others, so admin.token must be set"
    assert load(tmp_path, listen__admin="tcp:9090", admin__token="x").admin.token == "x"
    assert load(tmp_path, listen__admin="unix:/run/x").admin.token == ""


# --- the world --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"world__snapshot_hz": 7}, "world.snapshot_hz: 7 does not divide world.tick_hz, 20"),
        ({"world__tick_hz": 5}, "10 does not divide world.tick_hz, 5"),
        ({"world__aoi_radius": 257}, "world.aoi_radius: 257 is larger than world.cell_size, 256"),
        ({"world__cell_size": 100}, "128 is larger than world.cell_size, 100"),
        ({"world__spawn": [100_001, 0]}, "world.spawn: with world.spawn_radius it reaches beyond world.bounds"),
        ({"world__spawn": [0, -99_999], "world__spawn_radius": 2}, "beyond world.bounds"),
        ({"bots__retarget_min": 8}, "bots.retarget_min: is larger than bots.retarget_max"),
        ({"items__compartment_caps": {"belt": 1}}, "items.compartment_caps: must have a backpack"),
        ({"items__penalty_from": 1.0}, "items.penalty_from: must be below 1"),
        (
            {"items__starting_items": {"unobtainium": 1}},
            "items.starting_items: no player can carry them: the catalogue has no item 'unobtainium'",
        ),
        ({"items__starting_items": {"anvil_iron": 2}}, "items.starting_items: "),
        ({"items__starting_items": {"rock_small": 200}}, "items.starting_items: "),
    ],
)
def test_values_that_do_not_go_together_are_refused(tmp_path, given, words):
    assert words in fault(tmp_path, **given)


def test_limits_may_be_met_exactly(tmp_path):
    settings = load(tmp_path, world__aoi_radius=256, world__spawn=[100_000, 0], world__snapshot_hz=20)
    assert settings.engine.world.aoi_radius == 256.0


def test_values_reach_their_part(tmp_path):
    settings = load(
        tmp_path,
        world__spawn=[1, -2],
        world__seed=7,
        bots__max=5,
        session__message_burst=9,
        session__allowed_origins=["https://game.example"],
        items__weight_limit=50,
        items__starting_items={"rock_small": 2},
        items__starting_skills={"melee": 10},
        store__commit_delay=0,
        admin__hosts=["admin.example"],
        listen__request_timeout=3,
    )
    assert settings.engine.world.spawn == Vector(1.0, -2.0)
    assert (settings.seed, settings.engine.bots.max) == (7, 5)
    assert (settings.sessions.message_burst, settings.sessions.allowed_origins) == (9, ("https://game.example",))
    assert settings.items.weight_limit == settings.engine.items.weight_limit == 50.0
    assert settings.kit == StartingKit((("rock_small", 2),), (("melee", 10),))
    assert (settings.store.commit_delay, settings.admin.hosts) == (0.0, ("admin.example",))
    assert settings.listen.request_timeout == 3.0


# --- catalogue and store ----------------------------------------------------------------------------------------------


def test_without_a_catalogue_there_is_the_shipped_one(tmp_path):
    assert load(tmp_path).engine.catalogue == shipped_catalogue()


def test_a_catalogue_of_ones_own_is_read(tmp_path):
    path = tmp_path / "items.toml"
    path.write_text('[spoon]\nname = "Spoon"\n')
    assert list(load(tmp_path, items__catalogue=str(path)).engine.catalogue) == ["spoon"]


def test_a_catalogue_that_cannot_be_read_is_named(tmp_path):
    missing = str(tmp_path / "nowhere.toml")
    assert f"items.catalogue: {missing} cannot be read" in fault(tmp_path, items__catalogue=missing)
    spoilt = tmp_path / "spoilt.toml"
    spoilt.write_text("[spoon]\n")
    with pytest.raises(CatalogueError, match=r"spoilt\.toml"):
        load(tmp_path, items__catalogue=str(spoilt))


def test_players_are_saved_in_the_state_directory_unless_said_otherwise(tmp_path):
    assert load(tmp_path).store.url == f"sqlite:///{tmp_path}/players.sqlite"
    assert load(tmp_path, store__url="memory:").store.url == "memory:"
