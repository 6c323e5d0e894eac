"""Claims whose answer was lost; everything else about claims is in `test_writer`."""

import pytest
from attrs import evolve

from mmod.errors import StoreError, Superseded
from mmod.session.resume import ResumeMark, token_hash
from mmod.store.unanswered import CLAIMS
from mmod.store.watch import ROUND_INTERVAL

from .scripted import COMMIT_DELAY, Bench


@pytest.fixture
def bench():
    bench = Bench()
    bench.writer.start()
    return bench


def claim_without_answer(bench, token="lost"):
    """Let the store grant a claim, and lose its answer."""
    claim = bench.claim("ada", token)
    bench.store.only("claim").commit()
    bench.store.only("claim").fail()
    assert isinstance(claim.error, StoreError)


def take_over(bench, token):
    """Let another daemon claim a player."""
    row = bench.memory.rows["ada"]
    bench.memory.rows["ada"] = evolve(row, epoch=row.epoch + 1, mark=ResumeMark(token_hash(token), None))


def look(bench):
    bench.turn(ROUND_INTERVAL)
    bench.store.only("lost").answer()


def test_a_claim_granted_without_an_answer_is_found_and_the_player_stays_ours(bench):
    bench.own("ada")
    claim_without_answer(bench)
    assert bench.writer.epoch("ada") == 1
    look(bench)
    assert bench.writer.epoch("ada") == 2
    saved = bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()
    assert saved.done
    assert bench.report.of("superseded") == []


def test_a_save_refused_because_of_such_a_claim_waits_until_the_store_has_told_and_is_written_then(bench):
    bench.own("ada")
    claim_without_answer(bench)
    saved = bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()
    assert not saved.fired
    bench.turn(ROUND_INTERVAL / 2)
    assert not bench.store.asked("save")
    look(bench)
    bench.turn()
    bench.store.only("save").answer()
    assert saved.done
    assert bench.stored("ada") == 1
    assert bench.report.of("superseded") == []


def test_the_next_claim_finds_it_too_and_keeps_what_waits(bench):
    bench.own("ada")
    claim_without_answer(bench)
    claim = bench.claim("ada", "next")
    saved = bench.save("ada", 1, urgent=False)
    bench.store.only("claim").answer()
    bench.turn()
    bench.store.only("save").answer()
    assert (claim.value.epoch, saved.done) == (3, True)
    assert bench.report.of("superseded") == []


def test_a_claim_asked_for_while_the_store_is_to_tell_waits_for_it_and_for_what_was_refused(bench):
    bench.own("ada")
    claim_without_answer(bench)
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()
    claim = bench.claim("ada", "next")
    assert not bench.store.asked("claim")
    look(bench)
    bench.turn()
    bench.store.only("save").answer()
    bench.store.only("claim").answer()
    assert (claim.value.epoch, claim.value.state.x) == (3, 1)


def test_a_claim_of_another_daemon_is_not_taken_for_it(bench):
    bench.own("ada")
    claim = bench.claim("ada", "lost")
    bench.store.only("claim").fail()
    take_over(bench, "anothers")
    saved = bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()
    look(bench)
    assert claim.fired
    assert isinstance(saved.error, Superseded)
    assert bench.report.of("superseded") == [("ada",)]
    assert bench.writer.epoch("ada") == 0


@pytest.mark.parametrize("ours_was", ["before", "after"])
def test_with_another_daemons_claim_beside_it_the_player_is_lost(bench, ours_was):
    bench.own("ada")
    if ours_was == "after":
        take_over(bench, "anothers")
    claim_without_answer(bench)
    if ours_was == "before":
        take_over(bench, "anothers")
    look(bench)
    assert bench.report.of("superseded") == [("ada",)]


def test_of_two_such_claims_one_after_the_other_each_is_found_in_time(bench):
    bench.own("ada")
    for epoch in (2, 3):
        claim_without_answer(bench, f"lost-{epoch}")
        look(bench)
        assert bench.writer.epoch("ada") == epoch
    assert bench.report.of("superseded") == []


def test_a_claim_granted_after_it_had_failed_is_found_too_although_the_player_was_away_meanwhile(bench):
    bench.claim("ada", "late")
    late = bench.store.only("claim")
    late.fail()
    bench.own("ada")
    late.commit()
    assert bench.memory.rows["ada"].epoch == 2
    look(bench)
    assert bench.writer.epoch("ada") == 2
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()
    assert bench.memory.rows["ada"].mark.token_hash == token_hash("token")


def test_no_more_claims_than_can_matter_are_remembered(bench):
    bench.own("ada")
    claim_without_answer(bench, "forgotten")
    for number in range(CLAIMS):
        bench.claim("ada", f"refused-{number}")
        bench.store.only("claim").fail()
    look(bench)
    assert bench.report.of("superseded") == [("ada",)]


def test_a_store_that_cannot_tell_is_asked_again(bench):
    bench.own("ada")
    claim_without_answer(bench)
    saved = bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()
    bench.turn(ROUND_INTERVAL)
    bench.store.only("lost").fail()
    look(bench)
    bench.turn()
    bench.store.only("save").answer()
    assert saved.done
