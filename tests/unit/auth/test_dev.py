import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.cred.checkers import ICredentialsChecker
from zope.interface.verify import verifyObject

from mmod.auth.dev import DevChecker
from mmod.auth.portal import HelloToken
from mmod.errors import AuthRefused
from mmod.session.identity import Identity


def answer(token):
    """Return the identity of a token, or the refusal."""
    results = []
    DevChecker().requestAvatarId(HelloToken(token)).addErrback(lambda failure: failure.value).addCallback(
        results.append
    )
    return results[0]


def player_id(name):
    return answer(f"dev:{name}").player_id


def test_it_is_a_cred_checker():
    verifyObject(ICredentialsChecker, DevChecker())


def test_anyone_is_whoever_they_say():
    assert answer("dev:Ada Lovelace") == Identity("ada lovelace", "Ada Lovelace")


@pytest.mark.parametrize(
    "spellings",
    [
        ("Ada", "ADA", "ada", "\uff21\uff44\uff41"),
        ("Zo\u00eb", "Zoe\u0308", "ZO\u00cb", "ZOE\u0308"),
        ("stra\u00dfe", "STRASSE", "Strasse", "STRA\u1e9eE"),
        ("\u0390", "\u1fd3", "\u03aa\u0301", "\u03ca\u0301", "\u0399\u0308\u0301"),
        ("\ufb01n", "FIN", "fin"),
        ("\u212b", "\u00c5", "\u00e5", "A\u030a"),
    ],
)
def test_spellings_that_look_alike_are_one_player(spellings):
    assert len({player_id(spelling) for spelling in spellings}) == 1


def test_every_letter_is_one_player_in_all_its_forms():
    for point in range(0x10000):  # beyond it only what is rare and alike
        character = chr(point)
        forms = {unicodedata.normalize(form, character) for form in ("NFC", "NFD", "NFKC", "NFKD")}
        if len(forms | {character.casefold()}) > 1 and character.isprintable():
            identities = {player_id("x" + form) for form in forms | {character.casefold()} if form.isprintable()}
            assert len(identities) == 1, hex(point)


@given(st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20))
def test_an_id_used_as_a_name_is_the_same_player(name):
    found = answer(f"dev:{name}")
    if isinstance(found, Identity) and len(found.player_id) <= 64:
        assert player_id(found.player_id) == found.player_id


@pytest.mark.parametrize(
    "token",
    [
        "",
        "Ada",
        "dev",
        "dev:",
        "DEV:Ada",
        " dev:Ada",
        "jwt:Ada",
        "dev:" + "x" * 65,
        "dev:a\nb",
        "dev:a\u202eb",
        "dev:\0",
    ],
)
def test_anything_else_is_refused(token):
    assert isinstance(answer(token), AuthRefused)


@pytest.mark.parametrize("name", ["bot-7", "BOT-7", "\uff22ot-7", "bot\uff0d7"])
def test_nobody_is_a_bot(name):
    assert isinstance(answer(f"dev:{name}"), AuthRefused)


def test_a_name_whose_id_would_be_too_long_is_refused():
    assert isinstance(answer("dev:" + "\ufdfa" * 10), AuthRefused)


def test_names_have_up_to_64_characters():
    assert answer("dev:" + "\N{SNOWMAN}" * 64).name == "\N{SNOWMAN}" * 64
