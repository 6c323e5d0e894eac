import pytest

from mmod.auth.keys import read_verification_key


def read(tmp_path, content, algorithm):
    path = tmp_path / "key"
    path.write_bytes(content)
    return read_verification_key(path, algorithm)


@pytest.mark.parametrize("algorithm", ["HS256", "RS256", "EdDSA"])
def test_a_key_is_read_without_the_white_space_around_it(tmp_path, keys, algorithm):
    public = keys[algorithm].public.strip()
    assert read(tmp_path, b"\n" + public + b" \n\n", algorithm) == public


@pytest.mark.parametrize("secret", [b"", b"short", b"x" * 31, b" " * 40])
def test_a_short_secret_is_refused(tmp_path, secret):
    with pytest.raises(ValueError, match="at least 32 bytes"):
        read(tmp_path, secret, "HS256")


@pytest.mark.parametrize("algorithm", ["RS256", "EdDSA"])
@pytest.mark.parametrize("content", [b"", b"x" * 64, b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_what_is_no_public_key_is_refused(tmp_path, algorithm, content):
    with pytest.raises(ValueError, match="public key in PEM"):
        read(tmp_path, content, algorithm)


@pytest.mark.parametrize("algorithm", ["RS256", "EdDSA"])
def test_a_private_key_is_refused_because_it_does_not_belong_here(tmp_path, keys, algorithm):
    with pytest.raises(ValueError, match="public key in PEM"):
        read(tmp_path, keys[algorithm].private, algorithm)


@pytest.mark.parametrize(
    ("algorithm", "other"), [("RS256", "EdDSA"), ("EdDSA", "RS256"), ("RS256", "ES256"), ("EdDSA", "ES256")]
)
def test_the_public_key_of_another_algorithm_is_refused(tmp_path, keys, algorithm, other):
    with pytest.raises(ValueError, match=f"not a key for {algorithm}"):
        read(tmp_path, keys[other].public, algorithm)


@pytest.mark.parametrize("kind", ["RS256", "EdDSA", "ES256"])
def test_a_public_key_is_never_a_secret(tmp_path, keys, kind):
    with pytest.raises(ValueError, match="not a key for HS256"):
        read(tmp_path, keys[kind].public, "HS256")


def test_a_file_that_is_not_there_is_named_by_its_reason(tmp_path):
    with pytest.raises(ValueError, match="No such file"):
        read_verification_key(tmp_path / "nowhere", "HS256")
    with pytest.raises(ValueError, match="directory"):
        read_verification_key(tmp_path, "HS256")
