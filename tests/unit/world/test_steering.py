import math

import pytest

from mmod.errors import UnknownPlayer
from mmod.items.instances import ItemInstance
from mmod.spatial.vector import Vector
from mmod.world.commands import Grant, Join, Leave, Move, Moves, Place, SetVelocity, Teleport
from mmod.world.events import HandedOver, Refused


@pytest.fixture
def ada(engine):
    engine.apply(Join("ada", "Ada"))
    return engine


def put(engine, x, z, vx=0.0, vz=0.0):
    engine.apply(Place("ada", "Ada", Vector(x, z), Vector(vx, vz)))


def walk(engine, ticks):
    return [event for _ in range(ticks) for event in engine.step().events]


@pytest.mark.parametrize("intent", [(1, 0), (0, -1), (1, 1), (-1, 1), (1e6, -1e6), (7, 0)])
def test_nobody_walks_faster_than_three_metres_a_second(ada, intent):
    ada.apply(Move("ada", 1, Vector(*intent)))
    walk(ada, 20)
    assert math.hypot(*ada.player("ada").pos) == pytest.approx(3.0)
    assert math.hypot(*ada.player("ada").vel) == pytest.approx(3.0)


def test_half_an_intent_is_half_the_speed(ada):
    ada.apply(Move("ada", 1, Vector(0.5, 0.0)))
    walk(ada, 20)
    assert ada.player("ada").pos == pytest.approx((1.5, 0.0))


def test_an_input_lasts_until_the_next(ada):
    ada.apply(Move("ada", 1, Vector(1.0, 0.0)))
    walk(ada, 40)
    ada.apply(Move("ada", 2, Vector(0.0, 0.0)))
    walk(ada, 40)
    assert ada.player("ada").pos == pytest.approx((6.0, 0.0))


@pytest.mark.parametrize("seq", [5, 4, 1])
def test_an_input_that_is_not_newer_is_ignored(ada, seq):
    ada.apply(Move("ada", 5, Vector(1.0, 0.0)))
    ada.apply(Move("ada", seq, Vector(0.0, 1.0)))
    walk(ada, 20)
    assert ada.player("ada").pos == pytest.approx((3.0, 0.0))
    assert ada.player("ada").sequences.ack == 5


def test_gaps_between_inputs_do_not_matter_and_the_largest_number_is_exact(ada):
    ada.apply(Move("ada", 2**53 - 1, Vector(1.0, 0.0)))
    assert ada.frame().acks.tolist() == [2**53 - 1]


def test_of_many_inputs_at_once_each_counts_for_its_own_player(ada):
    ada.apply(Join("ben", "Ben"))
    ada.apply(Move("ben", 5, Vector(0.0, 1.0)))
    assert ada.apply(Moves({"ada": (1, 0.5, 0.0), "nobody": (9, 1.0, 0.0), "ben": (5, 1.0, 0.0)})) == ()
    walk(ada, 20)
    assert ada.player("ada").pos == pytest.approx((1.5, 0.0))
    assert ada.player("ben").pos == pytest.approx((0.0, 3.0))
    assert ada.frame().acks.tolist() == [1, 5]


def test_who_lingers_takes_no_input(ada):
    ada.apply(Leave("ada"))
    ada.apply(Moves({"ada": (1, 1.0, 0.0)}))
    assert (ada.player("ada").sequences.ack, ada.step().frame) == (0, None)
    assert ada.player("ada").vel == (0.0, 0.0)


def test_one_number_that_is_not_finite_leaves_all_as_they_were(ada):
    ada.apply(Join("ben", "Ben"))
    with pytest.raises(ValueError, match="not finite"):
        ada.apply(Moves({"ben": (1, 1.0, 0.0), "ada": (1, math.nan, 0.0)}))
    assert ada.frame().acks.tolist() == [0, 0]


def test_weight_slows(ada):
    ada.apply(Grant("ada", ItemInstance("anvil-1", "anvil")))
    ada.apply(Move("ada", 1, Vector(1.0, 0.0)))
    walk(ada, 20)
    assert ada.player("ada").pos == pytest.approx((2.25, 0.0))


def test_a_set_velocity_is_not_clamped_but_slowed(ada):
    ada.apply(SetVelocity("ada", Vector(40.0, 0.0)))
    assert ada.player("ada").vel == (40.0, 0.0)
    ada.apply(Grant("ada", ItemInstance("anvil-1", "anvil")))
    ada.apply(SetVelocity("ada", Vector(40.0, 0.0)))
    assert ada.player("ada").vel == pytest.approx((30.0, 0.0))
    walk(ada, 20)
    assert ada.player("ada").pos == pytest.approx((30.0, 0.0))


def test_the_bounds_stop_a_player(make_engine):
    engine = make_engine(bounds=10.0)
    engine.apply(Place("ada", "Ada", Vector(9.0, 0.0), Vector(3.0, 1.0)))
    walk(engine, 20)
    assert engine.player("ada").pos == pytest.approx((10.0, 1.0))
    assert engine.player("ada").vel == (0.0, 1.0)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("command", [Move, SetVelocity, Teleport])
def test_vectors_that_are_not_finite_raise(ada, command, bad):
    sequence = (1,) if command is Move else ()
    with pytest.raises(ValueError, match="not finite"):
        ada.apply(command("ada", *sequence, Vector(0.0, bad)))
    assert ada.player("ada").sequences.ack == 0


@pytest.mark.parametrize(
    "command", [Move("x", 1, Vector(1, 0)), SetVelocity("x", Vector(1, 0)), Teleport("x", Vector(1, 0))]
)
def test_who_is_not_there_cannot_be_moved(engine, command):
    (event,) = engine.apply(command)
    assert isinstance(event, Refused)
    assert isinstance(event.error, UnknownPlayer)
    assert event.operation is None


# --- handover ---


def test_a_walk_across_a_border_is_handed_over_once_two_metres_beyond_it(ada):
    put(ada, 255.0, 128.0, 3.0)
    assert walk(ada, 19) == []
    assert walk(ada, 1) == [HandedOver("ada", (0, 0), (1, 0))]
    player = ada.player("ada")
    assert player.pos.x == pytest.approx(258.0)
    assert (player.owned_cell, player.previous_cell, player.handover_tick) == ((1, 0), (0, 0), 20)
    assert walk(ada, 100) == []


def test_the_way_back_takes_four_metres(ada):
    put(ada, 255.0, 128.0, 3.0)
    walk(ada, 20)
    put(ada, 254.0, 128.0, -1.0)  # placing follows the cell at once, so the next way out is the way back
    assert ada.player("ada").owned_cell == (0, 0)
    put(ada, 255.0, 128.0, 1.0)
    assert walk(ada, 20 * 5 - 1) == []
    assert walk(ada, 1) == [HandedOver("ada", (0, 0), (1, 0))]


def test_walking_along_a_border_and_across_it_again_and_again_hands_over_at_most_once(ada):
    put(ada, 254.5, 10.0)
    events = []
    for number in range(60):
        ada.apply(SetVelocity("ada", Vector(3.0 if number % 2 == 0 else -3.0, 1.0)))
        events += walk(ada, 25)  # 3.75 m to and fro, round the border at 256 m
    assert len(events) == 1


@pytest.mark.parametrize(("vx", "vz"), [(1, 1), (1, -1), (-1, 1), (-1, -1)])
def test_a_corner_crossing_is_one_handover(ada, vx, vz):
    put(ada, 255.0 if vx > 0 else 1.0, 255.0 if vz > 0 else 1.0, vx, vz)
    assert walk(ada, 20 * 20) == [HandedOver("ada", (0, 0), (vx, vz))]


def test_a_teleport_changes_the_cell_at_once(ada):
    assert ada.apply(Teleport("ada", Vector(-0.5, 700.0))) == (HandedOver("ada", (0, 0), (-1, 2)),)
    player = ada.player("ada")
    assert (player.pos, player.owned_cell, player.previous_cell) == ((-0.5, 700.0), (-1, 2), (0, 0))
    assert player.handover_tick == 0
    assert ada.metrics_snapshot().handovers == 1


def test_a_teleport_within_the_cell_is_no_handover(ada):
    assert ada.apply(Teleport("ada", Vector(255.9, 3.0))) == ()
    assert ada.player("ada").pos == (255.9, 3.0)


def test_a_teleport_is_clamped_to_the_bounds(ada):
    ada.apply(Teleport("ada", Vector(1e300, -1e300)))
    assert ada.player("ada").pos == (100_000.0, -100_000.0)
