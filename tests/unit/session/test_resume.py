import pytest

from mmod.session.resume import TOKEN_BYTES, ResumeAttempt, ResumeMark, token_hash

HASH = token_hash("good")


def attempt(token="good", now=100.0, ended_by=50.0, ttl=60.0):
    return ResumeAttempt(None if token is None else token_hash(token), now, ended_by, ttl)


@pytest.mark.parametrize(
    ("now", "accepted"), [(80.0, True), (140.0, True), (140.001, False), (1e9, False), (79.0, True)]
)
def test_a_token_is_good_for_its_time_after_the_connection_ended(now, accepted):
    assert attempt(now=now).accepted_by(ResumeMark(HASH, ended_at=80.0)) is accepted


@pytest.mark.parametrize(("ended_by", "accepted"), [(100.0, True), (40.0, True), (39.999, False)])
def test_a_connection_that_never_ended_counts_as_ended_when_it_must_have(ended_by, accepted):
    assert attempt(ended_by=ended_by).accepted_by(ResumeMark(HASH, ended_at=None)) is accepted


def test_an_end_that_is_known_counts_and_not_the_guess():
    assert not attempt(ended_by=100.0).accepted_by(ResumeMark(HASH, ended_at=10.0))


@pytest.mark.parametrize("token", [None, "", "goo", "good ", "GOOD", "good\0", "other"])
def test_no_other_token_is_good(token):
    assert not attempt(token).accepted_by(ResumeMark(HASH, ended_at=99.0))


def test_without_a_mark_there_is_nothing_to_resume():
    assert not attempt().accepted_by(None)


def test_tokens_are_stored_as_a_hash_that_does_not_hold_them():
    assert len(HASH) == 32
    assert b"good" not in HASH
    assert token_hash("good") != token_hash("Good")


def test_even_text_that_is_not_unicode_has_a_hash():
    assert token_hash("\ud800") != token_hash("\ud801")


def test_tokens_have_256_bits():
    assert TOKEN_BYTES * 8 == 256
