import numpy as np
import pytest

from mmod.spatial.cells import cells_of
from mmod.spatial.vector import Vector
from mmod.world.bots import HEADINGS, Bots
from mmod.world.entities import Entities
from mmod.world.frame import Kind
from mmod.world.settings import BotSettings, WorldSettings

DT = 0.05


def world(points, seed=1, **settings):
    cell_size = settings.pop("cell_size", 256.0)
    bounds = settings.pop("bounds", 100_000.0)
    entities = Entities(cell_size)
    for number, point in enumerate(points):
        entities.add(f"bot-{number}", "", Kind.BOT, Vector(*point))
    chance = np.random.Generator(np.random.PCG64(seed))
    return entities, Bots(entities, WorldSettings(cell_size=cell_size, bounds=bounds), BotSettings(**settings), chance)


def living(entities):
    return entities.position[entities.population.slots]


def distances(points):
    apart = np.hypot(*(points[:, np.newaxis] - points).transpose(2, 0, 1))
    return apart[~np.eye(len(points), dtype=bool)]


def run(entities, bots, ticks):
    for tick in range(1, ticks + 1):
        bots.steer(tick)
        bots.walk(DT)
        yield tick


def test_headings_point_everywhere_and_have_length_one():
    assert np.hypot(*HEADINGS.T) == pytest.approx(1.0)
    assert HEADINGS.sum(axis=0) == pytest.approx(0.0, abs=1e-9)


def test_a_bot_walks_at_its_speed():
    entities, bots = world([(128, 128)])
    for _ in run(entities, bots, 100):
        assert np.hypot(*entities.velocity_of(0)) == pytest.approx(1.5)
    assert entities.position_of(0) != (128, 128)


def test_a_bot_keeps_a_direction_for_three_to_seven_seconds():
    entities, bots = world([(128 + 40 * number, 128) for number in range(3)], cell_size=100_000.0)
    directions, turns = [None] * 3, [[] for _ in range(3)]
    for tick in run(entities, bots, 20 * 100):
        for slot in range(3):
            direction = tuple(entities.desired[slot].tolist())
            if direction != directions[slot]:
                turns[slot].append(tick)
                directions[slot] = direction
    gaps = np.concatenate([np.diff(ticks) for ticks in turns])
    # Now and then a bot draws the direction it has, and then seems to keep it for two turns.
    single = gaps[gaps <= 140]
    assert len(single) >= 0.95 * len(gaps)
    assert single.min() >= 60
    assert single.min() < 70
    assert single.max() > 130
    assert single.mean() == pytest.approx(100, abs=8)


def test_a_bot_never_leaves_its_cell():
    rng = np.random.default_rng(3)
    entities, bots = world(rng.uniform(-16, 16, (12, 2)), cell_size=8.0, separation=0.0)
    owned = entities.owned[:12].copy()
    edges = 0
    for _ in run(entities, bots, 3_000):
        assert (cells_of(living(entities), 8.0) == owned).all()
        edges += int((entities.velocity[:12] == 0).any(axis=1).sum())
    assert edges > 100


def test_a_bot_turns_at_the_edge_of_its_cell():
    entities, bots = world([(255.99, 0.01)])
    entities.desired[0] = (1.5, -1.5)
    bots.walk(DT)
    assert entities.position_of(0) == (255.99, 0.01)
    assert entities.velocity_of(0) == (0.0, 0.0)
    assert entities.desired[0].tolist() == [-1.5, 1.5]
    bots.walk(DT)
    assert entities.position_of(0) == pytest.approx((255.99 - 0.075, 0.085))


def test_along_an_edge_only_the_component_that_would_cross_it_stops():
    entities, bots = world([(255.99, 100.0)])
    entities.desired[0] = (0.9, 1.2)
    bots.walk(DT)
    assert entities.position_of(0) == pytest.approx((255.99, 100.06))
    assert entities.velocity_of(0) == (0.0, 1.2)


def test_a_bot_turns_at_the_bounds_of_the_world():
    entities, bots = world([(99.99, -99.99)], bounds=100.0)
    entities.desired[0] = (1.5, -1.5)
    bots.walk(DT)
    assert entities.position_of(0) == (99.99, -99.99)
    assert entities.desired[0].tolist() == [-1.5, 1.5]


def test_bots_never_come_closer_than_two_metres():
    # Four small cells so full that bots meet all the time, also across the borders.
    grid = [(x, z) for x in np.arange(-15, 16, 2.5) for z in np.arange(-15, 16, 2.5)]
    entities, bots = world(grid, cell_size=16.0)
    start, blocked = living(entities).copy(), 0
    for _ in run(entities, bots, 300):
        assert distances(living(entities)).min() >= 2.0
        blocked += int((entities.velocity[: len(grid)] == 0).all(axis=1).sum())
    assert blocked > 100
    assert np.hypot(*(living(entities) - start).T).mean() > 0.5


def test_two_that_meet_turn_away_from_each_other():
    entities, bots = world([(100.0, 100.0), (102.05, 100.0)])
    entities.desired[0], entities.desired[1] = (1.5, 0.0), (-1.5, 0.0)
    bots.walk(DT)
    assert living(entities).tolist() == [[100.0, 100.0], [102.05, 100.0]]
    assert entities.desired[:2].tolist() == [[-1.5, 0.0], [1.5, 0.0]]
    bots.walk(DT)
    assert distances(living(entities)).min() == pytest.approx(2.2)


def test_a_bot_between_two_others_turns_round():
    entities, bots = world([(98.0, 100.0), (100.0, 100.0), (102.0, 100.0)])
    entities.desired[1] = (0.0, 0.001)
    entities.desired[0], entities.desired[2] = (1.5, 0.0), (-1.5, 0.0)
    bots.walk(DT)
    assert entities.desired[1].tolist() == [0.0, -0.001]


def test_a_world_without_bots_draws_nothing():
    chance = np.random.Generator(np.random.PCG64(1))
    bots = Bots(Entities(256.0), WorldSettings(), BotSettings(), chance)
    bots.steer(1)
    bots.walk(DT)
    assert chance.random() == np.random.Generator(np.random.PCG64(1)).random()
