"""What the tests of faults learn from an audit: nothing of a database in good order, and whatever was tampered with."""

import pytest
import pytest_twisted
from twisted.internet import reactor

from mmod.store.sqlite import SQLiteStore
from tests.contract.values import owning
from tests.functional.harness.database import FILE, SQLiteDatabase

from .harness.accounts import unaccounted


@pytest_twisted.async_yield_fixture
async def database(tmp_path):
    """A database in which Ada has a cap and Ben has another."""
    store = SQLiteStore(tmp_path / FILE, reactor, lambda: 0.0)
    await store.migrate()
    await store.replace("ada", owning("cap-1"))
    await store.replace("ben", owning("cap-2"))
    await store.close()
    yield SQLiteDatabase(tmp_path / FILE)


TAMPERING = {
    "UPDATE player_state SET inventory = '{\"items\":[]}' WHERE player_id = 'ada'": ["lost"],
    "UPDATE player_state SET inventory = replace(inventory, 'backpack', 'belt') WHERE player_id = 'ada'": ["lost"],
    "DELETE FROM item_ledger WHERE player_id = 'ada'": ["doubled"],
    "UPDATE player_state SET inventory = replace(inventory, 'cap-2', 'cap-1')": ["doubled", "lost"],
}


@pytest.mark.parametrize("statement", TAMPERING)
def test_what_was_tampered_with_is_found(database, statement):
    assert unaccounted(database) == ()
    database.execute(statement)
    findings = unaccounted(database)
    assert sorted(finding.kind for finding in findings) == TAMPERING[statement]
    assert all("cap-" in finding.text for finding in findings)
