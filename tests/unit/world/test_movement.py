import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mmod.world.movement import moved


def move(position, desired, factor=1.0, dt=1.0, bounds=100.0):
    position, velocity = moved(np.array([position], float), np.array([desired], float), np.array([factor]), dt, bounds)
    return tuple(position[0].tolist()), tuple(velocity[0].tolist())


def test_a_velocity_times_the_time_is_the_way():
    assert move((1, 2), (3, -4), dt=0.5) == ((2.5, 0.0), (3.0, -4.0))


def test_encumbrance_slows_both_the_way_and_the_velocity():
    assert move((0, 0), (3, -4), factor=0.5) == ((1.5, -2.0), (1.5, -2.0))


def test_a_bound_stops_only_the_component_that_runs_into_it():
    assert move((99, 0), (3, 4)) == ((100.0, 4.0), (0.0, 4.0))
    assert move((0, -99), (3, -4)) == ((3.0, -100.0), (3.0, 0.0))


def test_a_corner_of_the_world_stops_both():
    assert move((-99, 99), (-3, 4)) == ((-100.0, 100.0), (0.0, 0.0))


def test_leaving_a_bound_is_free():
    assert move((100, 0), (-3, 0)) == ((97.0, 0.0), (-3.0, 0.0))


def test_each_row_moves_for_itself():
    position, _ = moved(np.zeros((2, 2)), np.array([[1.0, 0], [0, 2.0]]), np.array([1.0, 0.5]), 1.0, 100.0)
    assert position.tolist() == [[1.0, 0.0], [0.0, 1.0]]


@given(*[st.floats(-1e6, 1e6)] * 4, st.floats(0, 100))
def test_nobody_leaves_the_bounds(x, z, vx, vz, dt):
    (x, z), _ = move((x, z), (vx, vz), dt=dt)
    assert -100 <= x <= 100
    assert -100 <= z <= 100
