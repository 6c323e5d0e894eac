from mmod.store.unanswered import CLAIMS, PLAYERS, UnansweredClaims


def test_claims_are_remembered_by_player():
    claims = UnansweredClaims()
    claims.note("ada", b"1")
    claims.note("bob", b"2")
    claims.note("ada", b"3")
    assert list(claims.of("ada")) == [b"1", b"3"]
    assert list(claims.of("bob")) == [b"2"]
    assert not claims.of("cy")


def test_of_one_player_the_newest_are_kept():
    claims = UnansweredClaims()
    for number in range(CLAIMS + 1):
        claims.note("ada", b"%d" % number)
    assert len(claims.of("ada")) == CLAIMS
    assert b"0" not in claims.of("ada")


def test_of_the_players_those_with_the_newest_failures_are_kept():
    claims = UnansweredClaims()
    claims.note("ada", b"1")
    claims.note("bob", b"2")
    claims.note("ada", b"3")
    for number in range(PLAYERS - 1):
        claims.note(f"player-{number}", b"4")
    assert claims.of("ada")
    assert not claims.of("bob")
