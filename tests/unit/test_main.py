"""The `mmod` command; `mmod token` has tests of its own (tests/unit/cli)."""

import tomllib

import pytest

from mmod import __version__
from mmod.__main__ import main
from mmod.config.explain import MASK
from mmod.config.keys import KEYS

CANARY = "canary-4711"


def check(capsys, *arguments):
    """Run `mmod check-config`; return status, output and what went wrong."""
    status = main(["check-config", *arguments])
    return status, *capsys.readouterr()


def test_it_says_its_version(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert (caught.value.code, capsys.readouterr().out) == (0, f"mmod {__version__}\n")


def test_check_config_prints_every_setting_as_toml(capsys):
    status, printed, wrong = check(capsys)
    assert (status, wrong) == (0, "")
    assert list(tomllib.loads(printed)) == list(dict.fromkeys(key.partition(".")[0] for key in KEYS))
    for key in KEYS:
        assert f"{key.partition('.')[2]} " in printed


def test_check_config_takes_the_options_of_the_daemon_and_names_the_sources(capsys, tmp_path):
    path = tmp_path / "mmod.toml"
    path.write_text("[world]\ntick_hz = 40\n[bots]\nmax = 5\n")
    arguments = ["--config", str(path), "--set", "bots.max=6", "-l", "tcp:1:interface=127.0.0.1", "--database=memory:"]
    status, printed, _ = check(capsys, *arguments)
    assert status == 0
    lines = printed.splitlines()
    assert f"tick_hz = 40  # {path}" in lines
    assert "max = 6  # --set" in lines
    assert 'public = "tcp:1:interface=127.0.0.1"  # --listen' in lines
    assert 'url = "memory:"  # --database' in lines
    assert "snapshot_hz = 10  # default" in lines


def test_check_config_shows_no_secret(capsys):
    url = f"postgresql://mmod:{CANARY}@db.example/mmod"
    status, printed, wrong = check(capsys, "--database", url, "--set", f"admin.token={CANARY}")
    assert (status, wrong) == (0, "")
    assert CANARY not in printed
    settings = tomllib.loads(printed)
    assert settings["store"]["url"] == f"postgresql://mmod:{MASK}@db.example/mmod"
    assert settings["admin"]["token"] == MASK


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--set", "world.tick_hz=fast"], "mmod: --set: world.tick_hz: must be a whole number from 1 to 1000"),
        (["--set", "world.tick=20"], "mmod: --set: world.tick: there is no such setting"),
        (["--config", "nowhere.toml"], "mmod: nowhere.toml: cannot be read"),
        (["--set", "items.catalogue=nowhere.toml"], "mmod: --set: items.catalogue: nowhere.toml cannot be read"),
        (["--auth", "pigeon:post"], "mmod: --auth: auth.kind: must be one of dev, jwt, http"),
        (["--listen", "tcp:8080"], "mmod: --listen: listen.public: tcp:8080 is open to others"),
        (["--frobnicate"], "mmod: option --frobnicate not recognized"),
        (["surplus"], "mmod: "),
    ],
)
def test_a_wrong_setting_is_one_line_on_standard_error_and_status_1(capsys, arguments, words):
    status, printed, wrong = check(capsys, *arguments)
    assert (status, printed) == (1, "")
    assert wrong.startswith(words)
    assert wrong.count("\n") == 1


def test_a_wrong_secret_is_not_repeated(capsys):
    status, _, wrong = check(capsys, "--set", f'admin.token=["{CANARY}"]')
    assert status == 1
    assert CANARY not in wrong
