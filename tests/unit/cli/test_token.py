import stat
import time
from argparse import ArgumentParser

import jwt
import pytest

from mmod.__main__ import main
from mmod.auth.jwt import JwtChecker, JwtRules
from mmod.auth.keys import read_verification_key
from mmod.auth.portal import HelloToken
from mmod.cli.token import TTL, TokenError, add_arguments, run
from mmod.session.identity import Identity

NOW = 1_700_000_000.7


def mint(*arguments, now=NOW):
    parser = ArgumentParser()
    add_arguments(parser)
    return run(parser.parse_args([str(argument) for argument in arguments]), lambda: now).text


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "jwt.key"
    mint("--new-key", "--key-file", path)
    return path


def claims(token, path, **options):
    return jwt.decode(
        token, path.read_bytes().strip(), ["HS256"], audience="mmod", options={"verify_exp": False} | options
    )


def test_a_new_key_can_be_read_by_its_owner_only_and_fits_the_daemon(tmp_path):
    path = tmp_path / "jwt.key"
    assert mint("--new-key", "--key-file", path) == f"wrote {path}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(read_verification_key(path, "HS256")) >= 32


def test_a_new_key_is_never_written_over_an_old_one(secret):
    before = secret.read_bytes()
    with pytest.raises(TokenError, match="File exists"):
        mint("ada", "--new-key", "--key-file", secret)
    assert secret.read_bytes() == before


def test_two_new_keys_differ(tmp_path):
    for name in ("one", "two"):
        mint("--new-key", "--key-file", tmp_path / name)
    assert (tmp_path / "one").read_bytes() != (tmp_path / "two").read_bytes()


def test_a_token_holds_what_was_asked_for(secret):
    assert claims(mint("ada", "--key-file", secret), secret) == {
        "sub": "ada",
        "aud": "mmod",
        "iat": 1_700_000_000,
        "exp": 1_700_000_000 + TTL,
    }
    token = mint("ada", "--name", "Ada", "--issuer", "me", "--ttl", "60", "--key-file", secret)
    found = claims(token, secret)
    assert (found["name"], found["iss"], found["exp"] - found["iat"]) == ("Ada", "me", 60)


def test_the_daemon_takes_a_minted_token(secret):
    token = mint("ada", "--name", "Ada", "--key-file", secret, now=time.time())
    results = []
    JwtChecker(JwtRules("HS256", read_verification_key(secret, "HS256"))).requestAvatarId(
        HelloToken(token)
    ).addCallback(results.append)
    assert results == [Identity("ada", "Ada")]


def test_a_key_and_a_token_can_be_made_at_once(tmp_path):
    path = tmp_path / "jwt.key"
    assert claims(mint("ada", "--new-key", "--key-file", path), path)["sub"] == "ada"


def test_without_a_player_there_is_no_token(secret):
    with pytest.raises(TokenError, match="a player id is needed"):
        mint("--key-file", secret)


@pytest.mark.parametrize("algorithm", ["RS256", "EdDSA"])
def test_a_key_of_another_algorithm_is_refused_in_one_line(secret, algorithm):
    with pytest.raises(TokenError) as caught:
        mint("ada", "--key-file", secret, "--algorithm", algorithm)
    assert str(caught.value).startswith(f"{secret}: ")
    assert secret.read_text().strip() not in str(caught.value)


def test_a_key_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(TokenError, match="nowhere cannot be read: No such file"):
        mint("ada", "--key-file", tmp_path / "nowhere")


def test_the_command_prints_the_token_and_ends_well(secret, capsys):
    assert main(["token", "ada", "--key-file", str(secret)]) == 0
    assert claims(capsys.readouterr().out.strip(), secret)["sub"] == "ada"


def test_a_mistake_is_one_line_on_standard_error_and_status_1(tmp_path, capsys):
    assert main(["token", "ada", "--key-file", str(tmp_path / "nowhere")]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("mmod: ")
    assert printed.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [[], ["fly"], ["token"], ["token", "ada", "--key-file", "x", "--algorithm", "none"]]
)
def test_what_is_no_command_is_refused_with_the_usage(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: mmod" in capsys.readouterr().err
