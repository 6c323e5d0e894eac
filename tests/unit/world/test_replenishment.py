import numpy as np
import pytest

from mmod.spatial.cells import Cell, neighbourhood
from mmod.spatial.vector import Vector
from mmod.world.entities import Entities
from mmod.world.frame import Kind
from mmod.world.replenishment import Replenishment
from mmod.world.settings import BotSettings, WorldSettings

AROUND = neighbourhood(Cell(0, 0))


class Place:
    """A world of players who stand still, and bots that come and go."""

    def __init__(self, *players, cell_size=256.0, bounds=100_000.0, **bots):
        self.entities = Entities(cell_size)
        chance = np.random.Generator(np.random.PCG64(2))
        settings = WorldSettings(cell_size=cell_size, bounds=bounds)
        self._replenishment = Replenishment(self.entities, settings, BotSettings(**bots), chance)
        for number, point in enumerate(players):
            self.entities.add(f"p{number}", "", Kind.PLAYER, Vector(*point))

    def seconds(self, count):
        for _ in range(count):
            self._replenishment.replenish()
        return self

    @property
    def bots(self):
        """How many bots each cell owns."""
        owned = self.entities.owned[self.entities.population.bots].tolist()
        return {cell: owned.count(list(cell)) for cell in map(tuple, owned)}

    @property
    def ids(self):
        return [name for name in self.entities.population.ids if name.startswith("bot-")]


def test_without_players_there_are_no_bots():
    assert Place().seconds(5).bots == {}


def test_one_bot_a_second_comes_to_each_of_the_nine_cells_up_to_the_target():
    place = Place((10, 10))
    assert place.seconds(1).bots == dict.fromkeys(AROUND, 1)
    assert place.seconds(1).bots == dict.fromkeys(AROUND, 2)
    assert place.seconds(1).bots == {cell: 2 if cell == (0, 0) else 3 for cell in AROUND}
    assert place.seconds(5).bots == {cell: 2 if cell == (0, 0) else 3 for cell in AROUND}


def test_a_cell_gains_a_tenth_of_its_target_rounded_up_per_second():
    place = Place((10, 10), target_per_cell=25, max=10_000)
    assert place.seconds(1).bots == dict.fromkeys(AROUND, 3)


def test_a_cell_within_a_fifth_of_its_target_is_left_alone():
    place = Place((10, 10), target_per_cell=10, max=10_000)
    assert place.seconds(20).bots == {cell: 7 if cell == (0, 0) else 8 for cell in AROUND}


def test_the_maximum_holds_and_the_lowest_cells_come_first():
    place = Place((10, 10), max=13)
    place.seconds(1)
    assert place.seconds(1).bots == {cell: 2 if number < 4 else 1 for number, cell in enumerate(AROUND)}
    assert len(place.seconds(10).ids) == 13


def test_bots_in_cells_no_longer_active_leave_at_once():
    place = Place((10, 10), (2_000, 10)).seconds(3)
    assert (7, 0) in place.bots
    place.entities.remove("p1")
    assert set(place.seconds(1).bots) == set(AROUND)
    place.entities.remove("p0")
    assert place.seconds(1).bots == {}


def test_players_who_crowd_a_cell_displace_its_bots_one_by_one():
    place = Place((10, 10), target_per_cell=10, max=10_000).seconds(20)
    for number in range(9):
        place.entities.add(f"late{number}", "", Kind.PLAYER, Vector(100.0 + number, 100.0))
    assert [place.seconds(1).bots.get((0, 0), 0) for _ in range(8)] == [6, 5, 4, 3, 2, 2, 2, 2]


def test_the_bots_in_the_highest_slots_leave_first():
    place = Place((10, 10), target_per_cell=3).seconds(3)
    slots = place.entities.population.bots
    mine = slots[(place.entities.owned[slots] == 0).all(axis=1)]
    for number in range(2):
        place.entities.add(f"late{number}", "", Kind.PLAYER, Vector(100.0, 100.0 + number))
    place.seconds(1)
    assert [bool(place.entities.alive[slot]) for slot in mine] == [True, False]


def test_bots_are_numbered_from_one_and_named_by_their_ids():
    place = Place((10, 10)).seconds(3)
    assert sorted(place.ids, key=lambda name: int(name[4:])) == [f"bot-{number}" for number in range(1, 27)]
    assert place.entities.population.names[1:] == place.entities.population.ids[1:]


def test_a_number_that_a_player_is_called_by_is_left_out():
    place = Place()
    place.entities.add("bot-2", "", Kind.PLAYER, Vector(0, 0))
    place.seconds(1)
    assert place.entities.population.ids.count("bot-2") == 1
    assert "bot-10" in place.ids


def test_newcomers_keep_two_metres_from_everybody():
    place = Place((5, 5), cell_size=12.0, target_per_cell=12, max=10_000).seconds(30)
    points = place.entities.position[place.entities.population.slots]
    apart = np.hypot(*(points[:, np.newaxis] - points).transpose(2, 0, 1))
    assert apart[~np.eye(len(points), dtype=bool)].min() >= 2.0
    assert len(points) > 40


def test_a_cell_without_a_free_place_waits():
    assert Place((0.5, 0.5), cell_size=1.0, target_per_cell=50, max=10_000).seconds(5).bots.get((0, 0)) is None


@pytest.mark.parametrize("bounds", [256.0, 100.0])
def test_no_bot_begins_outside_the_bounds(bounds):
    place = Place((bounds, bounds), bounds=bounds).seconds(5)
    assert place.ids
    assert (np.abs(place.entities.position) <= bounds).all()
    assert all((cell[0] * 256.0 < bounds) and (cell[1] * 256.0 < bounds) for cell in place.bots)


def test_a_cell_that_cannot_be_entered_does_not_use_up_the_maximum():
    assert len(Place((255, 255), bounds=256.0, max=100).seconds(5).ids) == 3 * 4 - 1


def test_without_separation_any_place_is_free():
    place = Place((0.5, 0.5), cell_size=1.0, target_per_cell=5, max=10_000, separation=0.0).seconds(10)
    assert place.bots[(0, 0)] >= 3
