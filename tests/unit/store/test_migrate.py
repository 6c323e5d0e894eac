import pytest

from mmod.errors import StoreTooNew
from mmod.store.migrate import Migration, migrations, pending

STEPS = (Migration(1, "players", ""), Migration(2, "guilds", ""), Migration(3, "ships", ""))


@pytest.mark.parametrize(("found", "numbers"), [(0, [1, 2, 3]), (1, [2, 3]), (2, [3]), (3, [])])
def test_what_is_missing_is_run_in_its_order(found, numbers):
    assert [step.number for step in pending(STEPS, found)] == numbers


def test_a_newer_database_is_refused_with_both_numbers():
    with pytest.raises(StoreTooNew, match=r"schema 4.*up to 3\b"):
        pending(STEPS, 4)


def test_an_empty_database_needs_nothing_where_there_is_nothing():
    assert pending((), 0) == ()


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_the_shipped_steps_count_up_from_one(dialect):
    steps = migrations(dialect)
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    assert steps[0].name == "players"
    assert all("CREATE" in step.script for step in steps)
