"""`mmod audit` beside a daemon that is played, and after somebody has changed rows behind its back."""

import json

import pytest

from mmod.wire.messages import EquipmentResult

from .harness.command import run
from .harness.database import DURABLE_STORES, SQLITE
from .harness.waiting import eventually

pytestmark = pytest.mark.stores(*DURABLE_STORES)


@pytest.fixture
def audit(tmp_path, database):
    """Run `mmod audit` on the database of a daemon; return its exit status and its lines, the summary last."""

    def audited(*words):
        options = ("--state-dir", str(tmp_path / "state"), *database.options)
        status, out, err = run("audit", *words, *options, directory=tmp_path)
        assert err == ""
        return status, out.splitlines()

    return audited


def play(daemon, join, name):
    """Let a player get three things, wear two and take one off; return the ids of all three."""
    client = join(daemon, name)
    club, cap, potions = (daemon.operator.grant(name, item) for item in ("club_oak", "cap_wool", "potion_health"))
    for seq, command in enumerate((lambda: client.equip(club, "main_hand"), lambda: client.equip(cap, "head")), 1):
        assert command() == seq
        assert client.expect(EquipmentResult).success
    client.unequip("head", "belt")
    assert client.expect(EquipmentResult).success
    return club, cap, potions


def test_a_daemon_that_is_played_is_clean_while_it_runs_and_afterwards(launch, join, audit):
    daemon = launch()
    for name in ("ada", "ben"):
        play(daemon, join, name)
    clean = (0, ["2 players, 6 items, 0 set aside, 0 findings"])
    assert audit() == clean
    daemon.stop()
    assert audit() == clean


def test_rows_edited_behind_its_back_are_found_and_named(launch, join, audit, database):
    daemon = launch()
    club, cap, potions = play(daemon, join, "ada")
    play(daemon, join, "ben")
    daemon.stop()
    ((inventory,),) = database.execute("SELECT inventory FROM player_state WHERE player_id = %s", ("ada",))
    hers = inventory if isinstance(inventory, dict) else json.loads(inventory)
    kept = [stowed for stowed in hers["items"] if stowed["instance"]["instance_id"] != potions]
    worn = {"slots": {"head": {"instance_id": club, "template_id": "club_oak"}}, "cooldowns": {}}
    update = "UPDATE player_state SET {} = %s WHERE player_id = %s"
    database.execute(update.format("inventory"), (json.dumps({"items": kept}), "ada"))
    database.execute(update.format("equipment"), (json.dumps(worn), "ben"))
    status, lines = audit("--json")
    assert status == 1
    document = json.loads("".join(lines))
    found = {(each["player_id"], each["instance_id"]): each["violation"] for each in document["findings"]}
    assert found.pop(("ada", potions)) == "missing"
    assert found.pop(("ben", club)) == "doubled"
    assert list(found.values()) == ["missing"]
    assert document["summary"] == {"players": 2, "items": 5, "set_aside": 0, "findings": 3}
    assert cap in {stowed["instance"]["instance_id"] for stowed in kept}


def test_a_record_that_was_set_aside_is_accounted_for(launch, join, audit, database):
    daemon = launch()
    play(daemon, join, "ada")
    daemon.stop()
    database.execute("UPDATE player_state SET skills = '[]' WHERE player_id = 'ada'")
    status, (finding, _) = audit()
    assert status == 1
    assert finding.startswith("unreadable: player 'ada': skills: ")
    daemon.start()
    join(daemon, "ada")
    daemon.stop()
    assert audit() == (0, ["1 players, 0 items, 3 set aside, 0 findings"])


def test_a_daemon_that_starts_finds_and_names_what_was_edited_and_counts_it(launch, join, database):
    daemon = launch()
    club, *_ = play(daemon, join, "ada")
    daemon.stop()
    database.execute("UPDATE player_state SET equipment = %s", ('{"slots":{},"cooldowns":{}}',))
    daemon.start()
    found = "mmod_item_violations_total"
    eventually(lambda: daemon.operator.metrics()[found] == 1, "the audit at start has found it")
    assert f"missing: player 'ada', item '{club}', ledger row " in daemon.log
    eventually(lambda: "the audit at start has ended: 1 players, 2 items" in daemon.log, "it ends")
    assert daemon.operator.metrics()[found] == 1


@pytest.mark.stores(SQLITE)
def test_a_daemon_that_is_told_so_starts_without_an_audit_and_one_that_stops_at_once_ends_it(launch):
    quiet = launch(settings={"store.audit_at_start": False})
    quiet.stop()
    assert "audit" not in quiet.log
    hasty = launch()
    hasty.stop()
    assert "the audit at start has failed" not in hasty.log


@pytest.mark.stores(SQLITE)
def test_a_database_that_is_not_there_is_one_line_and_status_2_and_is_not_made(tmp_path):
    status, out, err = run("audit", "--state-dir", str(tmp_path / "state"), directory=tmp_path)
    assert (status, out) == (2, "")
    (line,) = err.splitlines()
    assert line.startswith("mmod: the database needs ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.stores(SQLITE)
def test_a_server_that_is_away_is_one_line_and_status_2_and_no_password(tmp_path):
    url = f"postgresql://mmod:canary@/mmod?host={tmp_path}"
    status, out, err = run("audit", "--database", url, directory=tmp_path)
    assert (status, out) == (2, "")
    (line,) = err.splitlines()
    assert "no connection to PostgreSQL" in line
    assert "canary" not in line
