import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmod.errors import UnknownPlayer
from mmod.items.equipment import WornState
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.spatial.cells import Cell
from mmod.spatial.vector import Vector
from mmod.world.commands import Equip, Grant, Join, Leave, Move, SetSkill, Teleport
from mmod.world.frame import Kind
from mmod.world.settings import BotSettings
from mmod.world.state import PlayerState, Sequences, Versions
from mmod.world.views import CellCount, Census, Entity

coordinates = st.one_of(st.integers(-10, 10).map(lambda number: 32.0 * number), st.floats(-400, 400))


@given(
    st.lists(st.tuples(coordinates, coordinates), max_size=20),
    st.tuples(coordinates, coordinates),
    st.one_of(st.integers(0, 8).map(lambda number: 32.0 * number), st.floats(0, 256)),
    st.sampled_from(["p0", "p3", "nobody", None]),
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_query_equals_brute_force(make_engine, points, centre, radius, excluded):
    engine = make_engine()
    for number, point in enumerate(points):
        engine.add_or_update_player(f"p{number}", "", point, (0, 0))
    expected = [
        f"p{number}"
        for number, point in enumerate(points)
        if math.dist(point, centre) <= radius + 1e-9 and f"p{number}" != excluded
    ]
    assert [entity.id for entity in engine.query_aoi(centre, radius, excluded)] == expected


@pytest.mark.parametrize(("distance", "seen"), [(128.0, 1), (128.0 + 0.9e-9, 1), (128.0 + 1.1e-9, 0)])
def test_the_radius_of_a_query_is_included_with_a_billionth_of_a_metre(engine, distance, seen):
    engine.add_or_update_player("ada", "Ada", (0.0, -distance), (0, 0))
    assert len(engine.query_aoi((0.0, 0.0), 128.0)) == seen


def test_a_query_shows_what_entities_are_and_where(make_engine):
    engine = make_engine(BotSettings(target_per_cell=2, max=1))
    engine.add_or_update_player("ada", "Ada", (-200, 3), (1, 0))
    for _ in range(20):
        engine.step()
    ada, bot = engine.query_aoi((0, 0), 2_000.0)
    assert ada == Entity("ada", Kind.PLAYER, Vector(pytest.approx(-199.0), 3.0), Vector(1.0, 0.0), "Ada")
    assert (bot.id, bot.kind, bot.name) == ("bot-1", Kind.BOT, "bot-1")


@pytest.mark.parametrize("query", [((math.nan, 0), 1.0), ((0, math.inf), 1.0), ((0, 0), -1.0), ((0, 0), math.nan)])
def test_a_query_that_makes_no_sense_raises(engine, query):
    with pytest.raises(ValueError, match="m from"):
        engine.query_aoi(*query)


def test_queries_are_counted(engine):
    assert engine.metrics_snapshot().aoi_avg_entities == 0.0
    for number in range(3):
        engine.add_or_update_player(f"p{number}", "", (number, 0), (0, 0))
    engine.query_aoi((0, 0), 1.0)
    engine.query_aoi((0, 0), 5.0)
    engine.query_aoi((0, 0), 0.0, "p0")
    metrics = engine.metrics_snapshot()
    assert (metrics.aoi_queries, metrics.aoi_entities_total) == (3, 5)
    assert metrics.aoi_avg_entities == pytest.approx(5 / 3)


def test_a_players_state_is_everything_to_be_saved(engine):
    cap, sword = ItemInstance("cap-1", "cap"), ItemInstance("sword-1", "sword", durability=40)
    engine.apply(Join("ada", "Ada", starting_items=(cap, sword)))
    engine.apply(SetSkill("ada", "melee", 10))
    engine.apply(Teleport("ada", Vector(5.0, -6.0)))
    engine.apply(Equip("ada", "sword-1", "main_hand", 0.0, seq=2))
    engine.apply(Move("ada", 9, Vector(0.0, 0.0)))
    for _ in range(10):
        engine.step()
    assert engine.player_state("ada") == PlayerState(
        name="Ada",
        x=5.0,
        z=-6.0,
        inventory=Inventory((Stowed(cap, "backpack"),)),
        equipment=WornState({"main_hand": sword}, {"main_hand": 1.5}),
        skills={"melee": 10},
        versions=Versions(1, 1, 1),
        sequences=Sequences(9, 0, (2,)),
    )


def test_a_saved_player_comes_back_the_same(engine):
    engine.apply(Join("ada", "Ada"))
    engine.apply(Grant("ada", ItemInstance("cap-1", "cap"), "belt"))
    engine.apply(Equip("ada", "cap-1", "head", 0.0, seq=1))
    engine.apply(Teleport("ada", Vector(1.25, -700.0)))
    saved = engine.player_state("ada")
    engine.apply(Leave("ada"))
    for _ in range(200):
        engine.step()
    engine.apply(Join("ada", "Ada", saved, resumed=True))
    assert engine.player_state("ada") == saved


def test_the_state_of_nobody_is_unknown(engine):
    with pytest.raises(UnknownPlayer):
        engine.player_state("ada")
    assert engine.player("ada") is None


def test_a_cell_shows_what_stands_in_it_and_counts_what_it_owns(engine):
    engine.add_or_update_player("ada", "Ada", (255.5, 10.0), (2, 0))
    for _ in range(10):
        engine.step()
    assert engine.entities_in(Cell(0, 0)) == []
    assert [entity.id for entity in engine.entities_in(Cell(1, 0))] == ["ada"]
    counts = {count.cell: count.players for count in engine.cells()}
    assert (counts[Cell(0, 0)], counts[Cell(1, 0)]) == (1, 0)


def test_active_cells_are_listed_in_order_with_their_bots(make_engine):
    engine = make_engine(BotSettings(max=12))
    assert engine.cells() == []
    engine.add_or_update_player("ada", "Ada", (-1.0, 600.0), (0, 0))
    for _ in range(40):
        engine.step()
    cells = [Cell(cx, cz) for cx in (-2, -1, 0) for cz in (1, 2, 3)]
    bots = [2, 2, 2, 1, 1, 1, 1, 1, 1]
    players = [int(cell == Cell(-1, 2)) for cell in cells]
    assert engine.cells() == [CellCount(*row) for row in zip(cells, players, bots, strict=True)]
    assert engine.census == Census(1, 12)
