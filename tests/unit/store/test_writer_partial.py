"""Which saves are partial, and what becomes of one whose row is not what it builds on."""

import pytest
from attrs import evolve
from msgspec.structs import replace
from twisted.logger import LogLevel, capturedLogs

from mmod.items.movements import Movement
from mmod.session.claims import Save
from mmod.session.columns import Basis
from mmod.session.ledger import ItemEvent
from mmod.store.committing import FIRST_BACKOFF
from mmod.store.records import encoded

from .scripted import COMMIT_DELAY, Bench, Outcome, at, request


@pytest.fixture
def bench():
    bench = Bench()
    bench.own("ada")
    return bench


def departed(bench):
    """Return the one save under way."""
    bench.turn(COMMIT_DELAY)
    (save,) = bench.store.only("save").asked
    return save


def land(bench, x):
    """Save a position and let the store take it; return the save."""
    bench.save("ada", x)
    save = departed(bench)
    bench.store.only("save").answer()
    return save


def lose_commits(bench, player_id, count):
    """Let a standby take over that has not heard of the last saves of a player."""
    row = bench.memory.rows[player_id]
    bench.memory.rows[player_id] = evolve(row, version=row.version - count, columns=encoded(at(-1)))


def test_the_first_save_after_a_claim_is_whole_and_each_other_builds_on_the_one_before(bench):
    first, second, third = (land(bench, x) for x in (1, 2, 3))
    assert [save.basis for save in (first, second, third)] == [
        None,
        Basis(first.version, encoded(at(1))),
        Basis(second.version, encoded(at(2))),
    ]
    assert bench.stored("ada") == 3


@pytest.mark.parametrize("committed", [True, False])
def test_what_follows_a_failed_batch_is_whole(bench, committed):
    land(bench, 1)
    bench.save("ada", 2)
    bench.turn(COMMIT_DELAY)
    if committed:
        bench.store.only("save").commit()
    bench.store.only("save").fail()
    bench.turn(FIRST_BACKOFF)
    assert departed(bench).basis is None


def test_what_follows_a_newer_row_is_whole(bench):
    land(bench, 1)
    row = bench.memory.rows["ada"]
    bench.memory.rows["ada"] = evolve(row, version=row.version + 1)
    assert land(bench, 2).basis is not None
    assert bench.report.of("superseded") == []
    assert land(bench, 3).basis is None


def test_what_follows_another_claim_is_whole(bench):
    land(bench, 1)
    bench.claim("ada")
    bench.store.only("claim").answer()
    assert land(bench, 2).basis is None


def test_what_follows_a_claim_whose_answer_was_lost_is_whole(bench):
    land(bench, 1)
    bench.writer.start()
    bench.claim("ada", "lost")
    bench.store.only("claim").commit()
    bench.store.only("claim").fail()
    bench.turn(1)
    bench.store.only("lost").answer()
    save = land(bench, 2)
    assert (save.epoch, save.basis) == (2, None)


def test_what_follows_a_quarantine_is_whole(bench):
    land(bench, 1)
    bench.writer.quarantine("ada", "a test")
    bench.save("ada", 2)
    bench.store.only("quarantine").answer()
    assert departed(bench).basis is None


def test_what_follows_a_renewal_is_partial_for_the_row_is_the_same(bench):
    land(bench, 1)
    bench.writer.renew(request("ada", "next"), at(2))
    assert departed(bench).basis == Basis(1, encoded(at(1)))


def test_a_player_that_comes_back_after_it_was_lost_is_saved_whole(bench):
    land(bench, 1)
    bench.memory.claim([request("ada", "stolen")])
    bench.save("ada", 2)
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()
    assert bench.report.of("superseded") == [("ada",)]
    bench.own("ada")
    assert land(bench, 3).basis is None


# --- stale ------------------------------------------------------------------------------------------------------------


def test_a_stale_save_goes_again_at_once_and_whole_and_only_then_is_anybody_told(bench):
    for x in (1, 2, 3):
        land(bench, x)
    lose_commits(bench, "ada", 2)
    saved = bench.save("ada", 4)
    assert departed(bench).basis == Basis(3, encoded(at(3)))
    with capturedLogs() as events:
        bench.store.only("save").answer()
    assert [(event["log_level"], event["count"]) for event in events] == [(LogLevel.warn, 1)]
    assert (saved.fired, bench.stored("ada"), bench.writer.dirty) == (False, -1, 1)
    bench.turn()
    (save,) = bench.store.only("save").asked
    assert (save, save.basis) == (Save("ada", 1, 5, at(4)), None)
    bench.store.only("save").answer()
    assert (saved.done, bench.stored("ada"), bench.writer.dirty) == (True, 4, 0)
    assert (bench.report.of("superseded"), bench.report.of("failed")) == ([], [])
    assert [count for count, _ in bench.report.of("saved")] == [1, 1, 1, 0, 1]


def test_a_newer_state_takes_along_what_a_stale_one_brought(bench):
    for x in (1, 2):
        land(bench, x)
    lose_commits(bench, "ada", 1)
    bench.writer.renew(request("ada", "next"), at(3))
    event = ItemEvent(Movement("cap-1", "cap", 1, None, "carried:backpack"), "grant", 0, 0.0)
    first = Outcome(bench.writer.save("ada", at(3), None, True, [event]))
    bench.turn(COMMIT_DELAY)
    second = bench.save("ada", 4)
    bench.store.only("save").answer()
    assert bench.memory.ledger == []
    save = departed(bench)
    assert (save.state, save.basis, len(save.entries), save.resume_hash) == (
        at(4),
        None,
        1,
        request("ada", "next").next_token_hash,
    )
    bench.store.only("save").answer()
    assert first.done
    assert second.done
    assert [row.event for row in bench.memory.ledger] == [event]


def test_a_claim_waits_until_a_stale_state_is_written(bench):
    for x in (1, 2):
        land(bench, x)
    lose_commits(bench, "ada", 1)
    bench.save("ada", 3)
    bench.turn(COMMIT_DELAY)
    claim = bench.claim("ada")
    bench.store.only("save").answer()
    assert not bench.store.asked("claim")
    bench.turn()
    bench.store.only("save").answer()
    bench.store.only("claim").answer()
    assert claim.value.state == at(3)


def test_of_a_batch_only_the_stale_go_again(bench):
    bench.own("bob", "cy")
    for x in (1, 2):
        for player_id in ("ada", "bob", "cy"):
            bench.save(player_id, x)
        bench.turn(COMMIT_DELAY)
        bench.store.only("save").answer()
    lose_commits(bench, "ada", 1)
    lose_commits(bench, "cy", 1)
    outcomes = [bench.save(player_id, 3) for player_id in ("ada", "bob", "cy")]
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()
    assert [outcome.fired for outcome in outcomes] == [False, True, False]
    bench.turn()
    assert bench.in_flight() == ["ada", "cy"]
    bench.store.only("save").answer()
    assert all(outcome.done for outcome in outcomes)


def test_flushing_waits_for_stale_states_and_gives_them_back_whole_at_the_deadline(bench):
    for x in (1, 2):
        land(bench, x)
    lose_commits(bench, "ada", 1)
    bench.save("ada", 3)
    flushed = Outcome(bench.writer.flush(5.0))
    bench.turn()
    bench.store.only("save").answer()
    assert not flushed.fired
    bench.turn()
    bench.turn(5.0)
    (save,) = flushed.value
    assert (save.state, save.basis) == (at(3), None)


def test_states_that_share_nothing_with_the_row_are_saved_as_well(bench):
    land(bench, 1)
    other = replace(at(2), name="Bob", skills={"melee": 1})
    saved = Outcome(bench.writer.save("ada", other, None, True))
    bench.turn(COMMIT_DELAY)
    bench.store.only("save").answer()
    assert saved.done
    assert bench.memory.rows["ada"].reading().state == other
