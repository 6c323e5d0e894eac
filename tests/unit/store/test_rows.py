import pytest
from msgspec.structs import replace

from mmod.session.claims import ClaimRequest, Save, SaveResult, StoredPlayer
from mmod.session.columns import Basis, Columns
from mmod.session.resume import ResumeAttempt, ResumeMark, token_hash
from mmod.store.records import Reading, encoded
from mmod.store.rows import (
    Row,
    check_claims,
    check_player_id,
    checked_saves,
    checked_state,
    claim_of,
    refusal,
    resume_mark,
    storable,
    stored_player,
)
from mmod.world.state import PlayerState

STATE = PlayerState(name="Ada", x=1.0)
MARK = ResumeMark(token_hash("first"), ended_at=100.0)


def request(player_id="ada", name="Ada"):
    return ClaimRequest(player_id, name, ResumeAttempt(token_hash("first"), 110.0, 0.0, 60.0), token_hash("next"))


def test_a_row_without_columns_reads_as_nothing():
    assert Row("ada", 1, 0, None, None).reading() == Reading(None)


def test_the_claim_of_a_new_player():
    claim = claim_of(request(), None)
    assert (claim.epoch, claim.previous_epoch, claim.version, claim.resumed, claim.state) == (1, 0, 0, False, None)


def test_the_claim_of_a_stored_player():
    claim = claim_of(request(), Row("ada", 4, 9, MARK, encoded(STATE)))
    assert (claim.epoch, claim.previous_epoch, claim.version, claim.resumed, claim.state) == (5, 4, 9, True, STATE)


def test_a_stored_player_shows_its_row():
    assert stored_player(Row("ada", 4, 9, MARK, encoded(STATE))) == StoredPlayer("ada", 4, 9, STATE)


@pytest.mark.parametrize("player_id", ["", "\0", "a\0", "\ud800"])
def test_nobody_is_stored_under_an_impossible_id(player_id):
    with pytest.raises(ValueError, match=r"empty|U\+0000|surrogates"):
        check_player_id(player_id)


def test_a_batch_of_claims_names_every_player_once():
    check_claims([request("ada"), request("bob")])
    with pytest.raises(ValueError, match="'ada' is in one batch twice"):
        check_claims([request("ada"), request("ada")])


def test_an_impossible_name_is_refused():
    with pytest.raises(ValueError, match="U\\+0000"):
        check_claims([request(name="\0")])


def test_a_batch_of_saves_becomes_columns_in_its_order():
    saves = [Save(player_id, 1, 1, STATE) for player_id in ("bob", "ada")]
    assert checked_saves(saves) == [encoded(STATE)] * 2
    with pytest.raises(ValueError, match="twice"):
        checked_saves([*saves, saves[0]])


def test_a_partial_save_writes_where_it_is_and_the_parts_that_differ():
    changed = replace(STATE, x=2.0, skills={"melee": 1})
    save = Save("ada", 1, 2, changed, basis=Basis(1, encoded(STATE)))
    assert checked_saves([save]) == [Columns("Ada", 2.0, 0.0, None, None, encoded(changed).skills, None, None)]


@pytest.mark.parametrize(
    ("stamp", "reason"),
    [
        (None, SaveResult.SUPERSEDED),
        ((2, 5), SaveResult.SUPERSEDED),
        ((4, 9), SaveResult.SUPERSEDED),
        ((3, 5), SaveResult.PRESENT),
        ((3, 6), SaveResult.PRESENT),
        ((3, 4), SaveResult.STALE),
    ],
)
def test_why_a_save_was_not_written(stamp, reason):
    assert refusal(Save("ada", 3, 5, STATE), stamp) is reason


@pytest.mark.parametrize("ended_at", [float("nan"), float("inf")])
def test_a_connection_ends_at_a_time(ended_at):
    with pytest.raises(ValueError, match="cannot have ended"):
        checked_state(STATE, ended_at)


@pytest.mark.parametrize(("player_id", "can"), [("ada", True), ("", False), ("a\0b", False), ("\ud800", False)])
def test_who_can_be_stored(player_id, can):
    assert storable(player_id) is can


def test_columns_that_hold_no_resume_mark_are_none():
    assert resume_mark(b"hash", 100.0) == ResumeMark(b"hash", 100.0)
    assert resume_mark(None, None) is None
    assert resume_mark("text", None) is None
    assert resume_mark(b"hash", "yesterday") is None
