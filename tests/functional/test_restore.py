"""Backups that are taken while the daemon is played, and restored as docs/operations/backup.md says."""

import json
import re
from pathlib import Path

import pytest

from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.session.claims import Save
from mmod.store import spill
from mmod.store.migrate import migrations
from mmod.wire.messages import EquipmentResult
from mmod.world.state import PlayerState

from .harness.command import run
from .harness.database import DURABLE_STORES, POSTGRESQL, SQLITE
from .harness.waiting import eventually

pytestmark = pytest.mark.stores(*DURABLE_STORES)

#: What is followed here.
MANUAL = Path(__file__).parents[2] / "docs" / "operations" / "backup.md"

KNOWN = len(migrations("sqlite"))

GIFT = {"template_id": "potion_health", "quantity": 3}


@pytest.fixture
def backup(tmp_path):
    return tmp_path / "backup"


@pytest.fixture
def mmod(tmp_path, database):
    """Run a command that must go well on the database of the daemon, or on another; return what it prints."""
    own = ("--state-dir", str(tmp_path / "state"), *database.options)

    def ran(*words, options=own, given=None):
        status, out, err = run(*words, *options, directory=tmp_path, given=given)
        assert (status, err) == (0, ""), out + err
        return out.rstrip("\n")

    return ran


def give(daemon, name, key):
    """Give a player something under an idempotency key; return the item."""
    answer = daemon.operator.http.post(f"/players/{name}/items", json=GIFT, headers={"Idempotency-Key": key})
    return answer.raise_for_status().json()["instance_id"]


def carried(joined):
    return [stowed.instance.instance_id for stowed in joined.inventory.items]


def test_a_restored_backup_is_clean_and_takes_no_token_and_no_repeated_gift_of_before(
    launch, join, mmod, database, backup
):
    daemon = launch()
    ada = join(daemon, "ada")
    club, potions = daemon.operator.grant("ada", "club_oak"), give(daemon, "ada", "before")
    ada.equip(club, "main_hand")
    assert ada.expect(EquipmentResult).success
    database.back_up(backup)
    later = give(daemon, "ada", "after")
    newer = join(daemon, "ada")
    join(daemon, "ben")
    daemon.stop()

    database.restore(backup)
    assert mmod("migrate", "status").splitlines()[-1] == f"schema {KNOWN} of {KNOWN}, 0 pending"
    assert mmod("disown") == "1 players are nobody's now; their resume tokens are forgotten"
    assert mmod("audit") == "1 players, 2 items, 0 set aside, 0 findings"
    daemon.start()

    for token in (ada.joined.resumeToken, newer.joined.resumeToken):
        returned = join(daemon, "ada", resume=token).joined
        assert not returned.resumed
    assert carried(returned) == [potions]
    assert returned.equipment.slots["main_hand"].instance.instance_id == club
    assert give(daemon, "ada", "before") == potions
    assert give(daemon, "ada", "after") == later
    assert mmod("audit") == "1 players, 3 items, 0 set aside, 0 findings"


def test_a_spill_file_of_after_the_backup_is_not_written_over_it_and_its_loss_is_named(
    launch, join, mmod, database, backup
):
    daemon = launch()
    join(daemon, "ada")
    database.back_up(backup)
    join(daemon, "ada")
    daemon.stop()
    # Under the second epoch, which the restored database, in which she has joined once, has still to give out.
    state = PlayerState("ada", inventory=Inventory((Stowed(ItemInstance("lost", "club_oak"), "backpack"),)))
    spill.write(daemon.state_dir / "players.spill", [Save("ada", 2, 1_000, state)])
    database.restore(backup)
    mmod("disown")
    daemon.start()
    assert "a spilled state of 'ada' was older than the stored one and is lost" in daemon.log
    assert mmod("audit") == "1 players, 0 items, 0 set aside, 0 findings"


def test_one_player_comes_back_from_a_backup_and_nobody_else(launch, join, mmod, database, backup):
    daemon = launch()
    for name in ("ada", "ben"):
        join(daemon, name)
    club = daemon.operator.grant("ada", "club_oak")
    database.back_up(backup)
    potions = daemon.operator.grant("ben", "potion_health")
    daemon.operator.grant("ada", "rock_small")
    document = mmod("export", "ada", options=database.beside(backup))
    daemon.operator.kick("ada", "your things are being looked after")
    assert mmod("import", "-", given=document) == "player 'ada' has the imported state, under epoch 2"
    assert carried(join(daemon, "ada").joined) == [club]
    assert carried(join(daemon, "ben").joined) == [potions]
    assert mmod("audit") == "2 players, 2 items, 0 set aside, 0 findings"


def test_what_somebody_copies_out_of_a_backup_by_hand_is_doubled_and_named_at_the_next_start(
    launch, join, mmod, database, backup
):
    daemon = launch()
    for name in ("ada", "ben"):
        join(daemon, name)
    club = daemon.operator.grant("ada", "club_oak")
    database.back_up(backup)
    daemon.stop()
    document = json.loads(mmod("export", "ada", options=database.beside(backup)))
    inventory = json.dumps(document["state"]["inventory"])
    database.execute("UPDATE player_state SET inventory = %s WHERE player_id = 'ben'", (inventory,))
    daemon.start()
    eventually(lambda: daemon.operator.metrics()["mmod_item_violations_total"] == 1, "the audit at start has found it")
    (line,) = [line for line in daemon.log.splitlines() if "doubled" in line]
    assert f"doubled: player 'ben', item '{club}': " in line
    assert "also player 'ada' has it" in line


def test_the_pruning_of_the_manual_spares_what_the_audit_and_repeated_gifts_need(launch, join, mmod, database, store):
    daemon = launch(settings={"items.equip_cooldown": 0})
    ada = join(daemon, "ada")
    potions, cap = give(daemon, "ada", "before"), daemon.operator.grant("ada", "cap_wool")
    for _ in range(3):
        ada.equip(cap, "head")
        assert ada.expect(EquipmentResult).success
        ada.unequip("head")
        assert ada.expect(EquipmentResult).success
    daemon.stop()
    database.execute("UPDATE item_ledger SET happened_at = 0")
    database.execute(pruning(store))
    assert database.execute("SELECT cause FROM item_ledger ORDER BY entry_id") == [
        ("grant",),
        ("grant",),
        ("unequip",),
    ]
    assert mmod("audit") == "1 players, 2 items, 0 set aside, 0 findings"
    daemon.start()
    join(daemon, "ada")
    assert give(daemon, "ada", "before") == potions


def pruning(store):
    """Return the statement of the manual."""
    statements = re.findall(r"^    (DELETE FROM item_ledger.+?);$", MANUAL.read_text(), re.MULTILINE | re.DOTALL)
    return dict(zip((POSTGRESQL, SQLITE), statements, strict=True))[store]
