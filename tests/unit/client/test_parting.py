import pytest

from mmod.client.errors import ConnectionFailed, JoinRefused, Kicked, Replaced
from mmod.client.parting import FINAL, HARMLESS, Parting, final_error, first_error
from mmod.session.closing import CLOSES, CloseCode
from mmod.session.closing import HARMLESS as SERVER_HARMLESS
from mmod.wire.messages import ErrorData


def parting(code=None, joined=False, close=1006):
    return Parting(close, "", None if code is None else ErrorData(code, "why"), joined)


@pytest.mark.parametrize(("code", "kind"), [("replaced", Replaced), ("kicked", Kicked)])
@pytest.mark.parametrize("joined", [True, False])
def test_what_the_server_means_for_this_player_is_the_end(code, kind, joined):
    assert type(final_error(parting(code, joined))) is kind


@pytest.mark.parametrize("code", sorted(FINAL))
def test_a_join_that_would_be_refused_again_is_the_end(code):
    assert isinstance(final_error(parting(code)), JoinRefused)


@pytest.mark.parametrize("code", [None, "unavailable", "world_full", "rate_limited", "idle_timeout", "hello_timeout"])
@pytest.mark.parametrize("joined", [True, False])
def test_from_everything_else_one_comes_back(code, joined):
    assert final_error(parting(code, joined)) is None


def test_what_was_complained_of_in_the_world_is_no_refused_join():
    assert final_error(parting("bad_request", joined=True)) is None


def test_a_first_attempt_is_told_why_by_the_server_or_by_the_network():
    assert first_error(parting("world_full")).code == "world_full"
    assert isinstance(first_error(Parting(1006, "refused")), ConnectionFailed)
    assert isinstance(first_error(parting("auth")), JoinRefused)


def test_every_error_with_which_the_daemon_closes_is_known_here():
    names = {error.code for error in CLOSES}
    comes_back = {code for code in names if final_error(parting(code)) is None}
    assert comes_back == {"hello_timeout", "idle_timeout", "rate_limited", "unavailable", "world_full"}
    assert {error.code for error in SERVER_HARMLESS} <= HARMLESS


def test_a_server_that_stops_says_so():
    assert parting(close=CloseCode.SERVICE_RESTART).stopping
    assert not parting().stopping


def test_a_parting_is_described_by_the_best_there_is():
    assert parting("kicked").description == "kicked: why"
    assert Parting(1006, "no route").description == "no route"
    assert Parting(4005, "").description == "closed with code 4005"
