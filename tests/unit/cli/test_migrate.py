import pytest
from attrs import define
from twisted.internet.defer import Deferred, fail, succeed
from twisted.python.failure import Failure

from mmod.__main__ import main
from mmod.cli.migrate import run
from mmod.errors import StoreAway, StoreError, StoreTooNew
from mmod.store.memory import MemoryStore
from mmod.store.migrate import Migration, SchemaStatus

STEPS = (Migration(1, "players", ""), Migration(2, "guilds", ""), Migration(3, "ships", ""))


@define
class SteppedStore:
    """What `mmod migrate` asks of a store with a schema."""

    applied: int = 0
    broken: bool = False
    closed: bool = False

    def schema(self):
        return succeed(SchemaStatus(self.applied, STEPS))

    def migrate(self):
        if self.broken:
            return fail(StoreError("the disk is full"))
        self.applied = len(STEPS)
        return succeed(None)

    def close(self):
        self.closed = True
        return succeed(None)


@define
class AwayStore:
    """The same of a store that gives no answer."""

    closed: bool = False

    def schema(self):
        return fail(StoreAway("no answer"))

    def close(self):
        self.closed = True
        return succeed(None)


def result_of(action, store):
    """Return what a command prints, or raise what it fails with."""
    results = []
    Deferred.fromCoroutine(run(action, store)).addBoth(results.append)
    (result,) = results
    return result.raiseException() if isinstance(result, Failure) else result.text


def test_the_status_has_a_line_for_every_step_and_changes_nothing():
    store = SteppedStore(applied=1)
    assert result_of("status", store).splitlines() == [
        "0001 players: applied",
        "0002 guilds: pending",
        "0003 ships: pending",
        "schema 1 of 3, 2 pending",
    ]
    assert store.applied == 1


def test_up_applies_what_is_pending_and_tells_only_that():
    store = SteppedStore(applied=1)
    assert result_of("up", store).splitlines() == [
        "0002 guilds: applied now",
        "0003 ships: applied now",
        "schema 3 of 3, 0 pending",
    ]
    assert result_of("up", store) == "schema 3 of 3, 0 pending"


@pytest.mark.parametrize("action", ["status", "up"])
def test_a_store_without_a_schema_is_told_as_such(action):
    assert result_of(action, MemoryStore(lambda: 0.0)) == "this store has no schema"


@pytest.mark.parametrize("action", ["status", "up"])
def test_a_database_of_a_newer_mmod_is_refused_and_left_alone(action):
    store = SteppedStore(applied=4)
    with pytest.raises(StoreTooNew, match=r"schema 4.*up to 3\b"):
        result_of(action, store)
    assert store.applied == 4


@pytest.mark.parametrize("action", ["status", "up"])
def test_the_store_is_closed_afterwards(action):
    store = SteppedStore()
    result_of(action, store)
    assert store.closed


@pytest.mark.parametrize(
    ("action", "store"), [("status", AwayStore()), ("up", AwayStore()), ("up", SteppedStore(broken=True))]
)
def test_a_fault_of_the_store_is_passed_on_and_the_store_closed(action, store):
    with pytest.raises(StoreError, match=r"no answer|the disk is full"):
        result_of(action, store)
    assert store.closed


@pytest.mark.parametrize("words", [["--frobnicate"], ["--config", "nowhere.toml"], ["--set", "world.gravity=9"]])
def test_a_wrong_option_of_the_daemon_is_one_line_and_status_1(words, capsys):
    assert main(["migrate", "status", *words]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("mmod: ")
    assert printed.err.count("\n") == 1


def test_an_unknown_action_is_refused_with_the_usage(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["migrate", "down"])
    assert caught.value.code == 2
    assert "usage: mmod migrate" in capsys.readouterr().err
