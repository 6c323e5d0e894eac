import pytest

from mmod.errors import AuthRefused
from mmod.session.identity import ID_LENGTH, NAME_LENGTH, Identity, identity


@pytest.mark.parametrize(
    "player_id", ["a", "auth0|5f", "ada@example.org", "\N{SNOWMAN}", "a b", "x" * ID_LENGTH, "robot-1"]
)
def test_printable_ids_are_taken_exactly(player_id):
    assert identity(player_id, "Ada") == Identity(player_id, "Ada")


@pytest.mark.parametrize(
    "player_id", ["", "x" * (ID_LENGTH + 1), "a\0", "a\n", "\x1b[31m", "a\u202eb", "\ud800", "\u200b"]
)
def test_ids_that_are_empty_long_or_unprintable_are_refused(player_id):
    with pytest.raises(AuthRefused, match="player id"):
        identity(player_id, "Ada")


@pytest.mark.parametrize("player_id", ["bot-", "bot-7", "bot-x"])
def test_the_ids_of_bots_are_refused(player_id):
    with pytest.raises(AuthRefused, match="reserved"):
        identity(player_id, "Ada")


@pytest.mark.parametrize("name", ["A", "bot-7", "<b>Ada</b>", "'; DROP TABLE", "\U0001f600" * NAME_LENGTH])
def test_printable_names_are_taken_exactly(name):
    assert identity("ada", name).name == name


@pytest.mark.parametrize(
    "name", ["", " ", "\u2003", "x" * (NAME_LENGTH + 1), "a\0b", "a\nb", "\x1b[2J", "a\u202eb", "\u2066", "\ud800"]
)
def test_names_that_are_empty_long_or_unprintable_are_refused(name):
    with pytest.raises(AuthRefused, match="a name has"):
        identity("ada", name)
