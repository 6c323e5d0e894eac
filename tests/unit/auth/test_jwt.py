import base64
import hmac
import json
import time
from hashlib import sha256

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from twisted.cred.checkers import ICredentialsChecker
from zope.interface.verify import verifyObject

from mmod.auth.jwt import ALGORITHMS, JwtChecker, JwtRules
from mmod.auth.portal import HelloToken
from mmod.errors import AuthRefused
from mmod.session.identity import Identity

REFUSAL = "the token is not valid"
SECRET = b"0123456789abcdef0123456789abcdef"


def claims(**changes):
    """Return good claims, changed; None leaves one out."""
    given = {"sub": "ada", "aud": "mmod", "exp": time.time() + 600} | changes
    return {claim: value for claim, value in given.items() if value is not None}


def signed(content, key=SECRET, algorithm="HS256", **headers):
    return jwt.encode(content, key, algorithm=algorithm, headers=headers or None)


def part(content):
    return base64.urlsafe_b64encode(content if isinstance(content, bytes) else json.dumps(content).encode()).rstrip(
        b"="
    )


def by_hand(header, payload, key=SECRET):
    """Sign with HS256 what PyJWT would not write."""
    signing_input = part(header) + b"." + part(payload)
    return (signing_input + b"." + part(hmac.digest(key, signing_input, sha256))).decode()


def answer(token, **rules):
    results = []
    checker = JwtChecker(JwtRules(**{"algorithm": "HS256", "key": SECRET} | rules))
    checker.requestAvatarId(HelloToken(token)).addErrback(lambda failure: failure.value).addCallback(results.append)
    return results[0]


def assert_refused(token, **rules):
    refusal = answer(token, **rules)
    assert isinstance(refusal, AuthRefused)
    assert str(refusal) == REFUSAL


def test_it_is_a_cred_checker():
    verifyObject(ICredentialsChecker, JwtChecker(JwtRules("HS256", SECRET)))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_good_token_of_each_algorithm_is_taken(keys, algorithm):
    token = signed(claims(), keys[algorithm].private, algorithm)
    assert answer(token, algorithm=algorithm, key=keys[algorithm].public) == Identity("ada", "ada")


def test_a_name_is_what_others_see_and_the_id_stays_exact():
    assert answer(signed(claims(sub="Ada|1", name="Ada L."))) == Identity("Ada|1", "Ada L.")


def test_without_a_name_a_long_id_is_cut_to_one():
    assert answer(signed(claims(sub="x" * 100))) == Identity("x" * 100, "x" * 64)


# --- whose signature --------------------------------------------------------------------------------------------------


def test_the_key_of_somebody_else_is_refused(keys):
    other = {
        "HS256": b"f" * 32,
        "RS256": rsa.generate_private_key(65537, 2048),
        "EdDSA": ed25519.Ed25519PrivateKey.generate(),
    }
    for algorithm in ALGORITHMS:
        key = other[algorithm]
        if not isinstance(key, bytes):
            key = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        assert_refused(signed(claims(), key, algorithm), algorithm=algorithm, key=keys[algorithm].public)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
def test_a_token_without_a_signature_is_refused(keys, algorithm):
    unsigned = part({"alg": algorithm, "typ": "JWT"}) + b"." + part(claims()) + b"."
    for configured in ALGORITHMS:
        assert_refused(unsigned.decode(), algorithm=configured, key=keys[configured].public)
        assert_refused(unsigned.decode() + "AAAA", algorithm=configured, key=keys[configured].public)


@pytest.mark.parametrize("configured", ["RS256", "EdDSA"])
def test_a_public_key_used_as_a_secret_is_refused(keys, configured):
    public = keys[configured].public
    for key in (public, public.strip(), public + b"\n"):
        token = by_hand({"alg": "HS256", "typ": "JWT"}, claims(), key)
        assert_refused(token, algorithm=configured, key=public.strip())
        assert_refused(by_hand({"alg": configured}, claims(), key), algorithm=configured, key=public.strip())


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_only_the_configured_algorithm_counts_even_with_the_right_key(algorithm):
    assert_refused(signed(claims(), SECRET * 2, algorithm), key=SECRET * 2)


def test_a_token_changed_after_it_was_signed_is_refused():
    header, payload, signature = signed(claims()).split(".")
    mallory = part(claims(sub="mallory")).decode()
    assert_refused(f"{header}.{mallory}.{signature}")
    assert_refused(f"{header}.{payload}.{signature[:-2]}")
    assert_refused(f"{header}.{payload}.")
    assert_refused(f"{header}.{payload}")


def test_a_key_named_or_brought_by_the_token_counts_for_nothing():
    jwk = {"kty": "oct", "k": part(b"f" * 32).decode()}
    assert_refused(signed(claims(), b"f" * 32, kid="../../dev/null", jwk=jwk, jku="https://evil.example"))


# --- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "offset", "good"), [("exp", -20, True), ("exp", -40, False), ("nbf", 20, True), ("nbf", 40, False)]
)
def test_clocks_may_differ_by_the_leeway_and_no_more(claim, offset, good):
    token = signed(claims(**{claim: time.time() + offset}))
    if good:
        assert answer(token) == Identity("ada", "ada")
    else:
        assert_refused(token)


def test_the_leeway_is_a_setting():
    token = signed(claims(exp=time.time() - 20))
    assert_refused(token, leeway=0.0)


# --- for whom and by whom ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", ["other", "MMOD", "mmod2", "", [], ["other"], {"mmod": 1}, 1])
def test_another_audience_is_refused(audience):
    assert_refused(by_hand({"alg": "HS256"}, claims(aud=audience)))


@pytest.mark.parametrize("audience", ["mmod", ["other", "mmod"]])
def test_our_audience_is_taken(audience):
    assert answer(signed(claims(aud=audience))) == Identity("ada", "ada")


@pytest.mark.parametrize("issuer", [None, "https://evil.example", "https://login.example/", ""])
def test_with_an_issuer_configured_any_other_is_refused(issuer):
    assert_refused(signed(claims(iss=issuer)), issuer="https://login.example")


def test_the_configured_issuer_is_taken_and_without_one_any():
    token = signed(claims(iss="https://login.example"))
    assert answer(token, issuer="https://login.example") == answer(token) == Identity("ada", "ada")


# --- what is in it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", ["sub", "aud", "exp"])
def test_a_required_claim_is_required(claim):
    assert_refused(signed(claims(**{claim: None})))


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": 1},
        {"sub": ["ada"]},
        {"sub": {"id": "ada"}},
        {"sub": True},
        {"exp": "tomorrow"},
        {"exp": []},
        {"nbf": "yesterday"},
        {"name": 1},
        {"name": ["Ada"]},
        {"iat": "now"},
    ],
)
def test_claims_of_other_types_are_refused(changes):
    assert_refused(by_hand({"alg": "HS256"}, claims(**changes)))


@pytest.mark.parametrize("subject", ["", "bot-7", "a\nb", "x" * 129, "\u202eada"])
def test_ids_that_cannot_be_used_are_refused(subject):
    assert isinstance(answer(by_hand({"alg": "HS256"}, claims(sub=subject))), AuthRefused)


@pytest.mark.parametrize("name", ["", "x" * 65, "a\0b"])
def test_names_that_cannot_be_used_are_refused(name):
    assert isinstance(answer(signed(claims(name=name))), AuthRefused)


# --- what is no token -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "a" * 30_000,
        "." * 30_000,
        "\N{SNOWMAN}.\N{SNOWMAN}.\N{SNOWMAN}",
        "\ud800",
        "dev:ada",
        "Bearer a.b.c",
        "%00.%00.%00",
    ],
)
def test_what_is_no_token_is_refused_in_the_same_words(token):
    assert_refused(token)


@pytest.mark.parametrize(
    ("header", "payload"),
    [
        (b"[]", claims()),
        (b"null", claims()),
        (b"{", claims()),
        (b"\xff", claims()),
        ({"alg": ["HS256"]}, claims()),
        ({"alg": 1}, claims()),
        ({"alg": None}, claims()),
        ({"alg": "HS256", "kid": 1}, claims()),
        ({"alg": "HS256", "crit": ["x"]}, claims()),
        ({"alg": "HS256", "b64": False}, claims()),
        (b"[" * 20_000, claims()),
        ({"alg": "HS256"}, b"[]"),
        ({"alg": "HS256"}, b"1"),
        ({"alg": "HS256"}, b"\xff"),
        ({"alg": "HS256"}, b"[" * 20_000),
    ],
)
def test_strange_parts_are_refused_in_the_same_words(header, payload):
    assert_refused(by_hand(header, payload))
