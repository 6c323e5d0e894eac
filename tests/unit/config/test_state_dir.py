import pytest

from mmod.config.state_dir import prepare
from mmod.errors import ConfigError


def test_it_is_made_for_its_owner_only(tmp_path):
    prepare(tmp_path / "deep" / "state")
    assert (tmp_path / "deep" / "state").stat().st_mode & 0o777 == 0o700


def test_one_that_is_there_is_left_as_it_is(tmp_path):
    (tmp_path / "players.sqlite").touch()
    tmp_path.chmod(0o750)
    prepare(tmp_path)
    assert tmp_path.stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "players.sqlite").exists()


def test_one_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"--state-dir: .*/file/state cannot be made: Not a directory"):
        prepare(tmp_path / "file" / "state")
