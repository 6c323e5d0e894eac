import pytest
from attrs import evolve

from mmod.errors import Superseded
from mmod.store.watch import ROUND_INTERVAL, SLICE

from .scripted import COMMIT_DELAY, Bench


@pytest.fixture
def bench():
    bench = Bench()
    bench.writer.start()
    return bench


def steal(bench, player_id):
    """Let another daemon claim a player."""
    row = bench.memory.rows[player_id]
    bench.memory.rows[player_id] = evolve(row, epoch=row.epoch + 1)


def asked(bench):
    return list(bench.store.only("lost").asked)


def test_a_player_that_is_never_saved_is_found_to_be_anothers(bench):
    bench.own("ada", "bob")
    steal(bench, "ada")
    bench.turn(ROUND_INTERVAL)
    bench.store.only("lost").answer()
    assert bench.report.of("superseded") == [("ada",)]
    assert (bench.writer.epoch("ada"), bench.writer.epoch("bob")) == (0, 1)


def test_a_player_whose_row_is_gone_is_lost(bench):
    bench.own("ada")
    del bench.memory.rows["ada"]
    bench.turn(ROUND_INTERVAL)
    bench.store.only("lost").answer()
    assert bench.report.of("superseded") == [("ada",)]


def test_whoever_waits_for_a_state_of_a_lost_player_is_told(bench):
    bench.own("ada")
    steal(bench, "ada")
    bench.turn(ROUND_INTERVAL)
    waits = bench.save("ada", 1)
    bench.store.only("lost").answer()
    assert isinstance(waits.error, Superseded)
    assert bench.writer.dirty == 0


def test_the_next_round_follows_the_answer_and_a_failure_too(bench):
    bench.own("ada")
    for reply in ("answer", "fail", "answer"):
        bench.turn(ROUND_INTERVAL)
        bench.turn(10 * ROUND_INTERVAL)
        getattr(bench.store.only("lost"), reply)()
        bench.turn(ROUND_INTERVAL / 2)
        assert not bench.store.asked("lost")
    assert bench.report.of("superseded") == []


def test_nothing_is_asked_while_nobody_is_owned(bench):
    bench.turn(10 * ROUND_INTERVAL)
    assert not bench.store.asked("lost")


def test_a_round_asks_about_everybody_in_slices(bench):
    bench.store.prompt = True
    names = [f"player-{number}" for number in range(SLICE + 1)]
    for name in names:
        bench.claim(name)
    bench.store.prompt = False
    bench.turn(ROUND_INTERVAL)
    assert asked(bench) == names[:SLICE]
    bench.store.only("lost").answer()
    assert asked(bench) == names[SLICE:]
    bench.store.only("lost").answer()
    assert not bench.store.asked("lost")
    bench.turn(ROUND_INTERVAL)
    assert asked(bench) == names[:SLICE]


def test_an_answer_older_than_a_claim_of_ours_does_not_count(bench):
    bench.own("ada")
    steal(bench, "ada")
    bench.turn(ROUND_INTERVAL)
    question = bench.store.only("lost")
    question.commit()
    bench.own("ada")
    told = bench.report.of("superseded")
    question.answer()
    assert bench.report.of("superseded") == told
    assert bench.writer.epoch("ada") == 3


def test_an_answer_that_has_seen_a_claim_of_ours_still_under_way_does_not_count(bench):
    bench.own("ada")
    bench.turn(ROUND_INTERVAL)
    claim = bench.claim("ada")
    bench.store.only("claim").commit()
    bench.store.only("lost").answer()
    assert bench.report.of("superseded") == []
    bench.store.only("claim").answer()
    assert claim.value.epoch == 2


def test_a_player_with_a_claim_or_a_save_under_way_is_not_asked_about(bench):
    bench.own("ada", "bob", "cy")
    bench.claim("ada")
    bench.save("bob", 1, urgent=False)
    bench.turn(ROUND_INTERVAL)
    assert asked(bench) == ["cy"]


def test_the_answer_to_a_save_under_way_is_waited_for(bench):
    bench.own("ada")
    steal(bench, "ada")
    bench.turn(ROUND_INTERVAL)
    saved = bench.save("ada", 1)
    bench.turn(COMMIT_DELAY)
    bench.store.only("lost").answer()
    assert not saved.fired
    bench.store.only("save").answer()
    assert isinstance(saved.error, Superseded)
    assert bench.report.of("superseded") == [("ada",)]


def test_a_store_that_could_not_save_is_back_when_nothing_is_left_to_save(bench):
    bench.own("ada")
    steal(bench, "ada")
    bench.save("ada", 1)
    for _ in range(100):
        for question in list(bench.store.questions):
            if question.kind == "save":
                question.fail()
            elif question.kind == "ping" or bench.report.of("away"):
                question.answer()
        bench.turn(COMMIT_DELAY)
    assert bench.report.of("superseded") == [("ada",)]
    assert bench.report.of("away") == [(True,), (False,)]


def test_stopping_ends_it(bench):
    bench.own("ada")
    steal(bench, "ada")
    bench.turn(ROUND_INTERVAL)
    bench.writer.stop()
    for question in list(bench.store.questions):
        question.answer()
    assert bench.report.of("superseded") == []
    assert not bench.clock.getDelayedCalls()
