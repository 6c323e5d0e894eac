from hypothesis import given
from hypothesis import strategies as st

from mmod.session.failed_resumes import LIMIT, WINDOW, FailedResumes


def fail(resumes, times, now, player_id="ada"):
    for _ in range(times):
        resumes.failed(player_id, now)


def test_a_player_waits_after_the_tenth_failure_and_not_before():
    resumes = FailedResumes()
    fail(resumes, LIMIT - 1, 0.0)
    assert not resumes.too_many("ada", 0.0)
    fail(resumes, 1, 0.0)
    assert resumes.too_many("ada", 0.0)
    assert not resumes.too_many("bob", 0.0)


def test_a_failure_counts_for_the_window():
    resumes = FailedResumes()
    fail(resumes, 1, 0.0)
    fail(resumes, LIMIT - 1, 30.0)
    assert resumes.too_many("ada", WINDOW - 0.001)
    assert not resumes.too_many("ada", WINDOW)
    fail(resumes, 1, WINDOW)
    assert resumes.too_many("ada", WINDOW)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 20)), max_size=60))
def test_it_counts_what_a_list_of_all_failures_would_and_forgets_the_rest(steps):
    resumes, now, all_failures = FailedResumes(), 0.0, []
    for player_id, seconds in steps:
        now += seconds
        resumes.failed(player_id, now)
        all_failures.append((player_id, now))
        recent = [failed for failed, at in all_failures if now - at < WINDOW]
        assert {each: resumes.too_many(each, now) for each in "abc"} == {
            each: recent.count(each) >= LIMIT for each in "abc"
        }
        assert len(resumes) == len(set(recent))
