import pytest

from mmod.shard.audience import Audience
from mmod.wire.delta.sight import NOTHING, Sight
from mmod.wire.dialects import Dialect
from mmod.world.commands import Evict

from .bench import World


@pytest.fixture
def world():
    return World()


def audience(world, *names):
    """Return the audience that the viewers of these players are."""
    return Audience([world.shard.roster.get(name) for name in names])


def shown(world, watching):
    """Return whose rows an audience has in the frame of now."""
    frame = world.engine.frame()
    return [frame.ids[row] for row in watching.rows_in(frame)]


def test_each_viewer_stands_in_its_players_row_whoever_comes_and_goes(world):
    for name in ("Ada", "Bob", "Cid"):
        world.join(name)
    watching = audience(world, "bob", "cid")
    assert shown(world, watching) == ["bob", "cid"]
    world.engine.apply(Evict("ada"))
    assert shown(world, watching) == ["bob", "cid"]
    world.engine.apply(Evict("bob"))
    for name in ("eve", "bob"):
        world.engine.add_or_update_player(name, name, (0.0, 0.0), (0.0, 0.0))
    assert shown(world, watching) == ["bob", "cid"]


def test_rows_are_looked_up_anew_though_as_many_are_there_as_before(world):
    for name in ("Ada", "Bob"):
        world.join(name)
    watching = audience(world, "bob")
    assert watching.rows_in(world.engine.frame()).tolist() == [1]
    world.engine.apply(Evict("bob"))
    world.engine.apply(Evict("ada"))
    for name in ("bob", "eve"):
        world.engine.add_or_update_player(name, name, (0.0, 0.0), (0.0, 0.0))
    assert shown(world, watching) == ["bob"]


def test_rows_are_looked_up_once_while_nobody_comes_or_goes(world):
    world.join("Ada")
    watching = audience(world, "ada")
    assert watching.rows_in(world.engine.frame()) is watching.rows_in(world.engine.frame())


def test_who_reads_text_stands_first_and_then_those_of_one_scene_together(world):
    for name in ("Ada", "Bob", "Cid", "Dan"):
        world.join(name, dialect=Dialect.JSON if name == "Cid" else Dialect.DELTA)
    for name, scene in (("ada", 7), ("bob", 5), ("dan", 7)):
        world.shard.roster.get(name).sight = Sight(scene, 1, b"")
    watching = audience(world, "ada", "bob", "cid", "dan")
    assert [viewer.player_id for viewer in watching.viewers] == ["cid", "bob", "ada", "dan"]
    assert watching.texts == 1
    assert watching.viewers[0].sight is NOTHING


def test_those_who_keep_up_are_nearly_always_all(world):
    world.join("Ada")
    bob = world.join("Bob")
    watching = audience(world, "ada", "bob")
    assert watching.keeping_up() is watching
    bob.connection.filled()
    assert [viewer.player_id for viewer in watching.keeping_up().viewers] == ["ada"]
    bob.connection.drained()
    assert watching.keeping_up() is watching
