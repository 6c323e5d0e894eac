"""An answer that is lost exactly at COMMIT, and saves that cross joins: everything is done once, nothing goes back."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress

import httpx
import pytest

from mmod.shard.grants import keyed_instance_id
from mmod.wire.messages import EquipmentResult
from tests.functional.harness.client import Client
from tests.functional.harness.daemon import Daemon
from tests.functional.harness.database import DURABLE_STORES, POSTGRESQL, PostgresDatabase
from tests.functional.harness.operator import Operator
from tests.functional.harness.waiting import eventually

from .harness.form import LONG
from .harness.proxy import proxied

#: What stands in a transaction that saves players.
SAVING = "UPDATE player_state"

#: Under which a grant is asked for again and again.
KEY = "a gift"

#: How often a player leaves and comes back, as fast as it can: a machine of its own does it forty times a second.
RETURNS = 1000 if LONG else 100


@pytest.fixture
def database(postgres):
    return PostgresDatabase(postgres, postgres.new_database())


@pytest.fixture
def proxy(postgres):
    with proxied(postgres) as proxy:
        yield proxy


@pytest.fixture
def daemon(tmp_path, proxy, database):
    daemon = Daemon(tmp_path, "--dev", "--database", proxy.url(database.url)).start()
    yield daemon
    daemon.stop()


@pytest.fixture
def join():
    """Join a daemon as Ada, with further fields of `hello`."""
    with ExitStack() as stack:

        def joined(daemon, **fields):
            client = stack.enter_context(Client(daemon.ws_url))
            client.join("dev:ada", **fields)
            return client

        yield joined


def owned(daemon):
    """Return what Ada wears by slot, and what she carries."""
    ada = daemon.operator.player("ada")
    worn = {slot: there["instance"]["instance_id"] for slot, there in ada["equipment"]["slots"].items()}
    return worn, [stowed["instance"]["instance_id"] for stowed in ada["inventory"]["items"]]


def entries(database, instance_id):
    """Return how often the ledger has something to say of an item."""
    return database.execute("SELECT count(*) FROM item_ledger WHERE instance_id = %s", [instance_id])[0][0]


# --- an answer lost at the commit -------------------------------------------------------------------------------------


@pytest.mark.parametrize("crash", [False, True])
def test_an_equip_whose_commit_was_not_heard_of_is_done_once(daemon, database, proxy, join, crash):
    first = join(daemon)
    cap, _ = (daemon.operator.grant("ada", template) for template in ("cap_wool", "boots_leather"))
    proxy.lose_commit_of(SAVING, "head")
    first.equip(cap, "head", seq=1)
    proxy.lost()
    if crash:
        restart(daemon)
    else:
        first.cut()
        eventually(lambda: "saving 1 players failed" in daemon.log, "the daemon misses the answer")
    again = join(daemon, resume=first.joined.resumeToken)
    assert again.joined.resumed
    again.unequip("head", seq=1)  # not what it was, so that it would show if it were done
    again.equip(cap, "head", seq=1)
    again.equip(cap, "head", seq=2)
    assert again.expect(EquipmentResult, lambda result: result.seq == 2).code == "item_not_found"
    assert [result.seq for result in again.heard(EquipmentResult)] in ([2], [1, 2])
    worn, carried = owned(daemon)
    assert worn == {"head": cap}
    assert cap not in carried
    assert entries(database, cap) == 2


@pytest.mark.parametrize("crash", [False, True])
def test_a_grant_whose_commit_was_not_heard_of_is_done_once(daemon, database, proxy, join, crash):
    join(daemon)
    given = keyed_instance_id("ada", KEY)
    proxy.lose_commit_of(SAVING, given)
    with ThreadPoolExecutor() as threads:
        first = threads.submit(give, daemon)
        proxy.lost()
        if crash:
            restart(daemon)
        assert first.result() in ((None, given) if crash else (given,))
    assert crash or "saving 1 players failed" in daemon.log
    join(daemon)
    assert [give(daemon) for _ in range(3)] == [given] * 3
    assert owned(daemon) == ({}, [given])
    restart(daemon)
    assert owned(daemon) == ({}, [given])
    assert entries(database, given) == 1


def restart(daemon):
    daemon.kill()
    daemon.start()


def give(daemon):
    """Ask for a cap under a key; return its instance id, None when the daemon is killed before it answers."""
    with closing(Operator(daemon.admin_url)) as operator, suppress(httpx.TransportError):
        answer = operator.http.post(
            "/players/ada/items", json={"template_id": "cap_wool"}, headers={"Idempotency-Key": KEY}
        )
        return answer.raise_for_status().json()["instance_id"]
    return None


# --- leaving and coming back ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("store", DURABLE_STORES)
def test_who_comes_back_at_once_never_meets_an_older_self(store, request, tmp_path, join):
    """Nobody lingers, so each return reads what the last connection saved, or still saves."""
    options = request.getfixturevalue("database").options if store == POSTGRESQL else ()
    daemon = Daemon(tmp_path, "--dev", *options, settings={"world.linger": 0, "store.checkpoint_interval": 0.1}).start()
    join(daemon).close()
    for number in range(RETURNS):
        client = join(daemon)
        assert client.joined.pos.x == number
        daemon.operator.teleport("ada", number + 1, 0)
        client.close()
    assert daemon.operator.metrics()['mmod_joins_total{result="joined"}'] == RETURNS + 1
    daemon.stop()
