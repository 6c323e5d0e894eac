from mmod.client.values import Point
from mmod.client.walking import KEEP_ALIVE, PACE, Walking
from mmod.wire.messages import Intent


def test_an_intent_is_said_and_then_only_repeated_to_stay_alive():
    walking = Walking()
    walking.joined(False, 0)
    assert walking.due < 0
    walking.intent = Point(1.0, 0.0)
    said = walking.next_input(5.0)
    assert (said.seq, said.intent) == (1, Intent(1.0, 0.0))
    assert walking.due == 5.0 + KEEP_ALIVE


def test_a_change_waits_for_the_pace_and_the_newest_is_said():
    walking = Walking()
    walking.next_input(5.0)
    for x in (1.0, 2.0, 3.0):
        walking.intent = Point(x, 0.0)
    assert walking.due == 5.0 + PACE
    assert walking.next_input(5.0 + PACE).intent.x == 3.0


def test_a_change_that_is_taken_back_is_not_said():
    walking = Walking()
    walking.next_input(5.0)
    walking.intent = Point(1.0, 0.0)
    walking.intent = Point(0.0, 0.0)
    assert walking.due == 5.0 + KEEP_ALIVE


def test_a_resumed_session_goes_on_above_all_numbers_that_either_side_knows():
    walking = Walking()
    for _ in range(7):
        walking.next_input(0.0)
    walking.joined(True, 3)
    assert walking.next_input(1.0).seq == 8
    walking.joined(True, 20)
    assert walking.next_input(1.0).seq == 21


def test_a_new_session_begins_where_the_server_says_and_says_the_intent_at_once():
    walking = Walking()
    walking.intent = Point(0.0, 1.0)
    walking.next_input(5.0)
    walking.joined(False, 0)
    assert walking.due <= 5.0
    assert walking.next_input(5.0).seq == 1
