"""`jwt` authentication with tokens of `mmod token`, and where tokens must not turn up."""

import subprocess
import sys
from pathlib import Path

import pytest

from mmod.wire.messages import Error

from .harness.daemon import Daemon
from .harness.raw import RawClient

MMOD = Path(sys.executable).with_name("mmod")


def minted(key: Path, *arguments: str) -> str:
    """Return what `mmod token` prints."""
    words = [MMOD, "token", "--key-file", key, *arguments]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """A secret that `mmod token` has made."""
    path = tmp_path_factory.mktemp("key") / "secret"
    minted(path, "--new-key")
    return path


@pytest.fixture(scope="module")
def guarded(tmp_path_factory, key):
    """A daemon that takes tokens signed with the secret."""
    daemon = Daemon(tmp_path_factory.mktemp("guarded"), "--auth", f"jwt:key_file={key}").start()
    yield daemon
    daemon.stop()


def test_a_new_key_is_readable_by_its_owner_only(key):
    assert key.stat().st_mode & 0o077 == 0


def test_a_minted_token_joins_under_its_id_and_name(guarded, key, connect):
    client = connect(guarded)
    ack = client.join(minted(key, "user/17", "--name", "Ada L."))
    assert ack.playerID == "user/17"
    assert guarded.operator.player("user/17")["name"] == "Ada L."


def test_others_see_the_id_when_there_is_no_name(guarded, key, connect):
    connect(guarded).join(minted(key, "nameless"))
    assert guarded.operator.player("nameless")["name"] == "nameless"


def refused(connect, daemon, token):
    client = connect(daemon)
    client.hello(token)
    error = client.expect(Error)
    assert client.closed() == 4001
    return error.code, error.message


def test_whatever_is_wrong_with_a_token_the_answer_is_the_same(guarded, key, tmp_path, connect):
    good = minted(key, "ada")
    header, claims, signature = good.split(".")
    other = tmp_path / "other"
    bad = [
        minted(key, "ada", "--ttl", "-60"),
        minted(key, "ada", "--audience", "another"),
        minted(other, "ada", "--new-key"),
        f"{header}.{claims}.",
        f"{header}.{claims}.{signature[:-2]}",
        "eyJhbGciOiJub25lIn0." + claims + ".",
        "dev:ada",
        "nonsense",
        good + "x",
    ]
    assert {refused(connect, guarded, token) for token in bad} == {("auth", "the token is not valid")}


def test_a_token_just_over_its_time_is_still_taken(guarded, key, connect):
    assert connect(guarded).join(minted(key, "ada", "--ttl", "-10"))


def test_a_token_in_the_address_proves_nothing(guarded, key):
    token = minted(key, "ada")
    with RawClient(guarded.port) as raw:
        raw.upgrade(f"/ws?token={token}", Authorization=f"Bearer {token}")
        raw.say({"type": "input", "seq": 1, "dt": 0.05, "intent": {"x": 0, "z": 0}})
        assert raw.close_code() == 4000
    assert_nowhere(guarded, token)


def test_a_token_is_in_no_log_no_metric_no_argument_and_no_database(guarded, key, connect):
    good, bad = minted(key, "canary-player"), "canary.token.refused"
    client = connect(guarded)
    ack = client.join(good)
    client.send({"type": "hello", "token": good})
    assert good not in client.expect(Error).message
    refused(connect, guarded, bad)
    guarded.operator.checkpoint("canary-player")
    for secret in (good, bad, ack.resumeToken, key.read_text().strip()):
        assert_nowhere(guarded, secret)


def assert_nowhere(daemon, secret):
    assert secret not in daemon.log
    assert secret not in daemon.operator.http.get("/metrics").text
    assert secret.encode() not in Path(f"/proc/{daemon.pid}/cmdline").read_bytes()
    assert secret.encode() not in Path(f"/proc/{daemon.pid}/environ").read_bytes()
    for file in daemon.state_dir.iterdir():
        assert secret.encode() not in file.read_bytes()
