"""`mmod export` and `mmod import`: one player out of a database and back, beside a daemon and without one."""

import json
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from mmod.wire.messages import EquipmentResult, Error

from .harness.command import run
from .harness.database import DURABLE_STORES, SQLITE

pytestmark = pytest.mark.stores(*DURABLE_STORES)


@pytest.fixture
def mmod(tmp_path, database):
    """Run a command on the database of a daemon; return its exit status and both outputs."""
    options = ("--state-dir", str(tmp_path / "state"), *database.options)
    return lambda *words, given=None: run(*words, *options, directory=tmp_path, given=given)


def printed(outcome):
    """Return what a command that went well has printed."""
    status, out, err = outcome
    assert (status, err) == (0, ""), err
    return out


def refused(outcome):
    """Return why a command did not do what it should have."""
    status, out, err = outcome
    assert (status, out) == (1, "")
    (line,) = err.splitlines()
    return line


def equipped(client, instance_id, slot):
    client.equip(instance_id, slot)
    assert client.expect(EquipmentResult).success


def carried(daemon, name):
    return [stowed["instance"]["instance_id"] for stowed in daemon.operator.player(name)["inventory"]["items"]]


def test_a_player_comes_back_exactly_as_it_was_exported(launch, join, mmod):
    daemon = launch()
    ada = join(daemon, "ada")
    club, cap = (daemon.operator.grant("ada", item) for item in ("club_oak", "cap_wool"))
    equipped(ada, cap, "head")
    daemon.operator.train("ada", "melee", 3)
    daemon.operator.teleport("ada", 12.5, -3.25)
    daemon.operator.checkpoint("ada")
    before = printed(mmod("export", "ada"))
    equipped(ada, club, "main_hand")
    daemon.operator.grant("ada", "potion_health")
    daemon.stop()
    assert printed(mmod("import", "-", given=before)) == "player 'ada' has the imported state, under epoch 2\n"
    then, now = json.loads(before), json.loads(printed(mmod("export", "ada")))
    assert now["state"] == then["state"]
    assert [row["event"]["cause"] for row in now["ledger"]] == ["grant", "grant", "equip", "equip", "grant"] + [
        "import"
    ] * 2
    assert printed(mmod("audit")) == "1 players, 2 items, 0 set aside, 0 findings\n"
    daemon.start()
    returned = join(daemon, "ada").joined
    assert (returned.pos.x, returned.pos.z, returned.skills) == (12.5, -3.25, {"melee": 3})
    assert (carried(daemon, "ada"), returned.equipment.slots["head"].instance.instance_id) == ([club], cap)


def test_a_daemon_that_owns_the_player_loses_it_and_never_writes_over_the_import(launch, join, mmod):
    daemon = launch()
    ada = join(daemon, "ada")
    club = daemon.operator.grant("ada", "club_oak")
    before = printed(mmod("export", "ada"))
    daemon.operator.grant("ada", "potion_health")
    printed(mmod("import", "-", given=before))
    with suppress(ConnectionClosed):  # the daemon may have found out by itself
        ada.equip(club, "main_hand")
    assert ada.expect(Error).code == "replaced"
    assert ada.closed() == 4003
    assert not [result for result in ada.heard(EquipmentResult) if result.success]
    assert json.loads(printed(mmod("export", "ada")))["state"] == json.loads(before)["state"]
    again = join(daemon, "ada")
    assert [stowed.instance.instance_id for stowed in again.joined.inventory.items] == [club]
    assert printed(mmod("audit")) == "1 players, 1 items, 0 set aside, 0 findings\n"


def test_what_would_double_an_item_is_refused_by_name(launch, join, mmod):
    daemon = launch()
    join(daemon, "ada")
    club = daemon.operator.grant("ada", "club_oak")
    document = printed(mmod("export", "ada"))
    said = refused(mmod("import", "-", "--player", "ben", given=document))
    assert said == f"mmod: -: state: item '{club}' is player 'ada''s"
    assert daemon.operator.http.get("/players/ben").status_code == 404


def test_a_player_that_cannot_be_read_is_exported_with_its_columns_and_not_taken_back(launch, join, mmod, database):
    daemon = launch()
    join(daemon, "ada")
    daemon.stop()
    database.execute("UPDATE player_state SET skills = '[7]' WHERE player_id = 'ada'")
    document = printed(mmod("export", "ada"))
    exported = json.loads(document)
    assert (exported["state"], exported["raw"]["skills"]) == (None, "[7]")
    assert exported["unreadable"].startswith("skills: ")
    assert "holds none: skills: " in refused(mmod("import", "-", given=document))


@pytest.mark.stores(SQLITE)
def test_what_the_catalogue_does_not_know_and_what_is_no_document_are_refused(launch, join, mmod, tmp_path):
    daemon = launch()
    join(daemon, "ada")
    daemon.operator.grant("ada", "club_oak")
    path = tmp_path / "ada.json"
    path.write_text(printed(mmod("export", "ada")).replace("club_oak", "spoon"))
    assert "ada.json: state: item " in refused(mmod("import", str(path)))
    path.write_text("{}")
    assert "ada.json: " in refused(mmod("import", str(path)))
    assert "no player 'nobody' is stored" in refused(mmod("export", "nobody"))
