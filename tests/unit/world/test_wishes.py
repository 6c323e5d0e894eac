from mmod.world.commands import Moves
from mmod.world.wishes import Wishes


def test_what_waits_is_taken_once():
    wishes = Wishes()
    wishes.add("ada", 1, 0.5, -1.0)
    wishes.add("ben", 7, 0.0, 1.0)
    assert len(wishes) == 2
    assert wishes.take() == Moves({"ada": (1, 0.5, -1.0), "ben": (7, 0.0, 1.0)})
    assert wishes.take() == Moves({})


def test_of_several_inputs_of_a_player_the_first_of_the_highest_number_counts():
    wishes = Wishes()
    for seq, x in ((4, 0.1), (6, 0.2), (5, 0.3), (6, 0.4)):
        wishes.add("ada", seq, x, 0.0)
    assert wishes.take() == Moves({"ada": (6, 0.2, 0.0)})
