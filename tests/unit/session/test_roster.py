import pytest

from mmod.session.roster import Roster


@pytest.fixture
def roster():
    return Roster()


def test_a_player_has_at_most_one_session_and_the_newest_wins(roster):
    assert roster.enter("ada", "first", resumed=False) is None
    assert roster.enter("ada", "second", resumed=False) == "first"
    assert roster.get("ada") == "second"
    assert len(roster) == 1


def test_a_session_that_was_replaced_cannot_remove_the_one_that_replaced_it(roster):
    roster.enter("ada", "first", resumed=False)
    roster.enter("ada", "second", resumed=False)
    assert not roster.leave("ada", "first")
    assert roster.leave("ada", "second")
    assert roster.get("ada") is None
    assert not roster.leave("ada", "second")


def test_sessions_are_told_apart_by_identity(roster):
    first, equal = [1], [1]
    roster.enter("ada", first, resumed=False)
    assert not roster.leave("ada", equal)


def test_sessions_come_in_the_order_of_joining_a_replacement_last(roster):
    for player_id, session in (("ada", 1), ("bob", 2), ("ada", 3)):
        roster.enter(player_id, session, resumed=False)
    assert list(roster) == [("bob", 2), ("ada", 3)]


def test_a_resume_goes_on_with_the_lineage_and_another_join_begins_one(roster):
    roster.enter("ada", 1, resumed=False)
    first = roster.lineage("ada")
    roster.enter("ada", 2, resumed=True)
    assert roster.lineage("ada") == first
    roster.enter("ada", 3, resumed=False)
    assert roster.lineage("ada") != first


def test_a_lineage_outlives_the_connection(roster):
    roster.enter("ada", 1, resumed=False)
    first = roster.lineage("ada")
    roster.leave("ada", 1)
    assert roster.lineage("ada") == first
    roster.enter("ada", 2, resumed=True)
    assert roster.lineage("ada") == first


def test_no_two_lineages_are_the_same_not_even_of_different_players_or_after_forgetting(roster):
    seen = []
    for player_id in ("ada", "bob", "ada", "bob"):
        roster.enter(player_id, object(), resumed=False)
        seen.append(roster.lineage(player_id))
        roster.leave(player_id, roster.get(player_id))
        roster.forget(player_id)
    assert len(set(seen)) == 4


def test_a_player_who_never_joined_has_no_lineage(roster):
    assert roster.lineage("ada") == 0


def test_forgetting_ends_a_lineage_even_for_a_resume(roster):
    roster.enter("ada", 1, resumed=False)
    first = roster.lineage("ada")
    roster.leave("ada", 1)
    roster.forget("ada")
    assert roster.lineage("ada") == 0
    roster.enter("ada", 2, resumed=True)  # restored from the store: what was promised before cannot come any more
    assert roster.lineage("ada") not in (0, first)


def test_a_connected_player_is_not_forgotten(roster):
    roster.enter("ada", 1, resumed=False)
    first = roster.lineage("ada")
    roster.forget("ada")
    assert roster.lineage("ada") == first
    assert roster.get("ada") == 1
