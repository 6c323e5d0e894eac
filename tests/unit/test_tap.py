from pathlib import Path

import pytest
from twisted.python.usage import UsageError

from mmod.auth.kinds import DevRules
from mmod.errors import ConfigError
from mmod.tap import Options


def options(*arguments):
    parsed = Options()
    parsed.parseOptions(arguments)
    return parsed


def settings(*arguments):
    return options(*arguments).loaded().settings


def test_without_any_option_it_runs_for_development():
    found = settings()
    assert found.auth == DevRules(because_unconfigured=True)
    assert found.listen.public == "tcp:8080:interface=127.0.0.1"
    assert found.state_dir == Path.cwd() / "mmod-state"


def test_every_option_reaches_its_setting(tmp_path):
    found = settings(
        "--listen", "tcp:1", "--admin", "unix:/x", "--database", "memory:", "--state-dir", str(tmp_path), "--dev"
    )
    assert (found.listen.public, found.listen.admin) == ("tcp:1", "unix:/x")
    assert (found.store.url, found.state_dir) == ("memory:", tmp_path)
    assert found.auth == DevRules(because_unconfigured=False)


def test_set_may_be_repeated_and_the_last_one_counts():
    world = settings("--set", "world.seed=1", "--set", "world.linger=3", "-s", "world.seed=2")
    assert (world.seed, world.engine.world.linger) == (2, 3.0)


def test_set_counts_more_than_the_options_and_they_more_than_the_file(tmp_path):
    path = tmp_path / "mmod.toml"
    path.write_text('[listen]\npublic = "unix:/file"\nadmin = "unix:/file"\n[store]\nurl = "sqlite:///file"\n')
    found = settings(
        "--config", str(path), "--listen", "unix:/option", "--admin", "unix:/option", "--set", "listen.admin=unix:/set"
    )
    assert (found.store.url, found.listen.public, found.listen.admin) == ("sqlite:///file", "unix:/option", "unix:/set")


def test_auth_is_described_in_one_option(tmp_path):
    key = tmp_path / "jwt.key"
    key.write_bytes(b"x" * 32)
    rules = settings("--auth", f"jwt:key_file={key}:leeway=5:audience=game").auth
    assert (rules.key, rules.leeway, rules.audience) == (b"x" * 32, 5.0, "game")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--listen", "tcp:8080"], "--listen: listen.public: tcp:8080 is open to others"),
        (["--auth", "dev"], "--auth: auth.kind: dev lets anyone be anyone"),
        (["--set", "world.tick_hz=0"], "--set: world.tick_hz: must be a whole number from 1 to 1000, not 0"),
        (["--set", "nonsense"], "--set nonsense: must be section.key=value"),
        (["--config", "/nowhere.toml"], "/nowhere.toml: cannot be read"),
        (["--database", ""], "--database: store.url: must be a database URL"),
    ],
)
def test_a_mistake_names_the_option_it_is_in(arguments, words):
    with pytest.raises(ConfigError) as caught:
        settings(*arguments)
    assert words in str(caught.value)


def test_a_password_in_a_database_url_is_not_shown():
    with pytest.raises(ConfigError) as caught:
        settings("--database", "postgresql://mmod:hunter2@db\n")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("arguments", [["--fly"], ["extra"], ["--listen"]])
def test_unknown_options_and_arguments_are_refused(arguments):
    with pytest.raises(UsageError):
        options(*arguments)


def test_the_help_names_every_option():
    text = str(options())
    for option in ("--config", "--listen", "--admin", "--database", "--state-dir", "--auth", "--dev", "--set"):
        assert option in text
