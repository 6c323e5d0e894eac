import pytest
from zope.interface.verify import verifyObject

from mmod.errors import StoreAway, StoreError, Superseded
from mmod.interfaces import IPlayerWriter, IStore
from mmod.items.movements import Movement
from mmod.session.claims import Save
from mmod.session.ledger import ItemEvent
from mmod.store.committing import FIRST_BACKOFF
from mmod.store.writer import IWriterReport
from mmod.world.state import PlayerState

from .scripted import COMMIT_DELAY, TIMEOUT, Bench, Outcome, at, request


@pytest.fixture
def bench():
    return Bench()


def test_everyone_keeps_their_interface(bench):
    assert verifyObject(IPlayerWriter, bench.writer)
    assert verifyObject(IStore, bench.store)
    assert verifyObject(IWriterReport, bench.report)


# --- saves ------------------------------------------------------------------------------------------------------------


def test_an_urgent_save_departs_within_the_commit_delay_and_is_told_after_the_commit(bench):
    bench.own("ada")
    saved = bench.save("ada", 1)
    bench.turn(COMMIT_DELAY - 0.001)
    assert not bench.store.asked("save")
    bench.turn(0.001)
    bench.store.only("save").commit()
    assert not saved.fired
    bench.store.only("save").answer()
    assert saved.done
    assert bench.stored("ada") == 1


def test_urgent_saves_are_gathered_from_the_first_one_on(bench):
    bench.own("ada", "bob")
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY / 2)
    bench.save("bob", 1)
    bench.turn(COMMIT_DELAY / 2)
    assert bench.in_flight() == ["ada", "bob"]


def test_a_calm_save_departs_at_the_next_turn(bench):
    bench.own("ada")
    bench.save("ada", 1, urgent=False)
    assert not bench.store.asked("save")
    bench.turn()
    assert bench.in_flight() == ["ada"]


def test_a_calm_save_rides_with_the_urgent_ones(bench):
    bench.own("ada", "bob")
    bench.save("ada", 1)
    bench.save("bob", 1, urgent=False)
    bench.turn()
    assert not bench.store.asked("save")
    bench.turn(COMMIT_DELAY)
    assert bench.in_flight() == ["ada", "bob"]


def test_a_newer_state_replaces_what_waits_and_both_are_told(bench):
    bench.own("ada")
    outcomes = [bench.save("ada", x) for x in (1, 2, 3)]
    bench.turn(COMMIT_DELAY)
    (save,) = bench.store.only("save").asked
    assert save == Save("ada", 1, 1, at(3))
    bench.store.only("save").answer()
    assert all(outcome.done for outcome in outcomes)


def test_one_save_of_a_player_is_in_flight_and_the_newest_follows(bench):
    bench.own("ada")
    first = bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    second, third = bench.save("ada", 2), bench.save("ada", 3)
    bench.turn(10)
    assert len(bench.store.asked("save")) == 1
    bench.store.only("save").answer()
    assert (first.done, second.fired, third.fired) == (True, False, False)
    bench.turn()
    (save,) = bench.store.only("save").asked
    assert (save.version, save.state) == (2, at(3))
    bench.store.only("save").answer()
    assert second.done
    assert third.done
    assert bench.writer.dirty == 0


def test_batches_are_bounded_and_the_urgent_go_first():
    bench = Bench(batch=2)
    bench.own("a", "b", "c")
    bench.save("a", 1, urgent=False)
    bench.save("b", 1, urgent=False)
    bench.save("c", 1)
    bench.turn(COMMIT_DELAY)
    assert bench.in_flight() == ["c", "a"]
    bench.store.only("save").answer()
    bench.turn()
    assert bench.in_flight() == ["b"]


def test_of_a_crowd_two_batches_are_under_way_and_no_more():
    bench = Bench(batch=2)
    bench.own(*"abcdef")
    for player_id in "abcdef":
        bench.save(player_id, 1, urgent=False)
    for _ in range(3):
        bench.turn()
    first, second = bench.store.asked("save")
    assert [[save.player_id for save in question.asked] for question in (first, second)] == [["a", "b"], ["c", "d"]]
    second.answer()
    bench.turn()
    assert [save.player_id for save in bench.store.asked("save")[1].asked] == ["e", "f"]


def test_fewer_than_a_batch_wait_for_the_one_under_way():
    bench = Bench(batch=2)
    bench.own(*"abc")
    for player_id in "abc":
        bench.save(player_id, 1, urgent=False)
    for _ in range(3):
        bench.turn()
    assert bench.in_flight() == ["a", "b"]


def test_of_two_batches_under_way_one_may_fail_and_the_other_succeed():
    bench = Bench(batch=1)
    bench.own("ada", "bob")
    ada, bob = bench.save("ada", 1), bench.save("bob", 2)
    bench.turn(COMMIT_DELAY)
    bench.turn()
    first, second = bench.store.asked("save")
    first.fail()
    second.answer()
    assert (ada.fired, bob.done) == (False, True)
    bench.turn(0.1)
    bench.store.only("save").answer()
    assert ada.done
    assert (bench.stored("ada"), bench.stored("bob")) == (1, 2)


def test_a_second_batch_without_an_answer_makes_the_store_away():
    bench = Bench(batch=1)
    bench.writer.start()
    bench.own("ada", "bob")
    for player_id in ("ada", "bob"):
        bench.save(player_id, 1, urgent=False)
    bench.turn()
    bench.turn()
    bench.store.asked("save")[0].answer()
    for _ in range(4):
        for ping in bench.store.asked("ping"):
            ping.answer()
        bench.turn(TIMEOUT / 4)
    assert bench.writer.away


def test_dirty_counts_players_until_they_are_durable(bench):
    bench.own("ada", "bob")
    bench.save("ada", 1)
    bench.save("ada", 2)
    bench.save("bob", 1)
    assert bench.writer.dirty == 2
    bench.turn(COMMIT_DELAY)
    assert bench.writer.dirty == 2
    bench.store.only("save").answer()
    assert bench.writer.dirty == 0


def test_with_no_commit_delay_urgent_saves_are_told_from_memory_and_depart_at_the_next_turn():
    bench = Bench(commit_delay=0)
    bench.own("ada")
    urgent, calm = bench.save("ada", 1), bench.save("ada", 2, urgent=False)
    assert (urgent.done, calm.fired) == (True, False)
    bench.turn()
    bench.store.only("save").answer()
    assert calm.done
    assert bench.stored("ada") == 2


def test_the_end_of_a_connection_is_stored(bench):
    bench.own("ada")
    bench.save("ada", 1, ended_at=123.0)
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()
    assert bench.memory.rows["ada"].mark.ended_at == 123.0


def test_a_state_that_no_store_can_hold_fails_alone(bench):
    bench.own("ada", "bob")
    bad = Outcome(bench.writer.save("ada", PlayerState(name="Ada", x=float("nan")), None, True))
    good = bench.save("bob", 1)
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()
    assert isinstance(bad.error, ValueError)
    assert good.done
    assert bench.writer.dirty == 0


def test_a_player_nobody_owns_here_cannot_be_saved(bench):
    assert isinstance(bench.save("ada", 1).error, Superseded)


def test_batches_are_reported_with_their_size_and_duration(bench):
    bench.own("ada", "bob")
    bench.save("ada", 1)
    bench.save("bob", 1)
    bench.turn(COMMIT_DELAY)
    bench.turn(0.25)
    bench.store.only("save").answer()
    assert bench.report.of("saved") == [(2, pytest.approx(0.25))]


# --- failures ---------------------------------------------------------------------------------------------------------


def test_a_failed_batch_is_repeated_with_a_growing_delay_and_nobody_is_told(bench):
    bench.own("ada")
    saved = bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    for delay in (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0):
        bench.store.only("save").fail()
        bench.turn(delay - 0.01)
        assert not bench.store.asked("save")
        bench.turn(0.011)
    bench.store.only("save").answer()
    assert saved.done
    assert bench.report.of("failed") == [("the disk is full",)] * 8


def test_the_delay_is_short_again_after_a_success(bench):
    bench.own("ada")
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").fail()
    bench.turn(0.1)
    bench.store.only("save").answer()
    bench.save("ada", 2)
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").fail()
    bench.turn(0.1)
    assert bench.in_flight() == ["ada"]


def test_what_failed_does_not_replace_what_is_newer(bench):
    bench.own("ada")
    first = bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    second = bench.save("ada", 2)
    bench.store.only("save").fail()
    bench.turn(0.1)
    (save,) = bench.store.only("save").asked
    assert save.state == at(2)
    bench.store.only("save").answer()
    assert first.done
    assert second.done


def test_a_commit_whose_answer_was_lost_is_saved_again(bench):
    bench.own("ada")
    saved = bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").commit()
    bench.store.only("save").fail()
    bench.turn(0.1)
    bench.store.only("save").answer()
    assert saved.done
    assert bench.memory.rows["ada"].version == 2


def test_new_saves_do_not_cut_a_back_off_short(bench):
    bench.own("ada", "bob")
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").fail()
    bench.turn(0.04)
    bench.save("bob", 1)
    bench.turn(0.055)
    assert not bench.store.asked("save")
    bench.turn(0.006)
    assert bench.in_flight() == ["ada", "bob"]


# --- superseded -------------------------------------------------------------------------------------------------------


def steal(bench, player_id):
    """Let another daemon claim a player."""
    bench.memory.claim([request(player_id, "stolen")])


def test_a_superseded_player_is_forgotten_and_reported_once(bench):
    bench.own("ada", "bob")
    lost, kept = bench.save("ada", 1), bench.save("bob", 1)
    bench.turn(COMMIT_DELAY)
    newer = bench.save("ada", 2)
    steal(bench, "ada")
    bench.store.only("save").answer()
    assert isinstance(lost.error, Superseded)
    assert isinstance(newer.error, Superseded)
    assert kept.done
    assert bench.report.of("superseded") == [("ada",)]
    assert (bench.writer.epoch("ada"), bench.writer.epoch("bob")) == (0, 1)
    assert bench.writer.dirty == 0
    bench.turn(10)
    assert not bench.store.asked("save")


def test_a_claim_that_finds_another_owner_drops_what_waits(bench):
    bench.own("ada")
    steal(bench, "ada")
    claim = bench.claim("ada")
    held = bench.save("ada", 1)
    bench.store.only("claim").answer()
    assert isinstance(held.error, Superseded)
    assert (claim.value.epoch, claim.value.previous_epoch) == (3, 2)
    assert bench.report.of("superseded") == [("ada",)]
    assert bench.writer.epoch("ada") == 3
    assert bench.writer.dirty == 0


def test_the_loss_is_reported_before_the_new_claim_is_granted(bench):
    bench.own("ada")
    steal(bench, "ada")
    claim = bench.writer.claim(request("ada"))
    claim.addCallback(lambda _: bench.report.told.append("granted"))
    bench.store.only("claim").answer()
    assert bench.report.told == [("superseded", "ada"), "granted"]


# --- claims -----------------------------------------------------------------------------------------------------------


def test_claims_asked_for_while_one_is_under_way_go_together(bench):
    claims = [bench.claim(player_id) for player_id in ("a", "b", "c")]
    assert [request.player_id for request in bench.store.only("claim").asked] == ["a"]
    bench.store.only("claim").answer()
    assert [request.player_id for request in bench.store.only("claim").asked] == ["b", "c"]
    bench.store.only("claim").answer()
    assert all(claim.done for claim in claims)


def test_claims_of_one_player_are_granted_in_their_order(bench):
    claims = [bench.claim("ada", token=str(n)) for n in range(3)]
    for n, claim in enumerate(claims):
        assert not claim.fired
        bench.store.only("claim").answer()
        assert claim.value.epoch == n + 1


def test_a_thousand_claims_of_one_player_wait_without_a_thousand_frames(bench):
    bench.own("ada")
    bench.save("ada", 1)
    claims = [bench.claim("ada") for _ in range(1000)]
    bench.store.prompt = True
    bench.turn(COMMIT_DELAY)
    assert [claim.value.epoch for claim in claims] == list(range(2, 1002))


def test_a_claim_waits_until_what_is_in_flight_and_what_waits_is_written(bench):
    bench.own("ada")
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.save("ada", 2)
    claim = bench.claim("ada")
    assert not bench.store.asked("claim")
    bench.store.only("save").answer()
    assert not bench.store.asked("claim")
    bench.turn()
    bench.store.only("save").answer()
    bench.store.only("claim").answer()
    assert claim.value.state == at(2)


def test_a_claim_sends_what_waits_at_once(bench):
    bench.own("ada")
    bench.save("ada", 1)
    bench.claim("ada")
    bench.turn()
    assert bench.in_flight() == ["ada"]


def test_a_claim_waits_for_a_batch_that_has_to_be_repeated(bench):
    bench.own("ada")
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    claim = bench.claim("ada")
    bench.store.only("save").fail()
    assert not bench.store.asked("claim")
    bench.turn(0.1)
    bench.store.only("save").answer()
    bench.store.only("claim").answer()
    assert claim.value.state == at(1)


def test_saves_wait_for_a_claim_and_are_stamped_with_its_epoch(bench):
    bench.own("ada")
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()
    bench.claim("ada")
    saved = bench.save("ada", 2)
    bench.turn(1)
    assert not bench.store.asked("save")
    bench.store.only("claim").answer()
    bench.turn(COMMIT_DELAY)
    (save,) = bench.store.only("save").asked
    assert (save.epoch, save.version) == (2, 2)
    bench.store.only("save").answer()
    assert saved.done


def test_a_claim_shows_what_was_saved_while_it_was_under_way(bench):
    bench.own("ada")
    claim = bench.claim("ada")
    bench.save("ada", 5)
    bench.writer.release("ada")
    bench.store.only("claim").answer()
    assert claim.value.state == at(5)


def test_saves_that_keep_coming_do_not_keep_a_claim_waiting(bench):
    bench.own("ada")
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.claim("ada")
    bench.save("ada", 2)
    bench.store.only("save").answer()
    assert bench.store.asked("claim")


def test_a_claim_without_an_answer_fails_after_the_timeout(bench):
    claim = bench.claim("ada")
    bench.turn(TIMEOUT - 0.001)
    assert not claim.fired
    bench.turn(0.001)
    assert isinstance(claim.error, StoreAway)
    bench.store.only("claim").answer()
    assert bench.writer.epoch("ada") == 0


def test_the_epoch_of_a_late_grant_is_adopted_for_a_player_in_the_world(bench):
    bench.own("ada")
    bench.claim("ada")
    bench.turn(TIMEOUT)
    saved = bench.save("ada", 1)
    bench.store.only("claim").answer()
    assert bench.writer.epoch("ada") == 2
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()
    assert saved.done
    assert not bench.report.of("superseded")


def test_a_claim_that_was_given_up_before_it_was_sent_is_never_sent(bench):
    bench.own("ada")
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    claim = bench.claim("ada")
    bench.save("ada", 2)
    bench.turn(TIMEOUT)
    assert isinstance(claim.error, StoreAway)
    bench.store.only("save").answer()
    assert not bench.store.asked("claim")
    bench.turn()
    assert bench.in_flight() == ["ada"]


def test_a_cancelled_claim_is_not_sent(bench):
    bench.claim("ada")
    second = bench.claim("ada")
    second.deferred.cancel()
    bench.store.only("claim").answer()
    assert not bench.store.asked("claim")
    assert bench.writer.epoch("ada") == 1


def test_a_claim_that_fails_tells_all_and_changes_nothing(bench):
    bench.own("ada")
    claim = bench.claim("ada")
    held = bench.save("ada", 1)
    bench.store.only("claim").fail()
    assert isinstance(claim.error, StoreError)
    bench.turn(COMMIT_DELAY)
    (save,) = bench.store.only("save").asked
    assert save.epoch == 1
    bench.store.only("save").answer()
    assert held.done


def test_an_impossible_claim_fails_alone(bench):
    bench.claim("ada")
    bad, good = bench.claim("a\0b"), bench.claim("bob")
    bench.store.only("claim").answer()
    bench.store.only("claim").answer()
    assert isinstance(bad.error, ValueError)
    assert good.done


# --- release ----------------------------------------------------------------------------------------------------------


def test_a_released_player_is_forgotten(bench):
    bench.own("ada")
    bench.writer.release("ada")
    assert bench.writer.epoch("ada") == 0


def test_a_released_player_is_forgotten_only_when_it_is_saved(bench):
    bench.own("ada")
    saved = bench.save("ada", 1)
    bench.writer.release("ada")
    assert bench.writer.epoch("ada") == 1
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()
    assert saved.done
    assert bench.writer.epoch("ada") == 0


def test_a_player_claimed_while_it_leaves_stays_owned(bench):
    bench.own("ada")
    claim = bench.claim("ada")
    bench.writer.release("ada")
    bench.store.only("claim").answer()
    assert claim.done
    assert bench.writer.epoch("ada") == 2


def test_releasing_a_stranger_does_nothing(bench):
    bench.writer.release("nobody")
    assert bench.writer.epoch("nobody") == 0


# --- quarantine -------------------------------------------------------------------------------------------------------


def test_what_is_saved_after_a_quarantine_follows_it(bench):
    bench.own("ada")
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()
    aside = Outcome(bench.writer.quarantine("ada", "unknown item"))
    bench.save("ada", 2)
    bench.turn(1)
    assert not bench.store.asked("save")
    bench.store.only("quarantine").answer()
    assert aside.done
    bench.turn()
    bench.store.only("save").answer()
    assert bench.stored("ada") == 2
    assert len(bench.memory.quarantined().result) == 1


def test_a_quarantine_waits_for_what_is_in_flight(bench):
    bench.own("ada")
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.writer.quarantine("ada", "unknown item")
    assert not bench.store.asked("quarantine")
    bench.store.only("save").answer()
    assert bench.store.asked("quarantine")


def test_a_quarantine_of_a_lost_player_is_superseded_and_reported(bench):
    bench.own("ada")
    aside = Outcome(bench.writer.quarantine("ada", "unknown item"))
    steal(bench, "ada")
    bench.store.only("quarantine").answer()
    assert isinstance(aside.error, Superseded)
    assert bench.report.of("superseded") == [("ada",)]
    assert bench.writer.epoch("ada") == 0


def test_only_an_owned_player_can_be_set_aside(bench):
    assert isinstance(Outcome(bench.writer.quarantine("ada", "x")).error, Superseded)


# --- away -------------------------------------------------------------------------------------------------------------


def test_the_store_is_away_when_a_save_has_no_answer_and_back_when_it_has(bench):
    bench.own("ada")
    bench.writer.start()
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    for ping in bench.store.asked("ping"):
        ping.answer()
    bench.turn(TIMEOUT - 0.001)
    assert not bench.writer.away
    bench.turn(0.001)
    assert bench.writer.away
    bench.store.only("save").answer()
    assert not bench.writer.away
    assert bench.report.of("away") == [(True,), (False,)]


def test_pings_that_succeed_do_not_hide_saves_that_fail(bench):
    bench.own("ada")
    bench.writer.start()
    bench.save("ada", 1)
    for _ in range(100):
        for question in list(bench.store.questions):
            if question.kind == "ping":
                question.answer()
            else:
                question.fail()
        bench.turn(0.05)
    assert bench.writer.away
    assert bench.report.of("away") == [(True,)]


def test_a_store_that_is_back_is_used_at_once(bench):
    bench.own("ada")
    bench.writer.start()
    bench.store.only("ping").fail()
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    for _ in range(5):
        bench.store.only("save").fail()
        bench.turn(1.6)
        if bench.store.asked("ping"):
            bench.store.only("ping").fail()
    bench.store.only("save").fail()
    bench.turn(1)
    bench.store.only("ping").answer()
    bench.turn()
    bench.store.only("save").answer()
    assert bench.writer.dirty == 0
    assert not bench.writer.away


# --- flush and stop ---------------------------------------------------------------------------------------------------


def test_flushing_writes_everything_batch_after_batch():
    bench = Bench(batch=1)
    bench.own("ada", "bob")
    bench.save("ada", 1)
    bench.save("bob", 1, urgent=False)
    flushed = Outcome(bench.writer.flush(10))
    while bench.writer.dirty:
        bench.turn()
        bench.store.asked("save")[0].answer()
    assert flushed.value == []
    assert not bench.clock.getDelayedCalls()


def test_flushing_nothing_is_done_at_once(bench):
    assert Outcome(bench.writer.flush(10)).value == []


def test_flushing_does_not_sit_out_a_back_off_and_tries_again_soon(bench):
    bench.own("ada")
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    for delay in (0.1, 0.2, 0.4, 0.8):
        bench.store.only("save").fail()
        bench.turn(delay)
    bench.store.only("save").fail()
    flushed = Outcome(bench.writer.flush(10))
    bench.turn()
    for _ in range(5):
        bench.store.only("save").fail()
        bench.turn(0.1)
    bench.store.only("save").answer()
    assert flushed.value == []


def test_flushing_gives_back_what_was_in_flight_and_what_waited_at_the_deadline(bench):
    bench.own("ada", "bob", "cy")
    bench.save("ada", 1)
    bench.save("bob", 1, ended_at=5.0)
    bench.turn(COMMIT_DELAY)
    bench.save("bob", 2, ended_at=6.0)
    flushed = Outcome(bench.writer.flush(3))
    bench.save("cy", 1)
    bench.turn(2.999)
    assert not flushed.fired
    bench.turn(0.001)
    assert flushed.value == [Save("ada", 1, 1, at(1)), Save("bob", 1, 2, at(2), 6.0), Save("cy", 1, 1, at(1))]


def test_what_was_given_back_for_the_spill_file_can_be_saved_later(bench):
    bench.own("ada")
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.save("ada", 2)
    flushed = Outcome(bench.writer.flush(0))
    bench.turn()
    bench.store.only("save").answer()
    bench.memory.save(flushed.value)
    assert bench.stored("ada") == 2


def test_stopping_fails_whoever_waits_and_leaves_no_timer(bench):
    bench.own("ada")
    bench.writer.start()
    waits, claim = bench.save("ada", 1), bench.claim("bob")
    bench.writer.stop()
    assert isinstance(waits.error, StoreAway)
    assert isinstance(claim.error, StoreAway)
    for question in list(bench.store.questions):
        question.answer()
    assert not bench.clock.getDelayedCalls()
    assert isinstance(bench.claim("ada").error, StoreAway)
    assert isinstance(bench.save("ada", 1).error, StoreAway)


@pytest.mark.parametrize("lost", [False, True])
def test_a_batch_in_flight_while_stopping_is_told_its_own_answer(bench, lost):
    bench.own("ada")
    saved = bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.writer.stop()
    assert not saved.fired
    question = bench.store.only("save")
    question.fail() if lost else question.answer()
    assert saved.fired
    assert saved.done is not lost
    assert not bench.clock.getDelayedCalls()


def test_stopping_fails_a_quarantine_that_has_not_begun(bench):
    bench.own("ada")
    bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    aside = Outcome(bench.writer.quarantine("ada", "unknown item"))
    bench.writer.stop()
    assert isinstance(aside.error, StoreAway)


# --- the item ledger ---


def moved(*instance_ids):
    """Return events that tell where items came from."""
    return [
        ItemEvent(Movement(instance_id, "cap", 1, None, "carried:belt"), "grant", 0, 0.0)
        for instance_id in instance_ids
    ]


def entries(bench):
    """Return what the batch under way tells the ledger."""
    (save,) = bench.store.only("save").asked
    return [(entry.epoch, entry.number, entry.event.movement.instance_id) for entry in save.entries]


def test_events_go_with_the_state_that_contains_them_or_the_one_that_replaces_it(bench):
    bench.own("ada")
    bench.writer.save("ada", at(1), None, True, moved("a", "b"))
    bench.writer.save("ada", at(2), None, True, moved("c"))
    bench.turn(COMMIT_DELAY)
    assert entries(bench) == [(1, 1, "a"), (1, 2, "b"), (1, 3, "c")]
    bench.writer.save("ada", at(3), None, True, moved("d"))
    bench.store.only("save").answer()
    bench.turn()
    assert entries(bench) == [(1, 4, "d")]


def test_events_of_a_failed_batch_go_again_under_the_same_numbers(bench):
    bench.own("ada")
    bench.writer.save("ada", at(1), None, True, moved("a"))
    bench.turn(COMMIT_DELAY)
    bench.writer.save("ada", at(2), None, True, moved("b"))
    bench.store.only("save").commit()
    bench.store.only("save").fail()
    bench.turn(FIRST_BACKOFF)
    assert entries(bench) == [(1, 1, "a"), (1, 2, "b")]
    bench.store.only("save").answer()
    assert [row.event.movement.instance_id for row in bench.memory.ledger] == ["a", "b"]


def test_events_keep_the_epoch_in_which_they_happened(bench):
    bench.own("ada")
    bench.writer.save("ada", at(1), None, True, moved("a"))
    claim = bench.claim("ada")
    bench.turn()
    bench.writer.save("ada", at(2), None, True, moved("b"))
    bench.store.only("save").answer()
    bench.writer.save("ada", at(3), None, True, moved("c"))
    bench.store.only("claim").answer()
    assert claim.value.epoch == 2
    bench.turn(COMMIT_DELAY)
    assert entries(bench) == [(1, 2, "b"), (1, 3, "c")]


def test_what_cannot_be_flushed_brings_its_events_along(bench):
    bench.own("ada")
    bench.writer.save("ada", at(1), None, True, moved("a"))
    flushed = Outcome(bench.writer.flush(1.0))
    bench.turn()
    bench.writer.save("ada", at(2), None, True, moved("b"))
    bench.turn(1.0)
    (save,) = flushed.value
    assert [entry.event.movement.instance_id for entry in save.entries] == ["a", "b"]
