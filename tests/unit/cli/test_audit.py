import json

import pytest
from attrs import define, evolve
from msgspec.structs import replace
from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure

from mmod.__main__ import main
from mmod.cli.audit import FOUND, UNREAD, run
from mmod.errors import StoreAway, StoreError
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.store.memory import MemoryStore
from mmod.store.migrate import Migration, SchemaStatus
from mmod.world.state import PlayerState


def outcome_of(store, *, as_json=False):
    """Return what the command comes to, or raise what it fails with."""
    results = []
    Deferred.fromCoroutine(run(as_json, store)).addBoth(results.append)
    (result,) = results
    return result.raiseException() if isinstance(result, Failure) else result


@pytest.fixture
def store():
    store = MemoryStore(lambda: 0.0)
    store.migrate()
    store.replace("ada", PlayerState("Ada", inventory=Inventory((Stowed(ItemInstance("cap-1", "cap"), "belt"),))))
    return store


@pytest.fixture
def spoilt(store):
    row = store.rows["ada"]
    store.rows["ada"] = evolve(row, columns=replace(row.columns, inventory='{"items":[]}'))
    return store


@define
class Behind:
    """A store that lacks a migration."""

    closed: bool = False

    def schema(self):
        return succeed(SchemaStatus(0, (Migration(1, "players", ""),)))

    def close(self):
        self.closed = True
        return succeed(None)


def test_a_clean_store_is_a_summary_and_status_0(store):
    outcome = outcome_of(store)
    assert (outcome.text, outcome.status) == ("1 players, 1 items, 0 set aside, 0 findings", 0)


def test_findings_are_lines_before_the_summary_and_another_status(spoilt):
    outcome = outcome_of(spoilt)
    finding, summary = outcome.text.splitlines()
    assert finding.startswith("missing: player 'ada', item 'cap-1', ledger row 1: ")
    assert summary == "1 players, 0 items, 0 set aside, 1 findings"
    assert outcome.status == FOUND


def test_json_says_the_same(spoilt):
    document = json.loads(outcome_of(spoilt, as_json=True).text)
    (finding,) = document["findings"]
    assert finding.pop("detail")
    assert finding == {"violation": "missing", "player_id": "ada", "instance_id": "cap-1", "entry_id": 1}
    assert document["summary"] == {"players": 1, "items": 0, "set_aside": 0, "findings": 1}


def test_the_store_is_closed_afterwards(store):
    outcome_of(store)
    answers = []
    store.read("ada").addBoth(answers.append)
    assert answers[0].check(StoreAway)


def test_a_database_that_lacks_a_migration_is_left_alone_and_closed():
    behind = Behind()
    with pytest.raises(StoreError, match="needs 1 migrations first: mmod migrate up"):
        outcome_of(behind)
    assert behind.closed


def test_a_wrong_option_of_the_daemon_is_one_line_and_the_status_of_a_store_that_was_not_read(capsys):
    assert main(["audit", "--set", "world.gravity=9"]) == UNREAD
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("mmod: ")
    assert printed.err.count("\n") == 1
