import pytest

from mmod.errors import ConfigError
from mmod.swarm.tokens import dev_tokens, tokens_of


def test_development_tokens_are_numbered_from_1():
    assert dev_tokens("swarm", 2) == ["dev:swarm-1", "dev:swarm-2"]


def test_a_file_has_a_token_in_each_line(tmp_path):
    path = tmp_path / "tokens"
    path.write_text("one\ntwo\nthree\n")
    assert tokens_of(path, 2) == ["one", "two"]


def test_too_few_tokens_and_a_missing_file_are_told_as_such(tmp_path):
    path = tmp_path / "tokens"
    with pytest.raises(ConfigError, match="cannot be read"):
        tokens_of(path, 1)
    path.write_text("one\n")
    with pytest.raises(ConfigError, match="has 1 tokens for 2 clients"):
        tokens_of(path, 2)
