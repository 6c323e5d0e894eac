"""Two daemons on one database: one of them owns a player, and the other soon knows."""

import time

import pytest

from mmod.wire.messages import Error

from .harness.daemon import Daemon
from .harness.database import POSTGRESQL

#: Seconds in which a daemon knows that its player was claimed elsewhere (docs/persistence.md), and what is allowed on
#: top of that on a busy machine.
KNOWN_WITHIN, ALLOWANCE = 2.0, 2.0


@pytest.fixture
def launch_another(tmp_path, database):
    """Start a second daemon on the same database."""
    directory = tmp_path / "another"
    directory.mkdir()
    daemon = Daemon(directory, "--dev", *database.options)
    yield daemon.start
    daemon.stop()


@pytest.mark.stores(POSTGRESQL)
def test_a_player_that_joins_elsewhere_is_replaced_even_if_it_stands_still(launch, launch_another, join):
    daemon, another = launch(), launch_another()
    first = join(daemon, "ada")
    given = daemon.operator.grant("ada", "sword_iron")
    daemon.operator.checkpoint("ada")
    second = join(another, "ada")
    claimed = time.monotonic()
    assert first.closed() == 4003
    assert time.monotonic() - claimed < KNOWN_WITHIN + ALLOWANCE
    assert first.heard(Error)[-1].code == "replaced"
    assert "'ada' is owned by another daemon now" in daemon.log
    assert not daemon.operator.player("ada")["connected"]
    assert daemon.operator.metrics()['mmod_saves_total{result="superseded"}'] == 1
    assert [stowed.instance.instance_id for stowed in second.joined.inventory.items] == [given]
    assert another.operator.grant("ada", "rock_small")
    assert another.operator.player("ada")["connected"]
