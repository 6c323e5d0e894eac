import numpy as np
import pytest
from msgspec import UNSET

from mmod.net.livemap.lens import MOST_BOTS, Lens, Region, present_in
from mmod.net.livemap.picture import Vitals, World
from mmod.world.frame import Frame, Kind

SIZE = 256.0
WORLD = World(20, SIZE, 128.0, 100_000.0)
VITALS = Vitals(20.0, 1.0, 0.1, 0.5, 0, 0, 0, 0, 0, 0, 0, 0.0, False)
EVERYWHERE = Region(-1000, -1000, 1000, 1000)


def frame(*entities, tick=1):
    """Return a picture of (number, kind, x, z), each owned by the cell it stands in."""
    numbers = np.array([number for number, *_ in entities], np.int64)
    position = np.array([(x, z) for *_, x, z in entities], np.float64).reshape(-1, 2)
    ids = tuple(f"{kind.wire_name}-{number}" for number, kind, *_ in entities)
    return Frame(
        tick=tick,
        slots=numbers,
        serials=numbers,
        position=position,
        velocity=np.zeros_like(position),
        kind=np.array([kind for _, kind, *_ in entities], np.uint8),
        cell=np.floor(position / SIZE).astype(np.int64),
        acks=np.zeros_like(numbers),
        ids=ids,
        names=tuple(name.upper() for name in ids),
    )


def ada(x=1.0, z=2.0):
    return (1, Kind.PLAYER, x, z)


def bot(number, x=10.0, z=10.0):
    return (number, Kind.BOT, x, z)


def shown(lens, picture):
    return lens.picture(picture, present_in(picture), VITALS)


@pytest.fixture
def lens():
    return Lens(EVERYWHERE, WORLD)


def test_the_first_picture_is_whole(lens):
    picture = shown(lens, frame(ada(1.26, -2.0), bot(7)))
    assert picture.world == WORLD
    assert picture.entities == [[1, 13, -20], [7, 100, 100]]
    assert [(named.number, named.id, named.name, named.kind) for named in picture.named] == [
        (1, "player-1", "PLAYER-1", "player"),
        (7, "bot-7", "BOT-7", "bot"),
    ]
    assert [0, -1, 1, 0] in picture.cells
    assert [0, 0, 0, 1] in picture.cells
    assert len(picture.cells) == 9
    assert picture.gone == []


def test_what_has_not_changed_is_not_told_again(lens):
    shown(lens, frame(ada(), bot(7)))
    picture = shown(lens, frame(ada(5.0), bot(7), tick=2))
    assert (picture.cells, picture.gone, picture.named, picture.world) == ([], [], [], UNSET)
    assert picture.entities == [[1, 50, 20], [7, 100, 100]]
    assert picture.tick == 2


def test_cells_that_change_become_active_or_cease_to_be_are_told(lens):
    shown(lens, frame(ada(), bot(7)))
    picture = shown(lens, frame(ada(SIZE + 1), bot(7)))
    assert [0, 0, 0, 1] in picture.cells
    assert [1, 0, 1, 0] in picture.cells
    assert sorted(picture.gone) == [[-1, -1], [-1, 0], [-1, 1]]


def test_who_comes_is_named_and_who_goes_is_left_out(lens):
    shown(lens, frame(ada(), bot(7)))
    picture = shown(lens, frame(ada(), bot(9)))
    assert [named.number for named in picture.named] == [9]
    assert [number for number, *_ in picture.entities] == [1, 9]


def test_who_comes_back_is_named_again(lens):
    for entities in ((ada(), bot(7)), (ada(),)):
        shown(lens, frame(*entities))
    assert [named.number for named in shown(lens, frame(ada(), bot(7))).named] == [7]


def test_bots_are_shown_in_the_region_only_and_players_everywhere():
    lens = Lens(Region(0, 0, 1, 0), WORLD)
    at = [(10, 10), (SIZE * 2 - 1, 10), (SIZE * 2 + 1, 10), (-1, 10), (10, -1), (10, SIZE + 1)]
    bots = [bot(number, x, z) for number, (x, z) in enumerate(at, start=2)]
    picture = shown(lens, frame(ada(SIZE * 50, 0), *bots))
    assert [number for number, *_ in picture.entities] == [1, 2, 3]
    assert picture.hidden == 0


def test_without_a_region_no_bots_are_shown_but_they_are_counted():
    picture = shown(Lens(None, WORLD), frame(ada(), bot(7)))
    assert [number for number, *_ in picture.entities] == [1]
    assert [0, 0, 1, 1] in picture.cells


@pytest.mark.parametrize(("bots", "seen", "hidden"), [(MOST_BOTS, MOST_BOTS, 0), (MOST_BOTS + 1, 0, MOST_BOTS + 1)])
def test_too_many_bots_are_only_counted(lens, bots, seen, hidden):
    picture = shown(lens, frame(ada(), *(bot(number) for number in range(2, bots + 2))))
    assert (len(picture.entities), picture.hidden) == (seen + 1, hidden)


def test_an_empty_world_can_be_shown(lens):
    picture = shown(lens, frame())
    assert (picture.cells, picture.entities, picture.named) == ([], [], [])
