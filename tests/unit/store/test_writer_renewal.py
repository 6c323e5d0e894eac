"""Owning a player on without the store."""

import pytest
from attrs import evolve

from mmod.session.claims import ClaimRequest
from mmod.session.resume import ResumeAttempt, ResumeMark, token_hash

from .scripted import COMMIT_DELAY, TIMEOUT, Bench, Outcome, at


@pytest.fixture
def bench():
    bench = Bench()
    bench.own("ada")
    return bench


def renewing(token, presents=None, now=0.0):
    presented = None if presents is None else token_hash(presents)
    return ClaimRequest("ada", "Ada", ResumeAttempt(presented, now, now, 60.0), token_hash(token))


def mark(bench):
    return bench.memory.rows["ada"].mark


def write(bench):
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()


def test_the_epoch_stays_and_the_state_is_the_one_given(bench):
    claim = bench.writer.renew(renewing("second"), at(7))
    assert (claim.epoch, claim.previous_epoch, claim.state, claim.resumed) == (1, 1, at(7), False)
    assert bench.writer.epoch("ada") == 1


def test_the_token_of_the_last_session_resumes_once(bench):
    resumed = [bench.writer.renew(renewing(f"next-{n}", presents="token"), at(1)).resumed for n in range(2)]
    assert resumed == [True, False]
    assert bench.writer.renew(renewing("last", presents="next-1"), at(1)).resumed


@pytest.mark.parametrize(("seconds", "resumed"), [(60.0, True), (60.001, False)])
def test_a_token_is_good_for_its_time_after_the_connection_ended(bench, seconds, resumed):
    bench.save("ada", 1, ended_at=100.0)
    claim = bench.writer.renew(renewing("second", presents="token", now=100.0 + seconds), at(1))
    assert claim.resumed is resumed


def test_the_new_token_is_stored_with_the_next_save_and_the_connection_counts_as_open(bench):
    bench.save("ada", 1, ended_at=100.0)
    bench.writer.renew(renewing("second"), at(1))
    write(bench)
    assert mark(bench) == ResumeMark(token_hash("second"), None)
    bench.save("ada", 2, ended_at=200.0)
    write(bench)
    assert mark(bench) == ResumeMark(token_hash("second"), 200.0)


def test_the_newest_token_is_stored_whatever_fails_in_between(bench):
    bench.writer.renew(renewing("second"), at(1))
    bench.turn()
    bench.writer.renew(renewing("third"), at(2))
    bench.store.only("save").fail()
    bench.save("ada", 3)
    bench.turn(1.0)
    bench.store.only("save").answer()
    assert mark(bench).token_hash == token_hash("third")
    assert bench.stored("ada") == 3


def test_a_failed_save_takes_its_token_along(bench):
    bench.writer.renew(renewing("second"), at(1))
    bench.turn()
    bench.save("ada", 2)
    bench.store.only("save").fail()
    bench.turn(1.0)
    bench.store.only("save").answer()
    assert mark(bench).token_hash == token_hash("second")


def test_a_token_in_flight_is_in_the_spill_file_too(bench):
    bench.writer.renew(renewing("second"), at(1))
    bench.turn()
    bench.save("ada", 2)
    flushed = Outcome(bench.writer.flush(1))
    bench.turn(1)
    bench.memory.save(flushed.value)
    assert (bench.stored("ada"), mark(bench).token_hash) == (2, token_hash("second"))


def test_the_next_claim_is_judged_by_the_new_token(bench):
    bench.writer.renew(renewing("second"), at(1))
    old, new = (Outcome(bench.writer.claim(renewing(f"next-{token}", presents=token))) for token in ("token", "second"))
    write(bench)
    bench.store.only("claim").answer()
    bench.store.only("claim").answer()
    assert (old.value.resumed, new.value.resumed) == (False, False)
    assert mark(bench).token_hash == token_hash("next-second")


def test_a_player_that_has_left_the_world_goes_on_from_what_is_not_durable_yet(bench):
    bench.save("ada", 5, ended_at=1.0)
    bench.writer.release("ada")
    assert bench.writer.renew(renewing("second"), None).state == at(5)
    write(bench)
    assert bench.writer.epoch("ada") == 1


def test_what_is_only_in_flight_is_enough(bench):
    bench.save("ada", 5)
    bench.turn(COMMIT_DELAY)
    bench.writer.release("ada")
    assert bench.writer.renew(renewing("second"), None).state == at(5)
    bench.store.only("save").answer()
    write(bench)
    assert mark(bench).token_hash == token_hash("second")


def test_nobody_is_renewed_who_is_unknown_or_whose_state_is(bench):
    assert bench.writer.renew(evolve(renewing("second"), player_id="bob"), at(1)) is None
    assert bench.writer.renew(renewing("second"), None) is None
    assert mark(bench).token_hash == token_hash("token")


def test_nobody_is_renewed_while_another_claim_may_still_be_granted(bench):
    claim = bench.claim("ada")
    assert bench.writer.renew(renewing("second"), at(1)) is None
    bench.turn(TIMEOUT)
    assert claim.error
    assert bench.writer.renew(renewing("second"), at(1)).epoch == 1


def test_a_claim_granted_when_nobody_waits_for_it_any_more_leaves_the_renewed_token(bench):
    bench.claim("ada", "given up")
    bench.turn(TIMEOUT)
    bench.writer.renew(renewing("second"), at(1))
    bench.turn(1.0)
    assert not bench.store.asked("save")
    bench.store.only("claim").answer()
    write(bench)
    assert (bench.writer.epoch("ada"), mark(bench).token_hash) == (2, token_hash("second"))
    assert bench.writer.renew(renewing("third", presents="second"), at(1)).resumed


def test_nobody_is_renewed_while_its_row_is_set_aside_or_after_the_end(bench):
    bench.writer.quarantine("ada", "damaged")
    assert bench.writer.renew(renewing("second"), at(1)) is None
    bench.store.only("quarantine").answer()
    bench.writer.stop()
    assert bench.writer.renew(renewing("second"), at(1)) is None


def test_a_name_that_cannot_be_stored_is_refused(bench):
    with pytest.raises(ValueError, match="U\\+0000"):
        bench.writer.renew(evolve(renewing("second"), name="a\0b"), at(1))
