"""The checker: it finds nothing in a world that is as it was told, and everything that was tampered with."""

import pytest
from attrs import evolve

from mmod.world.state import Versions

from .harness.checker import ImpossibleAnswer, arrangements, checked
from .harness.record import SUCCESS, UNAVAILABLE, Command, Grant, Knock, Record, Shown
from .harness.world import Item, Person, Place

BACKPACK, BELT, HEAD = Place("compartment", "backpack"), Place("compartment", "belt"), Place("slot", "head")
CAP, HAT = Item("cap", "cap_wool", 1, BACKPACK), Item("hat", "cap_wool", 1, BACKPACK)


def person(*items, x=0.0, epoch=1, version=5, versions=None):
    return Person(items, x, 0.0, epoch, version, versions or Versions(5, 5, 5))


def grant(instance_id=None, status=None, key=None, player_id="ada", message=""):
    return Grant(
        player_id,
        "cap_wool",
        1,
        "backpack",
        key,
        status,
        message,
        instance_id,
        asked_at=0.0,
        answered_at=status and 0.1,
    )


def equip(instance_id, code=None, seq=1):
    return Command(seq, "head", instance_id, code=code, asked_at=0.0)


def unequip(code=None, compartment="belt", seq=2):
    return Command(seq, "head", compartment=compartment, code=code, asked_at=0.0)


def told(*commands, grants=(), begin=(), **fields):
    """Return a record of ada, who had some things, and of ben, who has nothing."""
    world = {"ada": person(*begin), "ben": person()}
    return Record(begin=world, commands={"ada": list(commands)}, grants=list(grants), **fields)


def found(record, *items, ben=(), crashed=False, **fields):
    """Return the kinds of what a checker finds when ada and ben have some things."""
    world = {"ada": person(*items, **fields), "ben": person(*ben)}
    return sorted(finding.kind for finding in checked(record, world, reach=6.0, crashed=crashed).findings)


WORN = evolve(CAP, place=HEAD)


# --- what was acknowledged --------------------------------------------------------------------------------------------


def test_a_world_as_it_was_told_has_no_findings_and_everything_is_counted():
    record = told(
        equip("cap", SUCCESS),
        equip("hat", UNAVAILABLE),
        grants=[grant("cap", 201), grant("hat", 201), grant(status=409)],
        knocks=[Knock("cid", "unavailable", asked_at=0.0), Knock("dan", "joined", asked_at=0.0)],
        positions={"ada": Shown(0.0, 3.0, 0.0)},
    )
    verdict = checked(record, {"ada": person(WORN, HAT), "ben": person()}, reach=6.0)
    assert (verdict.acknowledged, verdict.refused, verdict.lost, verdict.doubled) == (3, 3, 0, 0)


def test_a_given_item_that_is_missing_is_lost():
    assert found(told(grants=[grant("cap", 201)])) == ["lost"]


def test_an_item_that_was_there_before_and_is_missing_is_lost():
    assert found(told(begin=[CAP])) == ["lost"]


def test_an_item_that_has_become_another_is_lost():
    assert found(told(begin=[CAP]), evolve(CAP, quantity=2)) == ["lost"]


def test_a_player_who_is_missing_is_lost():
    verdict = checked(told(), {"ada": person()})
    assert [finding.text for finding in verdict.findings] == ["ben is not there"]


def test_an_acknowledged_equip_that_is_undone_is_lost():
    assert found(told(equip("cap", SUCCESS), begin=[CAP]), CAP) == ["lost"]


def test_an_acknowledged_unequip_to_the_wrong_place_is_lost():
    record = told(equip("cap", SUCCESS), unequip(SUCCESS), begin=[CAP])
    assert found(record, evolve(CAP, place=BELT)) == []
    assert found(record, CAP) == ["lost"]


def test_what_was_worn_before_a_swap_lies_where_the_new_item_was():
    record = told(equip("hat", SUCCESS), begin=[WORN, evolve(HAT, place=BELT)])
    assert found(record, evolve(CAP, place=BELT), evolve(HAT, place=HEAD)) == []
    assert found(record, CAP, evolve(HAT, place=HEAD)) == ["lost"]


# --- what was refused, and what had no answer -------------------------------------------------------------------------


def test_a_refused_equip_that_was_done_is_found():
    assert found(told(equip("cap", UNAVAILABLE), begin=[CAP]), WORN) == ["lost"]


@pytest.mark.parametrize("refusal", [grant(status=409), grant(status=503, message="the store is away; try later")])
def test_a_refused_grant_that_was_given_is_found(refusal):
    assert found(told(grants=[refusal]), CAP) == ["doubled"]


@pytest.mark.parametrize("silence", [grant(), grant(status=503, message="it may still be done"), grant(key="k")])
def test_a_grant_without_an_answer_was_given_once_or_not(silence):
    assert found(told(grants=[silence])) == []
    assert found(told(grants=[silence]), CAP) == []
    assert found(told(grants=[silence]), CAP, HAT) == ["doubled"]


def test_a_key_without_an_answer_and_then_with_one_gives_once():
    record = told(grants=[grant(key="k"), grant("cap", 201, key="k")])
    assert found(record, CAP) == []
    assert found(record, CAP, HAT) == ["doubled"]


def test_a_key_that_was_asked_for_in_vain_before_a_crash_may_give_afterwards():
    record = told(grants=[grant(key="k")]).following({"ada": person(), "ben": person()})
    assert found(record, CAP) == []


def test_an_equip_that_a_later_refusal_betrays_was_done_and_may_be_undone_by_a_crash():
    record = told(equip("cap"), equip("cap", "item_not_found", seq=2), begin=[CAP])
    assert found(record, WORN) == found(record, WORN, crashed=True) == []
    assert found(record, CAP, crashed=True) == []
    assert found(record, CAP) == ["lost"]


def test_a_crash_undoes_nothing_up_to_the_last_acknowledged_command():
    record = told(equip("cap"), unequip(SUCCESS), equip("hat", seq=3), begin=[CAP, HAT])
    bare, hatted = [evolve(CAP, place=BELT), HAT], [evolve(CAP, place=BELT), evolve(HAT, place=HEAD)]
    assert found(record, *bare, crashed=True) == found(record, *hatted, crashed=True) == []
    assert found(record, CAP, HAT, crashed=True) == found(record, WORN, HAT, crashed=True) == ["lost"]


def test_answers_that_contradict_each_other_are_found_after_a_crash_too():
    assert found(told(equip("cap", "item_not_found"), begin=[CAP]), CAP, crashed=True) == ["lost"]


def test_an_equip_without_an_answer_was_done_or_not():
    record = told(equip("cap"), begin=[CAP])
    assert found(record, CAP) == found(record, WORN) == []
    assert found(record, evolve(CAP, place=BELT)) == ["lost"]


def test_an_equip_without_an_answer_can_have_been_done_before_one_with():
    record = told(equip("cap"), unequip(SUCCESS), begin=[CAP])
    assert found(record, evolve(CAP, place=BELT)) == []
    assert found(record, CAP) == ["lost"]


def test_every_command_without_an_answer_doubles_what_is_possible():
    commands = [equip("cap", seq=1), unequip(seq=2), unequip(seq=3, compartment="backpack")]
    assert len(arrangements({"cap": BACKPACK}, commands)) == 3


# --- what cannot be ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [equip("hat", SUCCESS), unequip(SUCCESS), equip("cap", "item_not_found")])
def test_an_answer_that_cannot_be_true_is_found(command):
    with pytest.raises(ImpossibleAnswer):
        arrangements({"cap": BACKPACK}, [command])
    assert found(told(command, begin=[CAP]), CAP) == ["lost"]


def test_an_item_in_two_places_is_doubled():
    assert found(told(begin=[CAP]), CAP, WORN) == ["doubled", "lost"]


def test_an_item_that_two_players_have_is_doubled():
    assert found(told(begin=[CAP]), CAP, ben=[CAP]) == ["doubled", "doubled"]


def test_an_item_that_went_to_another_player_is_lost_there_and_unpromised_here():
    assert found(told(begin=[CAP]), ben=[CAP]) == ["doubled", "lost"]


def test_an_item_that_nobody_gave_is_doubled():
    assert found(told(), CAP) == ["doubled"]


def test_a_command_that_is_answered_twice_is_found():
    assert found(told(evolve(equip("cap", SUCCESS), answers=2), begin=[CAP]), WORN) == ["doubled"]


def test_a_key_that_gave_two_items_is_found():
    record = told(grants=[grant("cap", 201, key="k"), grant("hat", 201, key="k")])
    assert found(record, CAP, HAT) == ["doubled"]


def test_a_key_that_gave_another_item_than_before_a_crash_is_found():
    before = told(grants=[grant("cap", 201, key="k")])
    record = before.following({"ada": person(CAP), "ben": person()})
    record.grants.append(grant("hat", 201, key="k"))
    assert found(record, CAP, HAT) == ["doubled"]


def test_two_grants_of_one_instance_are_found():
    assert found(told(grants=[grant("cap", 201), grant("cap", 201)]), CAP) == ["doubled"]


# --- what goes back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("back", [{"epoch": 0}, {"version": 4}, {"versions": Versions(4, 5, 5)}])
def test_what_only_grows_and_went_back_is_lost(back):
    assert found(told(), **back) == ["lost"]


def test_a_player_too_far_from_where_it_was_shown_has_lost_its_way():
    record = told(positions={"ada": Shown(0.0, 0.0, 0.0)})
    assert found(record, x=6.0) == []
    assert found(record, x=6.1) == ["lost"]
